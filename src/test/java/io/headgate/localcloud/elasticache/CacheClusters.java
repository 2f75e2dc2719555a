package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.LocalMemcached;
import io.headgate.localcloud.LocalRedis;
import io.headgate.localcloud.query.Listing;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The actions on cache clusters: those of one node of Redis, those of Memcached, and the members of replication groups. */
final class CacheClusters {

    private static final int LONGEST_NAME = 50;
    private static final int MOST_NODES = 40;
    private static final int PAGE = 100;
    private static final String ZONE = "eu-west-1a";
    private static final String MEMCACHED = "memcached";
    private static final String MEMCACHED_VERSION = "1.6.22";
    private static final Set<String> ENGINES = Set.of("redis", "valkey", MEMCACHED);

    private final CacheAccount account;
    private final CacheXml writer;
    private final Snapshots snapshots;

    CacheClusters(CacheAccount account, CacheXml writer, Snapshots snapshots) {
        this.account = account;
        this.writer = writer;
        this.snapshots = snapshots;
    }

    void create(QueryRequest request, XmlResponse xml) {
        String name = CacheSettings.name(request, "CacheClusterId", LONGEST_NAME);
        if (account.clusters.containsKey(name)) {
            throw new QueryError("CacheClusterAlreadyExists", 404, "Cache cluster already exists: " + name);
        }
        String from = request.find("SnapshotName");
        CacheSnapshot snapshot = from == null ? null : account.snapshot(from);
        Path saved = snapshot == null ? null : snapshot.onlyFile();
        String engine = request.find("Engine");
        if (engine == null) {
            engine = snapshot == null ? MEMCACHED : snapshot.source.engine;
        }
        if (!ENGINES.contains(engine)) {
            throw QueryError.invalidValue("Invalid engine: " + engine);
        }
        boolean isMemcached = engine.equals(MEMCACHED);
        int nodes = request.integer("NumCacheNodes", 1, isMemcached ? MOST_NODES : 1)
                .orElse(1);
        LocalCache cluster = new LocalCache(
                false, name, engine, isMemcached ? MEMCACHED_VERSION : LocalRedis.version(), account.clock.now());
        cluster.attributes.put("CacheNodeType", "cache.t4g.micro");
        CacheSettings.apply(cluster, request, account.clock.now());
        cluster.tags.putAll(request.tags());
        cluster.shards.add(new Shard(
                "0001",
                null,
                IntStream.rangeClosed(1, nodes)
                        .mapToObj(n -> new CacheNode("%04d".formatted(n), ZONE, account.clock.now()))
                        .toList()));
        account.clusters.put(name, cluster);
        start(cluster, saved);
        writer.cluster(xml, cluster);
    }

    /** Where no Memcached is installed, a cluster of it is a record, without endpoints. */
    private void start(LocalCache cluster, @Nullable Path file) {
        List<CacheNode> nodes = cluster.nodes();
        account.work(
                "the start of " + cluster.identifier,
                () -> {
                    for (CacheNode node : nodes) {
                        Path place = account.newPlace(cluster.identifier + "-" + node.identifier);
                        if (!cluster.isMemcached()) {
                            node.redis = file == null ? LocalRedis.in(place) : LocalRedis.holding(place, file);
                        } else if (LocalMemcached.isInstalled()) {
                            node.memcached = LocalMemcached.in(place);
                        }
                    }
                    return cluster;
                },
                done -> {
                    done.status = LocalCache.AVAILABLE;
                    account.tell(done, "Cache cluster created");
                },
                () -> cluster.status = "restore-failed");
    }

    void describe(QueryRequest request, XmlResponse xml) {
        String name = request.find("CacheClusterId");
        boolean areAlone = request.isTrue("ShowCacheClustersNotInReplicationGroups");
        List<Member> all = new ArrayList<>();
        account.clusters.values().forEach(each -> all.add(new Member(each.identifier, each, null)));
        if (!areAlone) {
            account.groups
                    .values()
                    .forEach(group -> group.nodes().forEach(node -> all.add(new Member(node.identifier, group, node))));
        }
        List<Member> sought = name == null
                ? all
                : all.stream()
                        .filter(each -> each.name.equals(name.toLowerCase(Locale.ROOT)))
                        .toList();
        if (name != null && sought.isEmpty()) {
            throw CacheAccount.noCluster(name);
        }
        boolean withNodes = request.isTrue("ShowCacheNodeInfo");
        Listing.of(sought, request, each -> each.name, PAGE)
                .write(xml, "CacheClusters", each -> writer.cluster(xml, each.cache, each.node, withNodes));
    }

    /** A cache cluster as it is listed. */
    private record Member(
            String name, LocalCache cache, @Nullable CacheNode node) {}

    void modify(QueryRequest request, XmlResponse xml) {
        LocalCache cluster = account.cluster(request.require("CacheClusterId"));
        cluster.requireAvailable();
        CacheSettings.apply(cluster, request, account.clock.now());
        writer.cluster(xml, cluster);
    }

    void delete(QueryRequest request, XmlResponse xml) {
        LocalCache cluster = account.cluster(request.require("CacheClusterId"));
        snapshots.delete(cluster, request, account.clusters);
        writer.cluster(xml, cluster);
    }
}
