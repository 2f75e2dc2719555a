package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;

/**
 * Sets tags again and tells what of the source's settings, all of which the restore asked for, the new replication group has.
 */
final class CacheReapply {

    private CacheReapply() {}

    static Uni<List<Reapplied>> reapply(AwsWork<ElastiCacheAsyncClient> elastiCache, Restore restore) {
        String name = restore.target().name();
        return Caches.find(elastiCache, name).chain(target -> {
            if (target == null) {
                throw GatewayException.of(
                        ErrorCode.NOT_FOUND,
                        "replication group " + name
                                + " is not there any more: somebody deleted it after it was restored");
            }
            return restore.reapply() && restore instanceof RestoreSnapshot fromSnapshot
                    ? CacheSource.of(elastiCache, fromSnapshot)
                            .chain(source -> asSource(elastiCache, restore, source.cache(), target))
                    : CacheTags.add(elastiCache, target, restore.tags());
        });
    }

    private static Uni<List<Reapplied>> asSource(
            AwsWork<ElastiCacheAsyncClient> elastiCache, Restore restore, @Nullable Cache source, Cache target) {
        Uni<List<Tag>> tags =
                source == null ? Uni.createFrom().item(List.of()) : CacheTags.of(elastiCache, source.arn());
        return tags.chain(ofSource ->
                        CacheTags.add(elastiCache, target, CacheNames.TAGS.wanted(restore.tags(), ofSource)))
                .map(set -> {
                    List<Reapplied> all = new ArrayList<>(set);
                    all.addAll(settings(source, target));
                    return all;
                });
    }

    private static List<Reapplied> settings(@Nullable Cache source, Cache target) {
        if (source == null) {
            return List.of(new Reapplied(
                    "settings of the source",
                    false,
                    "the source is gone: set security groups, replicas and backup retention by hand"));
        }
        List<Reapplied> settings = new ArrayList<>(List.of(
                compared("security groups", source.securityGroups(), target.securityGroups()),
                compared("replicas", source.replicas(), target.replicas()),
                compared("automatic failover", source.hasAutomaticFailover(), target.hasAutomaticFailover()),
                compared("Multi-AZ", source.isMultiAz(), target.isMultiAz()),
                compared("encryption at rest", source.isEncryptedAtRest(), target.isEncryptedAtRest()),
                compared("encryption in transit", source.isEncryptedInTransit(), target.isEncryptedInTransit()),
                compared("backup retention", source.retentionDays(), target.retentionDays()),
                compared("snapshot window", source.snapshotWindow(), target.snapshotWindow())));
        settings.add(new Reapplied(
                "AUTH token and user groups", false, "AWS tells no tokens: set them with ModifyReplicationGroup"));
        settings.add(new Reapplied(
                "CloudWatch alarms", false, "they name the source: create them for the new group in CloudWatch"));
        return settings;
    }

    private static Reapplied compared(String setting, @Nullable Object source, @Nullable Object target) {
        return Objects.equals(source, target)
                ? new Reapplied(setting, true, "as the source has it: " + source)
                : new Reapplied(
                        setting,
                        false,
                        "the source has " + source + ", the new group " + target + ": change it in ElastiCache");
    }
}
