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

    ReplicationGroups(CacheAccount account, CacheXml writer, Snapshots snapshots) {
        this.account = account;
        this.writer = writer;
        this.snapshots = snapshots;
    }

    /** Takes a server that runs already for a replication group of one node. */
    void adopt(String name, LocalRedis server) {
        synchronized (account) {
            LocalCache group = new LocalCache(true, name, "redis", LocalRedis.version(), account.clock.now());
            group.permanent = true;
            group.attributes.put("ReplicationGroupDescription", "The local cloud's own Redis");
            group.attributes.put("CacheNodeType", "cache.t4g.micro");
            group.tags.put("application", "headgate");
            CacheNode node = newNode(group, 0);
            node.redis = server;
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
        for (int n = 0; n < nodes; n++) {
            newNode(group, n);
        }
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

    private CacheNode newNode(LocalCache group, int number) {
        CacheNode node = new CacheNode(
                "%s-%03d".formatted(group.identifier, number + 1),
                ZONES.get(number % ZONES.size()),
                account.clock.now());
        group.nodes.add(node);
        return node;
    }

    private void start(LocalCache group, @Nullable CacheSnapshot snapshot) {
        Path file = snapshot == null ? null : snapshot.file;
        List<CacheNode> nodes = List.copyOf(group.nodes);
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
            promote(group, member(group, primary));
        }
        CacheSettings.apply(group, request);
        group.automaticFailover = request.isTrue("AutomaticFailoverEnabled", group.automaticFailover);
        group.multiAz = request.isTrue("MultiAZEnabled", group.multiAz);
        requireReplicas(group, group.nodes.size());
        writer.group(xml, group);
    }

    private static int member(LocalCache group, String name) {
        for (int n = 0; n < group.nodes.size(); n++) {
            if (group.nodes.get(n).identifier.equals(name)) {
                return n;
            }
        }
        throw CacheAccount.noCluster(name);
    }

    void testFailover(QueryRequest request, XmlResponse xml) {
        LocalCache group = account.group(request.require("ReplicationGroupId"));
        String shard = request.require("NodeGroupId");
        if (!shard.equals(LocalCache.SHARD)) {
            throw new QueryError("NodeGroupNotFoundFault", 404, "Node group " + shard + " not found.");
        }
        if (!group.automaticFailover) {
            throw QueryError.invalidCombination("Automatic failover of " + group.identifier + " is not enabled.");
        }
        group.requireAvailable();
        account.tell(group, "Test Failover API called for node group " + shard);
        promote(group, (group.primary + 1) % group.nodes.size());
        writer.group(xml, group);
    }

    /** Lets a replica take over: clients of the primary are cut off, and find the new one at the same endpoint. */
    private void promote(LocalCache group, int number) {
        if (number == group.primary) {
            return;
        }
        CacheNode before = group.primary();
        CacheNode after = group.nodes.get(number);
        TcpFront front = group.front;
        List<CacheNode> nodes = List.copyOf(group.nodes);
        group.status = LocalCache.MODIFYING;
        account.work(
                "the failover of " + group.identifier,
                () -> {
                    LocalRedis primary = after.running();
                    primary.takeOver();
                    if (front != null) {
                        front.leadTo(primary.port());
                    }
                    nodes.stream()
                            .filter(node -> node != after)
                            .forEach(node -> node.running().follow(primary));
                    return number;
                },
                done -> {
                    group.primary = done;
                    group.status = LocalCache.AVAILABLE;
                    account.tell(
                            group,
                            "Failover from primary node " + before.identifier + " to replica node " + after.identifier
                                    + " completed");
                },
                () -> group.status = LocalCache.AVAILABLE);
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
