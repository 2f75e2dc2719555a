package io.headgate.recovery.rds;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change;
import io.headgate.recovery.Change.CreateSnapshot;
import io.headgate.recovery.Change.DeleteSnapshot;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.Change.RestoreToPointInTime;
import io.headgate.recovery.Change.SetBackupPolicy;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceFromDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceToPointInTimeRequest;

/**
 * Changes as RDS is asked for them, each in one request. A restore that reapplies reads the source first, and asks for a
 * DB instance with its settings; any other gets AWS's defaults, and the class of the source.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html">RestoreDBInstanceToPointInTime</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html">RestoreDBInstanceFromDBSnapshot</a>
 */
final class RdsChanges {

    private RdsChanges() {}

    static Uni<@Nullable String> begin(AwsWork<RdsAsyncClient> rds, String operation, Change change) {
        if (change instanceof CreateSnapshot create) {
            return createSnapshot(rds, operation, create);
        }
        if (change instanceof DeleteSnapshot delete) {
            return rds.change(client -> client.deleteDBSnapshot(request ->
                            request.dbSnapshotIdentifier(delete.snapshot().key())))
                    .map(deleted -> null);
        }
        if (change instanceof SetBackupPolicy policy) {
            return rds.change(client -> client.modifyDBInstance(request -> request.dbInstanceIdentifier(
                                    policy.database().name())
                            .backupRetentionPeriod(policy.retentionDays())
                            .applyImmediately(true)))
                    .map(modified -> null);
        }
        return restore(rds, operation, (Change.Restore) change).map(restored -> null);
    }

    private static Uni<@Nullable String> createSnapshot(
            AwsWork<RdsAsyncClient> rds, String operation, CreateSnapshot create) {
        return rds.change(client -> client.createDBSnapshot(request -> request.dbInstanceIdentifier(
                                create.database().name())
                        .dbSnapshotIdentifier(create.name())
                        .tags(RdsTags.of(operation, create.tags()))))
                .map(made -> made.dbSnapshot().dbSnapshotIdentifier());
    }

    private static Uni<?> restore(AwsWork<RdsAsyncClient> rds, String operation, Change.Restore restore) {
        Uni<@Nullable DBInstance> model = restore.reapply()
                ? rds.beforeChange(RdsSource.of(rds, restore)).map(RdsSource::instance)
                : Uni.createFrom().nullItem();
        return model.chain(source -> {
            var tags = RdsTags.of(operation, RdsTags.wanted(restore.tags(), source == null ? null : source.tagList()));
            if (restore instanceof RestoreSnapshot fromSnapshot) {
                RestoreDbInstanceFromDbSnapshotRequest request = fromSnapshot(fromSnapshot, source).toBuilder()
                        .tags(tags)
                        .build();
                return rds.change(client -> client.restoreDBInstanceFromDBSnapshot(request))
                        .map(Object.class::cast);
            }
            RestoreDbInstanceToPointInTimeRequest request =
                    toPointInTime((RestoreToPointInTime) restore, source).toBuilder()
                            .tags(tags)
                            .build();
            return rds.change(client -> client.restoreDBInstanceToPointInTime(request))
                    .map(Object.class::cast);
        });
    }

    private static RestoreDbInstanceFromDbSnapshotRequest fromSnapshot(
            RestoreSnapshot restore, @Nullable DBInstance source) {
        RestoreDbInstanceFromDbSnapshotRequest.Builder request = RestoreDbInstanceFromDbSnapshotRequest.builder()
                .dbSnapshotIdentifier(restore.snapshot().key())
                .dbInstanceIdentifier(restore.target().name());
        if (source != null) {
            request.dbInstanceClass(source.dbInstanceClass())
                    .vpcSecurityGroupIds(RdsInstances.securityGroups(source))
                    .dbSubnetGroupName(RdsInstances.subnetGroup(source))
                    .dbParameterGroupName(RdsInstances.parameterGroup(source))
                    .optionGroupName(RdsInstances.optionGroup(source))
                    .multiAZ(source.multiAZ())
                    .backupRetentionPeriod(source.backupRetentionPeriod())
                    .copyTagsToSnapshot(source.copyTagsToSnapshot())
                    .deletionProtection(source.deletionProtection())
                    .publiclyAccessible(source.publiclyAccessible());
        }
        return request.build();
    }

    private static RestoreDbInstanceToPointInTimeRequest toPointInTime(
            RestoreToPointInTime restore, @Nullable DBInstance source) {
        RestoreDbInstanceToPointInTimeRequest.Builder request = RestoreDbInstanceToPointInTimeRequest.builder()
                .sourceDBInstanceIdentifier(restore.source().name())
                .targetDBInstanceIdentifier(restore.target().name())
                .restoreTime(restore.time())
                .useLatestRestorableTime(restore.time() == null ? true : null);
        if (source != null) {
            request.dbInstanceClass(source.dbInstanceClass())
                    .vpcSecurityGroupIds(RdsInstances.securityGroups(source))
                    .dbSubnetGroupName(RdsInstances.subnetGroup(source))
                    .dbParameterGroupName(RdsInstances.parameterGroup(source))
                    .optionGroupName(RdsInstances.optionGroup(source))
                    .multiAZ(source.multiAZ())
                    .backupRetentionPeriod(source.backupRetentionPeriod())
                    .copyTagsToSnapshot(source.copyTagsToSnapshot())
                    .deletionProtection(source.deletionProtection())
                    .publiclyAccessible(source.publiclyAccessible());
        }
        return request.build();
    }
}
