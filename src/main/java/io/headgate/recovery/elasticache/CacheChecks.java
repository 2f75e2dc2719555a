package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.smallrye.mutiny.Uni;
import java.util.List;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.NodeGroup;
import software.amazon.awssdk.services.elasticache.model.NodeGroupMember;

/** Whether caches are what a change needs, and in the state that it needs. */
final class CacheChecks {

    private static final String NOT_OF_MEMCACHED =
            " runs Memcached, whose nodes hold what they have in memory alone: ElastiCache has no ";

    private CacheChecks() {}

    /** Why a cache can't be backed up. */
    static List<String> problems(Change change, Database database) {
        if (!Cache.isMemcached(database.engine())) {
            return List.of();
        }
        return change instanceof Change.SetBackupPolicy
                ? List.of(database.id() + NOT_OF_MEMCACHED + "automatic backups of it")
                : List.of(database.id() + NOT_OF_MEMCACHED + "snapshots of it");
    }

    /** Gives the database that the change is about. */
    static Uni<DatabaseId> check(AwsWork<ElastiCacheAsyncClient> elastiCache, FleetChange change) {
        DatabaseId id = change.database();
        if (!(change instanceof FailoverDatabase || change instanceof DeleteDatabase)) {
            return Uni.createFrom()
                    .failure(GatewayException.invalidArgument(
                            "caches are failed over and deleted here, and restored from snapshots: "
                                    + change.operationKind() + " is not for them"));
        }
        return Caches.find(elastiCache, id.name()).chain(cache -> {
            if (cache == null) {
                throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no database " + id);
            }
            require(!cache.status().equals(Cache.DELETING), id + " is being deleted already");
            require(cache.isAvailable(), id + " is " + cache.status() + ": wait until it is available, and try again");
            if (change instanceof DeleteDatabase delete) {
                return deletion(elastiCache, delete, cache);
            }
            failover((FailoverDatabase) change, cache);
            return Uni.createFrom().item(id);
        });
    }

    private static Uni<DatabaseId> deletion(
            AwsWork<ElastiCacheAsyncClient> elastiCache, DeleteDatabase delete, Cache cache) {
        DatabaseId id = delete.database();
        require(
                !cache.isMemcached() || delete.skipFinalSnapshot(),
                id + NOT_OF_MEMCACHED + "last snapshot of it: say skipFinalSnapshot: true");
        String snapshot = delete.finalSnapshot();
        return snapshot == null
                ? Uni.createFrom().item(id)
                : CacheSnapshots.find(elastiCache, snapshot).map(taken -> {
                    if (taken != null) {
                        throw GatewayException.of(
                                ErrorCode.ALREADY_EXISTS,
                                "there is a snapshot " + snapshot + " already: choose another name");
                    }
                    return id;
                });
    }

    private static void failover(FailoverDatabase failover, Cache cache) {
        DatabaseId id = failover.database();
        require(!cache.isMemcached(), id + NOT_OF_MEMCACHED + "replica of it that could take over");
        require(
                cache.group() != null,
                id + " is a single node: restore a snapshot of it into a replication group, which can have replicas");
        require(cache.replicas() > 0, id + " has no replica that could take over: add one in ElastiCache first");
        List<NodeGroup> shards = cache.shards();
        String to = failover.to();
        if (cache.hasAutomaticFailover()) {
            List<String> names = shards.stream().map(NodeGroup::nodeGroupId).toList();
            if (to == null ? names.size() > 1 : !names.contains(to)) {
                throw GatewayException.invalidArgument("target names the shard of " + id + " that fails over: one of "
                        + names + "; which of its replicas takes over ElastiCache chooses");
            }
            return;
        }
        List<String> members = shards.stream()
                .flatMap(shard -> shard.nodeGroupMembers().stream())
                .map(NodeGroupMember::cacheClusterId)
                .toList();
        if (to == null || !members.contains(to)) {
            throw GatewayException.invalidArgument("automatic failover of " + id
                    + " is off: target names the member that becomes the primary, one of " + members);
        }
        require(!to.equals(cache.primary(shards.get(0).nodeGroupId())), to + " is the primary already");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw GatewayException.of(ErrorCode.FAILED_PRECONDITION, otherwise);
        }
    }
}
