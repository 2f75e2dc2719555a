package io.headgate.recovery.aurora;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsWork;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.rds.RdsTagging;
import io.headgate.recovery.rds.RdsTags;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.ModifyDbClusterRequest;

/**
 * Sets what the restore request did not: compares the new DB cluster with its source, and changes by one request what
 * differs.
 */
final class AuroraReapply {

    private final AwsWork<RdsAsyncClient> rds;
    private final Restore restore;
    private final DBCluster target;

    private AuroraReapply(AwsWork<RdsAsyncClient> rds, Restore restore, DBCluster target) {
        this.rds = rds;
        this.restore = restore;
        this.target = target;
    }

    static Uni<List<Reapplied>> reapply(AwsWork<RdsAsyncClient> rds, Restore restore) {
        String name = restore.target().name();
        return AuroraClusters.LISTING.find(rds, name).chain(target -> {
            if (target == null) {
                return Uni.createFrom().failure(RdsTagging.targetGone("DB cluster " + name));
            }
            AuroraReapply reapply = new AuroraReapply(rds, restore, target);
            return restore.reapply()
                    ? AuroraSource.of(rds, restore).chain(source -> reapply.asSource(source.cluster()))
                    : reapply.tags(null);
        });
    }

    private Uni<List<Reapplied>> asSource(@Nullable DBCluster source) {
        if (source == null) {
            Reapplied gone = new Reapplied(
                    "settings of the source",
                    false,
                    "the source is gone: set security groups, cluster parameter group and tags by hand");
            return tags(null)
                    .map(tags -> Stream.concat(tags.stream(), Stream.of(gone)).toList());
        }
        return tags(source)
                .chain(tags -> settings(source).map(settings -> {
                    List<Reapplied> all = new ArrayList<>(tags);
                    all.addAll(settings);
                    all.addAll(leftToPeople(source));
                    return all;
                }));
    }

    private Uni<List<Reapplied>> tags(@Nullable DBCluster source) {
        return RdsTagging.add(
                rds,
                target.dbClusterArn(),
                target.tagList(),
                RdsTags.wanted(restore.tags(), source == null ? null : source.tagList()));
    }

    private Uni<List<Reapplied>> settings(DBCluster source) {
        List<AuroraSetting> settings = AuroraSetting.compare(source, target);
        ModifyDbClusterRequest.Builder request = ModifyDbClusterRequest.builder()
                .dbClusterIdentifier(target.dbClusterIdentifier())
                .applyImmediately(true);
        boolean differ = false;
        for (AuroraSetting each : settings) {
            Consumer<ModifyDbClusterRequest.Builder> change = each.change();
            if (!each.isSame() && change != null) {
                change.accept(request);
                differ = true;
            }
        }
        if (!differ) {
            return Uni.createFrom().item(outcomes(settings, null));
        }
        return rds.checkedChange(client -> client.modifyDBCluster(request.build()))
                .map(modified -> outcomes(settings, null))
                .onFailure(AwsFailures::isFinal)
                .recoverWithItem(refusal -> outcomes(settings, ((GatewayException) refusal).getMessage()));
    }

    private static List<Reapplied> outcomes(List<AuroraSetting> settings, @Nullable String refusal) {
        return settings.stream().map(each -> each.outcome(refusal)).toList();
    }

    private static List<Reapplied> leftToPeople(DBCluster source) {
        List<Reapplied> left = new ArrayList<>();
        if (source.dbClusterMembers().size() > 1) {
            left.add(new Reapplied("readers", false, "add them to the new cluster when it has taken over"));
        }
        left.add(new Reapplied(
                "CloudWatch alarms", false, "they name the source: create them for the new cluster in CloudWatch"));
        return left;
    }
}
