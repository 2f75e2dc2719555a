package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.RestoreOutline;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.Snapshot;

/**
 * What a restore of a snapshot would do. ElastiCache restores the data; of settings Headgate names the engine, the node type,
 * the parameter group and the shards, as the snapshot has them, and with {@code reapply} those of the source.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-restoring.html">Restoring from a backup</a>
 */
final class CacheOutline {

    private CacheOutline() {}

    static Uni<RestoreOutline> of(AwsWork<ElastiCacheAsyncClient> elastiCache, Restore restore) {
        return restore instanceof RestoreSnapshot fromSnapshot
                ? CacheSource.of(elastiCache, fromSnapshot).map(source -> outline(fromSnapshot, source))
                : Uni.createFrom().item(new RestoreOutline(List.of(), List.of(), List.of()));
    }

    private static RestoreOutline outline(RestoreSnapshot restore, CacheSource source) {
        Snapshot snapshot = source.snapshot();
        if (snapshot == null) {
            return new RestoreOutline(List.of(), List.of(), List.of());
        }
        List<String> problems = new ArrayList<>();
        if (!Cache.AVAILABLE.equals(snapshot.snapshotStatus())) {
            problems.add("the snapshot is " + snapshot.snapshotStatus() + ": only an available one can be restored");
        }
        int replicas =
                restore.reapply() && source.cache() != null ? source.cache().replicas() : 0;
        String shards = source.shards() == 1 ? "1 shard" : source.shards() + " shards";
        return new RestoreOutline(
                List.of("replication group " + restore.target().name() + " (" + snapshot.engine() + " "
                        + snapshot.engineVersion() + ", " + snapshot.cacheNodeType() + "): " + shards + " with "
                        + (replicas == 0
                                ? "no replicas"
                                : replicas == 1 ? "1 replica each" : replicas + " replicas each")),
                notRestored(restore, source.cache()),
                problems);
    }

    private static List<String> notRestored(RestoreSnapshot restore, @Nullable Cache source) {
        List<String> left = new ArrayList<>();
        if (source == null) {
            left.addAll(
                    List.of("tags", "security groups", "subnet group", "replicas", "encryption", "backup retention"));
        } else if (!restore.reapply()) {
            left.add("tags");
            left.add(named("security groups", String.join(", ", source.securityGroups())));
            left.add(named(
                    "subnet group",
                    source.cluster() == null ? null : source.cluster().cacheSubnetGroupName()));
            left.add(on("replicas", source.replicas() > 0));
            left.add(on("automatic failover", source.hasAutomaticFailover() && !source.isClusterMode()));
            left.add(on("Multi-AZ", source.isMultiAz()));
            left.add(on("encryption at rest", source.isEncryptedAtRest()));
            left.add(on("encryption in transit", source.isEncryptedInTransit()));
            left.add(on("backup retention", source.retentionDays() > 0));
        }
        left.add("AUTH token and user groups: AWS tells no tokens");
        left.add("log delivery, CloudWatch alarms and the notification topic");
        left.add("writes after the snapshot, which nothing keeps");
        return left;
    }

    private static String named(String thing, @Nullable String name) {
        return name == null || name.isEmpty() ? thing + ": the source has none" : thing + " " + name;
    }

    private static String on(String thing, boolean isOn) {
        return isOn ? thing : thing + ": the source has none";
    }
}
