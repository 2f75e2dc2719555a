package io.headgate.fleet.elasticache;

import io.headgate.aws.AwsService;
import io.headgate.aws.AwsWork;
import io.headgate.aws.CloudWatch;
import io.headgate.aws.CloudWatch.Metric;
import io.headgate.fleet.AutomatedBackup;
import io.headgate.fleet.DatabaseDetails;
import io.headgate.fleet.DatabaseDetails.Node;
import io.headgate.fleet.DatabaseEvent;
import io.headgate.fleet.Fleet;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.elasticache.Cache;
import io.headgate.recovery.elasticache.CacheEvents;
import io.headgate.recovery.elasticache.Caches;
import io.headgate.recovery.elasticache.ElastiCacheConfig;
import io.headgate.recovery.elasticache.ElastiCacheRecoveryTarget;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.CacheCluster;
import software.amazon.awssdk.services.elasticache.model.Event;
import software.amazon.awssdk.services.elasticache.model.NodeGroup;
import software.amazon.awssdk.services.elasticache.model.SourceType;

/** The fleet as ElastiCache tells it. */
public final class ElastiCacheFleet implements Fleet {

    private static final Set<SourceType> SOURCES = Set.of(SourceType.REPLICATION_GROUP, SourceType.CACHE_CLUSTER);

    private final AwsService<ElastiCacheAsyncClient> elastiCache;
    private final CloudWatch cloudWatch;

    public ElastiCacheFleet(ElastiCacheAsyncClient client, CloudWatch cloudWatch, ElastiCacheConfig config) {
        this.elastiCache = ElastiCacheRecoveryTarget.service(client, config);
        this.cloudWatch = cloudWatch;
    }

    @Override
    public Uni<Map<DatabaseId, DatabaseDetails>> details(Set<DatabaseId> ids) {
        List<String> names = ids.stream()
                .filter(id -> id.kind() == DatabaseKind.CACHE_CLUSTER)
                .map(DatabaseId::name)
                .toList();
        return names.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : elastiCache.reading(work -> Caches.find(work, names)).map(found -> {
                    Map<DatabaseId, DatabaseDetails> details = new HashMap<>();
                    found.forEach((name, cache) -> details.put(Cache.id(name), details(cache)));
                    return details;
                });
    }

    private static DatabaseDetails details(Cache cache) {
        CacheCluster cluster = cache.cluster();
        return DatabaseDetails.ofCache(
                cache.group() != null
                        ? cache.group().cacheNodeType()
                        : Objects.requireNonNull(cluster).cacheNodeType(),
                cache.isEncryptedAtRest(),
                cache.group() != null ? null : Objects.requireNonNull(cluster).preferredAvailabilityZone(),
                cache.shards().isEmpty()
                        ? null
                        : Cache.text(cache.shards().get(0).readerEndpoint()),
                cache.group() != null
                        ? cache.shards().stream()
                                .flatMap(ElastiCacheFleet::nodes)
                                .toList()
                        : nodes(Objects.requireNonNull(cluster)));
    }

    private static Stream<Node> nodes(NodeGroup shard) {
        return shard.nodeGroupMembers().stream()
                .map(member -> new Node(
                        member.cacheClusterId(),
                        shard.nodeGroupId(),
                        member.currentRole(),
                        member.preferredAvailabilityZone(),
                        Cache.text(member.readEndpoint())));
    }

    private static List<Node> nodes(CacheCluster cluster) {
        return cluster.cacheNodes().stream()
                .map(node -> new Node(
                        node.cacheNodeId(), null, null, node.customerAvailabilityZone(), Cache.text(node.endpoint())))
                .toList();
    }

    /** None is a replica: nodes are. */
    @Override
    public Uni<Map<DatabaseId, Double>> replicaLags(Set<DatabaseId> ids) {
        return Uni.createFrom().item(Map.of());
    }

    /**
     * As ElastiCache reports it to CloudWatch each minute, of replicas alone.
     *
     * @see <a href="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html">Metrics of ElastiCache</a>
     */
    @Override
    public Uni<Map<String, Double>> nodeLags(Set<String> nodes) {
        List<Metric> metrics = nodes.stream()
                .map(node -> new Metric("AWS/ElastiCache", "ReplicationLag", "CacheClusterId", node))
                .toList();
        return cloudWatch.latest(metrics).map(values -> {
            Map<String, Double> lags = new HashMap<>();
            values.forEach((metric, seconds) -> lags.put(metric.value(), seconds));
            return lags;
        });
    }

    /** Automatic snapshots are among a cache's snapshots; there is nothing between them. */
    @Override
    public Uni<List<AutomatedBackup>> automatedBackups(@Nullable DatabaseId database) {
        return Uni.createFrom().item(List.of());
    }

    @Override
    public Uni<List<DatabaseEvent>> events(@Nullable DatabaseId database, Instant since) {
        if (database != null && database.kind() != DatabaseKind.CACHE_CLUSTER) {
            return Uni.createFrom().item(List.of());
        }
        return elastiCache
                .reading(work -> database == null
                        ? CacheEvents.since(work, null, null, since)
                        : AwsWork.together(SOURCES.stream()
                                        .map(type -> CacheEvents.since(work, type, database.name(), since))
                                        .toList())
                                .map(lists ->
                                        lists.stream().flatMap(List::stream).toList()))
                .map(events -> events.stream()
                        .filter(event -> SOURCES.contains(event.sourceType())
                                && event.sourceIdentifier() != null
                                && event.date() != null)
                        .map(ElastiCacheFleet::event)
                        .sorted(DatabaseEvent.NEWEST_FIRST)
                        .toList());
    }

    private static DatabaseEvent event(Event event) {
        return new DatabaseEvent(
                event.date(),
                Cache.id(event.sourceIdentifier()).toString(),
                List.of(),
                Objects.requireNonNullElse(event.message(), ""));
    }
}
