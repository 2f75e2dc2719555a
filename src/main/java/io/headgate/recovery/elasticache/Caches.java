package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsWork;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.CacheCluster;
import software.amazon.awssdk.services.elasticache.model.CacheClusterNotFoundException;
import software.amazon.awssdk.services.elasticache.model.DescribeCacheClustersResponse;
import software.amazon.awssdk.services.elasticache.model.DescribeReplicationGroupsResponse;
import software.amazon.awssdk.services.elasticache.model.ReplicationGroup;
import software.amazon.awssdk.services.elasticache.model.ReplicationGroupNotFoundException;

/**
 * How ElastiCache lists its caches. A replication group's description lacks its engine's version and its networks, which
 * its members have. Of a replication group and a cache cluster of one name the group is seen.
 */
public final class Caches {

    /** As many as ElastiCache takes. */
    static final int PAGE = 100;

    /** More than so many are found among all: two or three requests each would be more. */
    private static final int FEW = 4;

    private Caches() {}

    /** All, by name. */
    static Uni<Map<String, Cache>> all(AwsWork<ElastiCacheAsyncClient> elastiCache) {
        Uni<List<ReplicationGroup>> groups = elastiCache
                .pages(
                        (client, marker) -> client.describeReplicationGroups(
                                request -> request.marker(marker).maxRecords(PAGE)),
                        DescribeReplicationGroupsResponse::marker)
                .map(pages -> pages.stream()
                        .flatMap(page -> page.replicationGroups().stream())
                        .toList());
        Uni<List<CacheCluster>> clusters = elastiCache
                .pages(
                        (client, marker) -> client.describeCacheClusters(request ->
                                request.showCacheNodeInfo(true).marker(marker).maxRecords(PAGE)),
                        DescribeCacheClustersResponse::marker)
                .map(pages -> pages.stream()
                        .flatMap(page -> page.cacheClusters().stream())
                        .toList());
        return Uni.combine().all().unis(groups, clusters).with(Caches::joined);
    }

    private static Map<String, Cache> joined(List<ReplicationGroup> groups, List<CacheCluster> clusters) {
        Map<String, CacheCluster> members = clusters.stream()
                .filter(cluster -> cluster.replicationGroupId() != null)
                .collect(Collectors.toMap(CacheCluster::replicationGroupId, Function.identity(), (one, other) -> one));
        Map<String, Cache> caches = new TreeMap<>();
        for (CacheCluster cluster : clusters) {
            if (cluster.replicationGroupId() == null) {
                caches.put(cluster.cacheClusterId(), new Cache(null, cluster));
            }
        }
        for (ReplicationGroup group : groups) {
            caches.put(group.replicationGroupId(), new Cache(group, members.get(group.replicationGroupId())));
        }
        return caches;
    }

    /** Those of some names; the names of none are missing. */
    public static Uni<Map<String, Cache>> find(AwsWork<ElastiCacheAsyncClient> elastiCache, Collection<String> names) {
        List<String> possible = names.stream().filter(CacheNames::mayBeCache).toList();
        if (possible.size() <= FEW) {
            return elastiCache.each(possible, name -> find(elastiCache, name));
        }
        return all(elastiCache).map(all -> {
            Map<String, Cache> found = new HashMap<>(all);
            found.keySet().retainAll(possible);
            return found;
        });
    }

    /** The one of a name, {@code null} when there is none. */
    static Uni<@Nullable Cache> find(AwsWork<ElastiCacheAsyncClient> elastiCache, String name) {
        if (!CacheNames.mayBeCache(name)) {
            return Uni.createFrom().nullItem();
        }
        return elastiCache
                .find(
                        client -> client.describeReplicationGroups(request -> request.replicationGroupId(name)),
                        ReplicationGroupNotFoundException.class)
                .chain(page -> page == null || page.replicationGroups().isEmpty()
                        ? single(elastiCache, name)
                        : ofGroup(elastiCache, page.replicationGroups().get(0)));
    }

    private static Uni<@Nullable Cache> ofGroup(AwsWork<ElastiCacheAsyncClient> elastiCache, ReplicationGroup group) {
        return group.memberClusters().isEmpty()
                ? Uni.createFrom().item(new Cache(group, null))
                : cluster(elastiCache, group.memberClusters().get(0)).map(member -> new Cache(group, member));
    }

    private static Uni<@Nullable Cache> single(AwsWork<ElastiCacheAsyncClient> elastiCache, String name) {
        return cluster(elastiCache, name)
                .map(cluster ->
                        cluster == null || cluster.replicationGroupId() != null ? null : new Cache(null, cluster));
    }

    private static Uni<@Nullable CacheCluster> cluster(AwsWork<ElastiCacheAsyncClient> elastiCache, String name) {
        return elastiCache
                .find(
                        client -> client.describeCacheClusters(
                                request -> request.cacheClusterId(name).showCacheNodeInfo(true)),
                        CacheClusterNotFoundException.class)
                .map(page -> page == null || page.cacheClusters().isEmpty()
                        ? null
                        : page.cacheClusters().get(0));
    }
}
