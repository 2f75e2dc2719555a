package io.headgate.localcloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A Redis Cluster of three primaries on 127.0.0.1, which speak TLS and ask for a password. */
public final class LocalRedisCluster implements AutoCloseable {

    private static final int SLOTS = 16_384;
    private static final int NODES = 3;
    private static final Duration LONGEST_START = Duration.ofSeconds(60);

    private final List<LocalRedis> nodes;
    private final String password;

    private LocalRedisCluster(List<LocalRedis> nodes, String password) {
        this.nodes = nodes;
        this.password = password;
    }

    /** Starts one, each node in a new directory of this one, and returns when it is whole. */
    public static LocalRedisCluster withTls(Path directory, LocalCertificate certificate, String password) {
        Map<String, String> settings = Map.of(
                "cluster-enabled", "yes",
                "tls-cluster", "yes",
                "tls-replication", "yes");
        List<LocalRedis> nodes = IntStream.range(0, NODES)
                .mapToObj(
                        node -> LocalRedis.withTls(directory.resolve("node-" + node), certificate, password, settings))
                .toList();
        LocalRedisCluster cluster = new LocalRedisCluster(nodes, password);
        cluster.join();
        return cluster;
    }

    private void join() {
        for (int node = 0; node < NODES; node++) {
            String slots = IntStream.range(SLOTS * node / NODES, SLOTS * (node + 1) / NODES)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(" "));
            ask(node, "CLUSTER ADDSLOTS " + slots);
            ask(node, "CLUSTER MEET 127.0.0.1 " + nodes.get(0).tlsPort());
        }
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (!isWhole()) {
            if (System.nanoTime() > deadline) {
                throw new LocalCloudException("The Redis Cluster did not come together");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private boolean isWhole() {
        return IntStream.range(0, NODES)
                .allMatch(node -> ask(node, "CLUSTER INFO").startsWith("cluster_state:ok")
                        && ask(node, "CLUSTER SLOTS").equals("*" + NODES));
    }

    /** The port of one of its nodes on which that speaks TLS. */
    public int tlsPort() {
        return nodes.get(0).tlsPort();
    }

    /** How many keys each node has. */
    public List<Integer> keys() {
        return IntStream.range(0, NODES)
                .mapToObj(node -> Integer.parseInt(ask(node, "DBSIZE").substring(1)))
                .toList();
    }

    private String ask(int node, String command) {
        try (RedisSocket socket = RedisSocket.connect(nodes.get(node).port())) {
            socket.send("AUTH " + password);
            return socket.send(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        nodes.forEach(LocalRedis::close);
    }
}
