package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.LocalRedis;
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

/** The actions on replication groups, each of one shard: a primary, and replicas that really follow it. */
final class ReplicationGroups {

    private static final int LONGEST_NAME = 40;
    private static final int MOST_NODES = 6;
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
            group.shards.add(newShard(group, 1));
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
        if (request.integer("NumNodeGroups", 1, Integer.MAX_VALUE).orElse(1) > 1
                || request.has("ReplicasPerNodeGroup")) {
            throw QueryError.invalidCombination("In the local cloud a replication group has one shard.");
        }
        int nodes = request.integer("NumCacheClusters", 1, MOST_NODES).orElse(1);
        LocalCache group = new LocalCache(true, name, engine, LocalRedis.version(), account.clock.now());
        if (snapshot != null) {
            group.attributes.putAll(snapshot.source.attributes);
        }
        CacheSettings.apply(group, request);
        group.automaticFailover = request.isTrue("AutomaticFailoverEnabled");
        group.multiAz = request.isTrue("MultiAZEnabled");
        requireReplicas(group, nodes);
        group.tags.putAll(request.tags());
        group.shards.add(newShard(group, nodes));
        account.groups.put(name, group);
        start(group, snapshot);
        writer.group(xml, group);
    }

    private static void requireReplicas(LocalCache group, int nodes) {
        if (group.automaticFailover && nodes < 2) {
            throw QueryError.invalidCombination(
                    "Automatic failover is not supported for a replication group without replicas.");
        }
        if (group.multiAz && !group.automaticFailover) {
            throw QueryError.invalidCombination("Multi-AZ needs automatic failover.");
        }
    }

    private Shard newShard(LocalCache group, int nodes) {
        return new Shard(
                "0001",
                IntStream.range(0, nodes)
                        .mapToObj(n -> new CacheNode(
                                "%s-%03d".formatted(group.identifier, n + 1),
                                ZONES.get(n % ZONES.size()),
                                account.clock.now()))
                        .toList());
    }

    private void start(LocalCache group, @Nullable CacheSnapshot snapshot) {
        Path file = snapshot == null ? null : snapshot.file;
        List<CacheNode> nodes = group.nodes();
        account.work(
                "the start of " + group.identifier,
                () -> {
                    LocalRedis primary = null;
                    for (CacheNode node : nodes) {
                        Path place = account.newPlace(node.identifier);
                        LocalRedis server = primary == null && file != null
                                ? LocalRedis.holding(place, file)
                                : LocalRedis.in(place);
                        node.redis = server;
                        if (primary == null) {
                            primary = server;
                        } else {
                            server.follow(primary);
                        }
                    }
                    return nodes.size() == 1
                            ? null
                            : TcpFront.before(nodes.get(0).running().port());
                },
                front -> {
                    group.front = front;
                    group.status = LocalCache.AVAILABLE;
                    account.tell(group, "Replication group " + group.identifier + " created");
                },
                () -> group.status = LocalCache.FAILED);
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
            failovers.promote(group, group.shards.get(0), member(group, primary));
        }
        CacheSettings.apply(group, request);
        group.automaticFailover = request.isTrue("AutomaticFailoverEnabled", group.automaticFailover);
        group.multiAz = request.isTrue("MultiAZEnabled", group.multiAz);
        requireReplicas(group, group.nodes().size());
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
        CacheNode heir = shard.heir()
                .orElseThrow(() -> QueryError.invalidCombination("Node group " + name + " has no replica that runs."));
        account.tell(group, "Test Failover API called for node group " + name);
        failovers.promote(group, shard, heir);
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
