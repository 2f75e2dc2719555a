package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A Redis Cluster on 127.0.0.1: shards of a primary and its replicas. Its nodes know each other from the start, by the file in
 * which Redis keeps what it knows. A replica takes over when it is told to, and never by itself.
 *
 * @see <a href="https://redis.io/docs/latest/commands/cluster-nodes/">The form of that file</a>
 */
public final class LocalRedisCluster implements AutoCloseable {

    private static final int SLOTS = 16_384;
    private static final int NODES = 3;
    private static final int BUS = 10_000;
    private static final int ID = 40;

    private final List<List<LocalRedis>> shards;

    private LocalRedisCluster(List<List<LocalRedis>> shards) {
        this.shards = shards;
    }

    /**
     * Starts one of three primaries that speak TLS and ask for a password, each in a new directory of this one, and returns
     * when it is whole.
     */
    public static LocalRedisCluster withTls(Path directory, LocalCertificate certificate, String password) {
        return started(
                IntStream.range(0, NODES)
                        .mapToObj(node -> List.of(
                                LocalRedis.clusterNode(directory.resolve("node-" + node), certificate, password)))
                        .toList(),
                List.of());
    }

    /**
     * Starts one, and returns when it is whole.
     *
     * @param shards the directories of the nodes of each shard, which are made; the primary's first
     * @param saved what each shard {@linkplain LocalRedis#save saved} that is there at the start; none for an empty cluster
     */
    public static LocalRedisCluster in(List<List<Path>> shards, List<Path> saved) {
        return started(
                shards.stream()
                        .map(nodes ->
                                nodes.stream().map(LocalRedis::clusterNode).toList())
                        .toList(),
                saved);
    }

    /** The slots of a shard, {@code 0-8191} of the first of two. */
    public static String slots(int shard, int shards) {
        return SLOTS * shard / shards + "-" + (SLOTS * (shard + 1) / shards - 1);
    }

    private static LocalRedisCluster started(List<List<LocalRedis>> shards, List<Path> saved) {
        LocalRedisCluster cluster = new LocalRedisCluster(shards);
        try {
            cluster.introduce();
            for (int shard = 0; shard < shards.size(); shard++) {
                start(shards.get(shard), saved.isEmpty() ? null : saved.get(shard));
            }
            cluster.nodes().forEach(node -> node.await("found the others", () -> cluster.isWholeFor(node)));
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static void start(List<LocalRedis> shard, @Nullable Path saved) {
        if (saved != null) {
            shard.get(0).startHolding(saved);
        }
        shard.forEach(LocalRedis::start);
    }

    /** Tells each node what all others are. */
    private void introduce() {
        Map<LocalRedis, String> ids = new HashMap<>();
        nodes().forEach(node -> ids.put(node, id()));
        for (LocalRedis self : nodes()) {
            StringBuilder text = new StringBuilder();
            for (int shard = 0; shard < shards.size(); shard++) {
                LocalRedis primary = shards.get(shard).get(0);
                for (LocalRedis node : shards.get(shard)) {
                    text.append("%s 127.0.0.1:%d@%d %s%s 0 0 %d connected%s\n"
                            .formatted(
                                    ids.get(node),
                                    node.clusterPort(),
                                    node.clusterPort() + BUS,
                                    node == self ? "myself," : "",
                                    node == primary ? "master -" : "slave " + ids.get(primary),
                                    // One that takes over counts on from the greatest, unless it has that.
                                    node == primary ? shard + 1 : 0,
                                    node == primary ? " " + slots(shard, shards.size()) : ""));
                }
            }
            text.append("vars currentEpoch ").append(shards.size()).append(" lastVoteEpoch 0\n");
            try {
                Files.writeString(self.directory().resolve("nodes.conf"), text);
            } catch (IOException e) {
                throw new LocalCloudException("Cannot write to " + self.directory(), e);
            }
        }
    }

    private static String id() {
        return (UUID.randomUUID() + "" + UUID.randomUUID()).replace("-", "").substring(0, ID);
    }

    private boolean isWholeFor(LocalRedis node) {
        String known = node.command("CLUSTER NODES");
        return node.command("CLUSTER INFO").startsWith("cluster_state:ok")
                && known.lines().count() == nodes().size()
                && !known.contains("disconnected")
                && !node.command("INFO replication").contains("master_link_status:down");
    }

    /** The nodes of each shard, the first the one that was the primary at the start. */
    public List<List<LocalRedis>> shards() {
        return shards;
    }

    private List<LocalRedis> nodes() {
        return shards.stream().flatMap(List::stream).toList();
    }

    /** The port of one of its nodes on which that speaks TLS. */
    public int tlsPort() {
        return nodes().get(0).tlsPort();
    }

    /** How many keys each node has. */
    public List<Integer> keys() {
        return nodes().stream()
                .map(node -> Integer.valueOf(node.command("DBSIZE").substring(1)))
                .toList();
    }

    @Override
    public void close() {
        nodes().forEach(LocalRedis::close);
    }
}
