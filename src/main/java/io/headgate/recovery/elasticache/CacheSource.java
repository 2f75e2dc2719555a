package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.smallrye.mutiny.Uni;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.Snapshot;

/**
 * What a restore is made of.
 *
 * @param snapshot the snapshot, {@code null} when there is none
 * @param cache what the snapshot was made of, {@code null} when that is gone
 */
record CacheSource(@Nullable Snapshot snapshot, @Nullable Cache cache) {

    /** What the names of AWS's own parameter groups for cluster mode end with. */
    private static final String CLUSTER_MODE = ".cluster.on";

    static Uni<CacheSource> of(AwsWork<ElastiCacheAsyncClient> elastiCache, RestoreSnapshot restore) {
        return CacheSnapshots.find(elastiCache, restore.snapshot().key())
                .chain(snapshot -> snapshot == null
                        ? Uni.createFrom().item(new CacheSource(null, null))
                        : Caches.find(
                                        elastiCache,
                                        CacheSnapshots.source(snapshot).name())
                                .map(cache -> new CacheSource(snapshot, cache)));
    }

    int shards() {
        return snapshot == null ? 1 : Objects.requireNonNullElse(snapshot.numNodeGroups(), 1);
    }

    /** Whether its keys are spread over shards by their hash, even if there is but one. */
    boolean isClusterMode() {
        return shards() > 1
                || (cache != null && cache.isClusterMode())
                || (snapshot != null
                        && snapshot.cacheParameterGroupName() != null
                        && snapshot.cacheParameterGroupName().endsWith(CLUSTER_MODE));
    }
}
