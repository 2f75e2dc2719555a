package io.headgate.recovery.rds;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsWork;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Reapplied;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.ModifyDbInstanceRequest;

/**
 * Sets what the restore request did not: compares the new DB instance with its source, and changes by one request what
 * differs, for RDS takes no second change while it makes the first.
 */
final class RdsReapply {

    private final AwsWork<RdsAsyncClient> rds;
    private final Restore restore;
    private final DBInstance target;

    private RdsReapply(AwsWork<RdsAsyncClient> rds, Restore restore, DBInstance target) {
        this.rds = rds;
        this.restore = restore;
        this.target = target;
    }

    static Uni<List<Reapplied>> reapply(AwsWork<RdsAsyncClient> rds, Restore restore) {
        String name = restore.target().name();
        return RdsInstances.LISTING.find(rds, name).chain(target -> {
            if (target == null) {
                return Uni.createFrom().failure(RdsTagging.targetGone("DB instance " + name));
            }
            RdsReapply reapply = new RdsReapply(rds, restore, target);
            return restore.reapply()
                    ? RdsSource.of(rds, restore).chain(source -> reapply.asSource(source.instance()))
                    : reapply.tags(null);
        });
    }

    private Uni<List<Reapplied>> asSource(@Nullable DBInstance source) {
        if (source == null) {
            Reapplied gone = new Reapplied(
                    "settings of the source",
                    false,
                    "the source is gone: set security groups, parameter group, Multi-AZ and tags by hand");
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

    private Uni<List<Reapplied>> tags(@Nullable DBInstance source) {
        return RdsTagging.add(
                rds,
                target.dbInstanceArn(),
                target.tagList(),
                RdsTags.wanted(restore.tags(), source == null ? null : source.tagList()));
    }

    private Uni<List<Reapplied>> settings(DBInstance source) {
        List<RdsSetting> settings = RdsSetting.compare(source, target);
        List<RdsSetting> differing =
                settings.stream().filter(each -> !each.isSame()).toList();
        if (differing.isEmpty()) {
            return Uni.createFrom()
                    .item(settings.stream().map(RdsSetting::unchanged).toList());
        }
        ModifyDbInstanceRequest.Builder request = ModifyDbInstanceRequest.builder()
                .dbInstanceIdentifier(target.dbInstanceIdentifier())
                .applyImmediately(true);
        differing.forEach(each -> each.change().accept(request));
        return rds.checkedChange(client -> client.modifyDBInstance(request.build()))
                .map(modified -> settings.stream()
                        .map(each -> each.isSame() ? each.unchanged() : each.changed())
                        .toList())
                .onFailure(AwsFailures::isFinal)
                .recoverWithItem(refusal -> settings.stream()
                        .map(each -> each.isSame() ? each.unchanged() : each.refused((GatewayException) refusal))
                        .toList());
    }

    private static List<Reapplied> leftToPeople(DBInstance source) {
        List<Reapplied> left = new ArrayList<>();
        if (!source.readReplicaDBInstanceIdentifiers().isEmpty()) {
            left.add(
                    new Reapplied("read replicas", false, "create them of the new DB instance when it has taken over"));
        }
        left.add(new Reapplied(
                "CloudWatch alarms", false, "they name the source: create them for the new DB instance in CloudWatch"));
        return left;
    }
}
