package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.LocalRedis;
import io.headgate.localcloud.LocalRedisCluster;
import io.headgate.localcloud.TcpFront;
import io.headgate.localcloud.query.Listing;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The actions on replication groups: each shard has a primary, and replicas that really follow it. With cluster mode all are a
 * Redis Cluster.
 */
final class ReplicationGroups {

    private static final int LONGEST_NAME = 40;
    private static final int MOST_NODES = 6;
    private static final int MOST_SHARDS = 500;
    private static final int PAGE = 100;
    private static final List<String> ZONES = List.of("eu-west-1a", "eu-west-1b", "eu-west-1c");
    private static final Set<String> ENGINES = Set.of("redis", "valkey");

    private final CacheAccount account;
    private final CacheXml writer;
    private final Snapshots snapshots;
    private final Failovers failovers;

    ReplicationGroups(CacheAccount account, CacheXml writer, Snapshots snapshots, Failovers failovers) {
        this.account = account;
        this.writer = writer;
        this.snapshots = snapshots;
        this.failovers = failovers;
    }

    /** Takes a server that runs already for a replication group of one node. */
    void adopt(String name, LocalRedis server) {
        synchronized (account) {
            LocalCache group = new LocalCache(true, name, "redis", LocalRedis.version(), account.clock.now());
            group.permanent = true;
            group.attributes.put("ReplicationGroupDescription", "The local cloud's own Redis");
            group.attributes.put("CacheNodeType", "cache.t4g.micro");
            group.tags.put("application", "headgate");
            group.shards.add(newShard(group, 0, 1, 1));
            group.nodes().get(0).redis = server;
            group.status = LocalCache.AVAILABLE;
            account.groups.put(name, group);
        }
    }

    void create(QueryRequest request, XmlResponse xml) {
        String name = CacheSettings.name(request, "ReplicationGroupId", LONGEST_NAME);
        request.require("ReplicationGroupDescription");
        if (account.groups.containsKey(name)) {
            throw new QueryError(
                    "ReplicationGroupAlreadyExists", 400, "Replication group " + name + " already exists.");
        }
        String from = request.find("SnapshotName");
        CacheSnapshot snapshot = from == null ? null : account.snapshot(from);
        if (snapshot != null && !snapshot.status.equals(LocalCache.AVAILABLE)) {
            throw QueryError.invalidValue("Snapshot " + from + " is not available.");
        }
        String engine = request.find("Engine");
        if (engine == null) {
            engine = snapshot == null ? "redis" : snapshot.source.engine;
        }
        if (!ENGINES.contains(engine)) {
            throw QueryError.invalidValue("Engine " + engine + " does not support replication groups.");
        }
        LocalCache group = new LocalCache(true, name, engine, LocalRedis.version(), account.clock.now());
        if (snapshot != null) {
            group.attributes.putAll(snapshot.source.attributes);
        }
        CacheSettings.apply(group, request, account.clock.now());
        group.automaticFailover = request.isTrue("AutomaticFailoverEnabled");
        group.multiAz = request.isTrue("MultiAZEnabled");
        group.clusterMode = "enabled".equals(request.find("ClusterMode"))
                || group.attributes.getOrDefault("CacheParameterGroupName", "").endsWith(CacheSettings.CLUSTER_MODE);
        group.tags.putAll(request.tags());
        int shards =
                request.integer("NumNodeGroups", 1, MOST_SHARDS).orElse(snapshot == null ? 1 : snapshot.parts.size());
        if (snapshot != null && shards != snapshot.parts.size()) {
            throw QueryError.invalidCombination(
                    "In the local cloud a snapshot is restored into as many shards as it has.");
        }
        if (shards > 1 && !group.clusterMode) {
            throw QueryError.invalidCombination(
                    "Several node groups need cluster mode: a parameter group whose name ends with "
                            + CacheSettings.CLUSTER_MODE + ", or ClusterMode enabled.");
        }
        int nodes = request.integer("ReplicasPerNodeGroup", 0, MOST_NODES - 1)
                .map(replicas -> replicas + 1)
                .or(() -> request.integer("NumCacheClusters", 1, MOST_NODES))
                .orElse(1);
        requireReplicas(group.clusterMode, group.automaticFailover, group.multiAz, nodes);
        for (int shard = 0; shard < shards; shard++) {
            group.shards.add(newShard(group, shard, shards, nodes));
        }
        account.groups.put(name, group);
        start(group, snapshot);
        writer.group(xml, group);
    }

    private static void requireReplicas(boolean clusterMode, boolean failsOver, boolean multiAz, int nodes) {
        if (clusterMode && !failsOver) {
            throw QueryError.invalidCombination("Cluster mode can't be had with automatic failover turned off.");
        }
        if (failsOver && nodes < 2 && !clusterMode) {
            throw QueryError.invalidCombination(
                    "Automatic failover is not supported for a replication group without replicas.");
        }
        if (multiAz && !failsOver) {
            throw QueryError.invalidCombination("Multi-AZ needs automatic failover.");
        }
    }

    private Shard newShard(LocalCache group, int number, int shards, int nodes) {
        String name = "%04d".formatted(number + 1);
        String prefix = group.clusterMode ? group.identifier + "-" + name : group.identifier;
        return new Shard(
                name,
                group.clusterMode ? LocalRedisCluster.slots(number, shards) : null,
                IntStream.range(0, nodes)
                        .mapToObj(n -> new CacheNode(
                                "%s-%03d".formatted(prefix, n + 1), ZONES.get(n % ZONES.size()), account.clock.now()))
                        .toList());
    }

    private void start(LocalCache group, @Nullable CacheSnapshot snapshot) {
        List<Path> files = snapshot == null ? List.of() : snapshot.files();
        List<Shard> shards = List.copyOf(group.shards);
        account.work(
                "the start of " + group.identifier,
                () -> {
                    if (group.clusterMode) {
                        startCluster(shards, files);
                    } else {
                        startNodes(shards.get(0).nodes, files);
                    }
                    CacheNode primary = shards.get(0).nodes.get(0);
                    return group.clusterMode || shards.get(0).nodes.size() > 1
                            ? TcpFront.before(primary.running().port())
                            : null;
                },
                front -> {
                    group.front = front;
                    group.status = LocalCache.AVAILABLE;
                    account.tell(group, "Replication group " + group.identifier + " created");
                },
                () -> group.status = LocalCache.FAILED);
    }

    private void startNodes(List<CacheNode> nodes, List<Path> files) {
        LocalRedis primary = null;
        for (CacheNode node : nodes) {
            Path place = account.newPlace(node.identifier);
            LocalRedis server = primary == null && !files.isEmpty()
                    ? LocalRedis.holding(place, files.get(0))
                    : LocalRedis.in(place);
            node.redis = server;
            if (primary == null) {
                primary = server;
            } else {
                server.follow(primary);
            }
        }
    }

    private void startCluster(List<Shard> shards, List<Path> files) {
        List<List<Path>> places = shards.stream()
                .map(shard -> shard.nodes.stream()
                        .map(node -> account.newPlace(node.identifier))
                        .toList())
                .toList();
        List<List<LocalRedis>> servers = LocalRedisCluster.in(places, files).shards();
        for (int shard = 0; shard < servers.size(); shard++) {
            for (int node = 0; node < servers.get(shard).size(); node++) {
                shards.get(shard).nodes.get(node).redis = servers.get(shard).get(node);
            }
        }
    }

    void describe(QueryRequest request, XmlResponse xml) {
        String name = request.find("ReplicationGroupId");
        Collection<LocalCache> sought = name == null ? account.groups.values() : List.of(account.group(name));
        Listing.of(sought, request, each -> each.identifier, PAGE)
                .write(xml, "ReplicationGroups", each -> writer.group(xml, each));
    }

    void modify(QueryRequest request, XmlResponse xml) {
        LocalCache group = account.group(request.require("ReplicationGroupId"));
        group.requireAvailable();
        String primary = request.find("PrimaryClusterId");
        if (primary != null) {
            if (group.automaticFailover) {
                throw QueryError.invalidCombination(
                        "A primary can't be chosen while automatic failover is enabled: call TestFailover.");
            }
            CacheNode heir = member(group, primary);
            if (heir != group.shards.get(0).primary) {
                failovers.promote(group, group.shards.get(0), List.of(heir));
            }
        }
        boolean failsOver = request.isTrue("AutomaticFailoverEnabled", group.automaticFailover);
        boolean multiAz = request.isTrue("MultiAZEnabled", group.multiAz);
        requireReplicas(
                group.clusterMode, failsOver, multiAz, group.shards.get(0).nodes.size());
        CacheSettings.apply(group, request, account.clock.now());
        group.automaticFailover = failsOver;
        group.multiAz = multiAz;
        writer.group(xml, group);
    }

    private static CacheNode member(LocalCache group, String name) {
        return group.nodes().stream()
                .filter(node -> node.identifier.equals(name))
                .findFirst()
                .orElseThrow(() -> CacheAccount.noCluster(name));
    }

    void testFailover(QueryRequest request, XmlResponse xml) {
        LocalCache group = account.group(request.require("ReplicationGroupId"));
        String name = request.require("NodeGroupId");
        Shard shard = group.shards.stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new QueryError("NodeGroupNotFoundFault", 404, "Node group " + name + " not found."));
        if (!group.automaticFailover) {
            throw QueryError.invalidCombination("Automatic failover of " + group.identifier + " is not enabled.");
        }
        group.requireAvailable();
        List<CacheNode> heirs = shard.heirs();
        if (heirs.isEmpty()) {
            throw QueryError.invalidCombination("Node group " + name + " has no replica that runs.");
        }
        account.tell(group, "Test Failover API called for node group " + name);
        failovers.promote(group, shard, heirs);
        writer.group(xml, group);
    }

    void delete(QueryRequest request, XmlResponse xml) {
        LocalCache group = account.group(request.require("ReplicationGroupId"));
        if (group.permanent) {
            throw new QueryError(
                    "InvalidReplicationGroupState",
                    400,
                    "The local cloud's own Redis is not deleted: it goes with it.");
        }
        if (request.isTrue("RetainPrimaryCluster")) {
            throw QueryError.invalidCombination("In the local cloud the primary goes with its replication group.");
        }
        snapshots.delete(group, request, account.groups);
        writer.group(xml, group);
    }
}
