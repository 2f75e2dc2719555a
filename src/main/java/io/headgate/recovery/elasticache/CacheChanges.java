package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change;
import io.headgate.recovery.Change.CreateSnapshot;
import io.headgate.recovery.Change.DeleteSnapshot;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.Change.SetBackupPolicy;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.CreateReplicationGroupRequest;
import software.amazon.awssdk.services.elasticache.model.Snapshot;

/**
 * Changes as ElastiCache is asked for them, each in one request. What they are about is read first: a replication group and a
 * cache cluster are asked for by different names.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html">CreateReplicationGroup</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-restoring.html">Restoring from a backup</a>
 */
final class CacheChanges {

    /** Between a shard and what was its primary, in what a look is to know of a failover. */
    static final String SHARD_END = "/";

    private CacheChanges() {}

    static Uni<@Nullable String> begin(AwsWork<ElastiCacheAsyncClient> elastiCache, String operation, Change change) {
        if (change instanceof CreateSnapshot create) {
            return of(
                    elastiCache,
                    create.database(),
                    cache -> elastiCache
                            .change(client -> client.createSnapshot(request -> request.replicationGroupId(group(cache))
                                    .cacheClusterId(cluster(cache))
                                    .snapshotName(create.name())
                                    .tags(CacheTags.of(operation, create.tags()))))
                            .map(made -> made.snapshot().snapshotName()));
        }
        if (change instanceof DeleteSnapshot delete) {
            return elastiCache
                    .change(client -> client.deleteSnapshot(
                            request -> request.snapshotName(delete.snapshot().key())))
                    .map(deleted -> null);
        }
        if (change instanceof SetBackupPolicy policy) {
            return of(elastiCache, policy.database(), cache -> retain(elastiCache, cache, policy.retentionDays()));
        }
        if (change instanceof DeleteDatabase delete) {
            return of(
                    elastiCache,
                    delete.database(),
                    cache -> delete(elastiCache, cache, delete.finalSnapshot(operation)));
        }
        if (change instanceof FailoverDatabase failover) {
            return of(elastiCache, failover.database(), cache -> failover(elastiCache, cache, failover.to()));
        }
        if (change instanceof RestoreSnapshot restore) {
            return restore(elastiCache, operation, restore);
        }
        return Uni.createFrom()
                .failure(GatewayException.of(
                        ErrorCode.FAILED_PRECONDITION,
                        change.operationKind() + " is not for caches: ElastiCache has no such change"));
    }

    private static Uni<@Nullable String> of(
            AwsWork<ElastiCacheAsyncClient> elastiCache, DatabaseId id, Function<Cache, Uni<@Nullable String>> change) {
        return elastiCache.beforeChange(Caches.find(elastiCache, id.name())).chain(cache -> {
            if (cache == null) {
                throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no database " + id);
            }
            return change.apply(cache);
        });
    }

    private static @Nullable String group(Cache cache) {
        return cache.group() == null ? null : cache.name();
    }

    private static @Nullable String cluster(Cache cache) {
        return cache.group() == null ? cache.name() : null;
    }

    /** Without cluster mode a member is named that daily snapshots are taken of: a replica where there is one. */
    private static Uni<@Nullable String> retain(AwsWork<ElastiCacheAsyncClient> elastiCache, Cache cache, int days) {
        return cache.group() == null
                ? elastiCache
                        .change(client -> client.modifyCacheCluster(request -> request.cacheClusterId(cache.name())
                                .snapshotRetentionLimit(days)
                                .applyImmediately(true)))
                        .map(modified -> null)
                : elastiCache
                        .change(client ->
                                client.modifyReplicationGroup(request -> request.replicationGroupId(cache.name())
                                        .snapshotRetentionLimit(days)
                                        .snapshottingClusterId(cache.snapshottingMember())
                                        .applyImmediately(true)))
                        .map(modified -> null);
    }

    private static Uni<@Nullable String> delete(
            AwsWork<ElastiCacheAsyncClient> elastiCache, Cache cache, @Nullable String snapshot) {
        return cache.group() == null
                ? elastiCache
                        .change(client -> client.deleteCacheCluster(
                                request -> request.cacheClusterId(cache.name()).finalSnapshotIdentifier(snapshot)))
                        .map(deleted -> snapshot)
                : elastiCache
                        .change(client ->
                                client.deleteReplicationGroup(request -> request.replicationGroupId(cache.name())
                                        .retainPrimaryCluster(false)
                                        .finalSnapshotIdentifier(snapshot)))
                        .map(deleted -> snapshot);
    }

    /**
     * Where ElastiCache fails over by itself it is asked to do so now; where it does not, for another primary.
     *
     * @return the shard and its primary of before, where a look can't tell by what was asked for
     */
    private static Uni<@Nullable String> failover(
            AwsWork<ElastiCacheAsyncClient> elastiCache, Cache cache, @Nullable String to) {
        if (!cache.hasAutomaticFailover()) {
            return elastiCache
                    .change(client -> client.modifyReplicationGroup(request -> request.replicationGroupId(cache.name())
                            .primaryClusterId(to)
                            .applyImmediately(true)))
                    .map(modified -> null);
        }
        String shard = to == null ? cache.shards().get(0).nodeGroupId() : to;
        String before = shard + SHARD_END + cache.primary(shard);
        return elastiCache
                .change(client -> client.testFailover(
                        request -> request.replicationGroupId(cache.name()).nodeGroupId(shard)))
                .map(begun -> before);
    }

    private static Uni<@Nullable String> restore(
            AwsWork<ElastiCacheAsyncClient> elastiCache, String operation, RestoreSnapshot restore) {
        Uni<CacheSource> source = CacheSource.of(elastiCache, restore);
        Uni<List<Tag>> tags = source.chain(found -> found.cache() == null || !restore.reapply()
                ? Uni.createFrom().item(List.of())
                : CacheTags.of(elastiCache, found.cache().arn()));
        return elastiCache
                .beforeChange(Uni.combine().all().unis(source, tags).asTuple())
                .chain(found -> {
                    CacheSource of = found.getItem1();
                    if (of.snapshot() == null) {
                        throw GatewayException.of(
                                ErrorCode.NOT_FOUND,
                                "ElastiCache has no snapshot of that name: read the query snapshots again");
                    }
                    CreateReplicationGroupRequest request = request(restore, of, of.snapshot())
                            .tags(CacheTags.of(operation, CacheNames.TAGS.wanted(restore.tags(), found.getItem2())))
                            .build();
                    return elastiCache
                            .change(client -> client.createReplicationGroup(request))
                            .map(created -> null);
                });
    }

    private static CreateReplicationGroupRequest.Builder request(
            RestoreSnapshot restore, CacheSource source, Snapshot snapshot) {
        Cache model = restore.reapply() ? source.cache() : null;
        int replicas = model == null ? 0 : model.replicas();
        CreateReplicationGroupRequest.Builder request = CreateReplicationGroupRequest.builder()
                .replicationGroupId(restore.target().name())
                .replicationGroupDescription("Restored of " + snapshot.snapshotName())
                .snapshotName(snapshot.snapshotName())
                .engine(snapshot.engine())
                .engineVersion(snapshot.engineVersion())
                .cacheNodeType(snapshot.cacheNodeType())
                .cacheParameterGroupName(snapshot.cacheParameterGroupName());
        if (source.isClusterMode()) {
            // ElastiCache has no cluster mode without automatic failover.
            request.numNodeGroups(source.shards())
                    .replicasPerNodeGroup(replicas)
                    .automaticFailoverEnabled(true);
        } else {
            request.numCacheClusters(1 + replicas)
                    .automaticFailoverEnabled(model != null && model.hasAutomaticFailover());
        }
        if (model != null) {
            request.multiAZEnabled(model.isMultiAz())
                    .cacheSubnetGroupName(
                            model.cluster() == null ? null : model.cluster().cacheSubnetGroupName())
                    .securityGroupIds(model.securityGroups())
                    .snapshotRetentionLimit(model.retentionDays())
                    .snapshotWindow(model.snapshotWindow())
                    .atRestEncryptionEnabled(model.isEncryptedAtRest())
                    .transitEncryptionEnabled(model.isEncryptedInTransit());
        }
        return request;
    }
}
