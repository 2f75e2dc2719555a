package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.recovery.Change;
import io.headgate.recovery.Change.CreateSnapshot;
import io.headgate.recovery.Change.DeleteSnapshot;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.Change.SetBackupPolicy;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.Operation;
import io.headgate.recovery.Progress;
import io.smallrye.mutiny.Uni;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.Snapshot;

/**
 * How far changes have come, as ElastiCache describes what they are about. Who made a thing its tags tell, which can be read
 * once it is available.
 */
final class CacheProgress {

    private static final Progress ABSENT = new Progress.Absent();
    private static final Progress DONE = new Progress.Done(null);
    private static final Progress RUNNING = new Progress.Running(null, null);

    /** States of snapshots and caches that nothing good comes of by itself. */
    private static final Set<String> FAILED =
            Set.of("create-failed", "failed", "restore-failed", "incompatible-network", "deleted", Cache.DELETING);

    private CacheProgress() {}

    static Uni<Progress> look(
            AwsWork<ElastiCacheAsyncClient> elastiCache, String operation, Change change, @Nullable String key) {
        if (change instanceof CreateSnapshot create) {
            return CacheSnapshots.find(elastiCache, create.name())
                    .chain(snapshot -> ofCreation(elastiCache, operation, snapshot));
        }
        if (change instanceof DeleteSnapshot delete) {
            return CacheSnapshots.find(elastiCache, delete.snapshot().key())
                    .map(snapshot -> snapshot == null ? DONE : ofDeletion(snapshot.snapshotStatus()));
        }
        if (change instanceof RestoreSnapshot restore) {
            return Caches.find(elastiCache, restore.target().name())
                    .chain(cache -> ofRestore(elastiCache, operation, cache));
        }
        if (change instanceof SetBackupPolicy policy) {
            return Caches.find(elastiCache, policy.database().name()).map(cache -> ofPolicy(policy, cache));
        }
        if (change instanceof DeleteDatabase delete) {
            return Caches.find(elastiCache, delete.database().name())
                    .map(cache -> cache == null
                            ? new Progress.Done(delete.finalSnapshot(operation))
                            : ofDeletion(cache.status()));
        }
        return change instanceof FailoverDatabase failover
                ? Caches.find(elastiCache, failover.database().name())
                        .chain(cache -> ofFailover(elastiCache, operation, failover, cache, key))
                : Uni.createFrom().item(ABSENT);
    }

    private static Uni<Progress> ofCreation(
            AwsWork<ElastiCacheAsyncClient> elastiCache, String operation, @Nullable Snapshot snapshot) {
        if (snapshot == null) {
            return Uni.createFrom().item(ABSENT);
        }
        String name = snapshot.snapshotName();
        return made(elastiCache, operation, "snapshot " + name, snapshot.arn(), snapshot.snapshotStatus(), name);
    }

    private static Uni<Progress> ofRestore(
            AwsWork<ElastiCacheAsyncClient> elastiCache, String operation, @Nullable Cache cache) {
        return cache == null
                ? Uni.createFrom().item(ABSENT)
                : made(elastiCache, operation, cache.thing(), cache.arn(), cache.status(), null);
    }

    /** How far something is made; that another request made something of its name is told at its end. */
    private static Uni<Progress> made(
            AwsWork<ElastiCacheAsyncClient> elastiCache,
            String operation,
            String thing,
            @Nullable String arn,
            @Nullable String status,
            @Nullable String key) {
        if (status != null && FAILED.contains(status)) {
            return Uni.createFrom()
                    .item(new Progress.Failed(
                            ErrorCode.FAILED_PRECONDITION,
                            thing + " is in the state " + status
                                    + ": wait until it is gone, or delete it, and make it again; its events say why",
                            null));
        }
        if (!Cache.AVAILABLE.equals(status)) {
            return Uni.createFrom().item(new Progress.Running(null, key));
        }
        return CacheTags.areOf(elastiCache, arn, operation)
                .map(isOurs -> isOurs
                        ? new Progress.Done(key)
                        : new Progress.Failed(
                                ErrorCode.ALREADY_EXISTS,
                                thing + " is there, and this operation did not make it: choose another name",
                                null));
    }

    private static Progress ofDeletion(@Nullable String status) {
        return Cache.DELETING.equals(status) ? RUNNING : ABSENT;
    }

    private static Progress ofPolicy(SetBackupPolicy policy, @Nullable Cache cache) {
        if (cache == null) {
            return gone(policy.database().toString());
        }
        if (cache.retentionDays() == policy.retentionDays()) {
            return DONE;
        }
        return cache.isAvailable() ? ABSENT : RUNNING;
    }

    private static Uni<Progress> ofFailover(
            AwsWork<ElastiCacheAsyncClient> elastiCache,
            String operation,
            FailoverDatabase failover,
            @Nullable Cache cache,
            @Nullable String key) {
        if (cache == null) {
            return Uni.createFrom().item(gone(failover.database().toString()));
        }
        if (!cache.isAvailable()) {
            return Uni.createFrom().item(new Progress.Running(null, key));
        }
        if (isTakenOver(cache, failover.to(), key)) {
            return Uni.createFrom().item(DONE);
        }
        return cache.hasAutomaticFailover()
                ? CacheEvents.failover(elastiCache, cache.name(), Operation.requestedAt(operation))
                : Uni.createFrom().item(ABSENT);
    }

    /** Whether the primary is the one that was asked for or, where none was, another one than before. */
    private static boolean isTakenOver(Cache cache, @Nullable String to, @Nullable String key) {
        if (key == null) {
            return to != null
                    && cache.shards().stream().anyMatch(shard -> to.equals(cache.primary(shard.nodeGroupId())));
        }
        int end = key.indexOf(CacheChanges.SHARD_END);
        String now = cache.primary(key.substring(0, end));
        return now != null && !now.equals(key.substring(end + CacheChanges.SHARD_END.length()));
    }

    private static Progress gone(String id) {
        return new Progress.Failed(
                ErrorCode.NOT_FOUND, id + " is not there any more: read the query databases again", null);
    }
}
