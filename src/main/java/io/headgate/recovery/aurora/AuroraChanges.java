package io.headgate.recovery.aurora;

import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change;
import io.headgate.recovery.Change.CreateSnapshot;
import io.headgate.recovery.Change.DeleteSnapshot;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.Change.RestoreToPointInTime;
import io.headgate.recovery.Change.SetBackupPolicy;
import io.headgate.recovery.Tag;
import io.headgate.recovery.rds.RdsTags;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.RestoreDbClusterFromSnapshotRequest;
import software.amazon.awssdk.services.rds.model.RestoreDbClusterToPointInTimeRequest;
import software.amazon.awssdk.services.rds.model.ServerlessV2ScalingConfiguration;

/**
 * Changes as RDS is asked for them, each in one request. A restore reads the source first: its engine, which RDS must be
 * told, the capacity of its serverless members, which a cluster can't have one without, and, where it reapplies, all of
 * its settings that the request takes.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html">RestoreDBClusterToPointInTime</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html">RestoreDBClusterFromSnapshot</a>
 */
final class AuroraChanges {

    private AuroraChanges() {}

    static Uni<@Nullable String> begin(AwsWork<RdsAsyncClient> rds, String operation, Change change) {
        if (change instanceof CreateSnapshot create) {
            return rds.change(client -> client.createDBClusterSnapshot(request -> request.dbClusterIdentifier(
                                    create.database().name())
                            .dbClusterSnapshotIdentifier(create.name())
                            .tags(RdsTags.of(operation, create.tags()))))
                    .map(made -> made.dbClusterSnapshot().dbClusterSnapshotIdentifier());
        }
        if (change instanceof DeleteSnapshot delete) {
            return rds.change(client -> client.deleteDBClusterSnapshot(request -> request.dbClusterSnapshotIdentifier(
                            delete.snapshot().key())))
                    .map(deleted -> null);
        }
        if (change instanceof SetBackupPolicy policy) {
            return rds.change(client -> client.modifyDBCluster(request -> request.dbClusterIdentifier(
                                    policy.database().name())
                            .backupRetentionPeriod(policy.retentionDays())
                            .applyImmediately(true)))
                    .map(modified -> null);
        }
        Change.Restore restore = (Change.Restore) change;
        return rds.beforeChange(AuroraSource.of(rds, restore))
                .chain(source -> restore(rds, operation, restore, source));
    }

    private static Uni<@Nullable String> restore(
            AwsWork<RdsAsyncClient> rds, String operation, Change.Restore restore, AuroraSource source) {
        DBCluster model = restore.reapply() ? source.cluster() : null;
        List<Tag> tags = RdsTags.wanted(restore.tags(), model == null ? null : model.tagList());
        if (restore instanceof RestoreToPointInTime pointInTime) {
            RestoreDbClusterToPointInTimeRequest request = toPointInTime(pointInTime, source.cluster(), model)
                    .tags(RdsTags.of(operation, tags))
                    .build();
            return rds.change(client -> client.restoreDBClusterToPointInTime(request))
                    .map(restored -> null);
        }
        String engine = source.engine();
        if (engine == null) {
            return Uni.createFrom()
                    .failure(GatewayException.of(
                            ErrorCode.NOT_FOUND,
                            "RDS has no DB cluster snapshot of that name: read the query snapshots again"));
        }
        RestoreDbClusterFromSnapshotRequest request = fromSnapshot((RestoreSnapshot) restore, source.cluster(), model)
                .engine(engine)
                .engineVersion(source.engineVersion())
                .tags(RdsTags.of(operation, tags))
                .build();
        return rds.change(client -> client.restoreDBClusterFromSnapshot(request))
                .map(restored -> null);
    }

    private static RestoreDbClusterToPointInTimeRequest.Builder toPointInTime(
            RestoreToPointInTime restore, @Nullable DBCluster source, @Nullable DBCluster model) {
        RestoreDbClusterToPointInTimeRequest.Builder request = RestoreDbClusterToPointInTimeRequest.builder()
                .sourceDBClusterIdentifier(restore.source().name())
                .dbClusterIdentifier(restore.target().name())
                .restoreToTime(restore.time())
                .useLatestRestorableTime(restore.time() == null ? true : null)
                .serverlessV2ScalingConfiguration(capacity(source));
        if (model != null) {
            request.vpcSecurityGroupIds(AuroraClusters.securityGroups(model))
                    .dbSubnetGroupName(model.dbSubnetGroup())
                    .dbClusterParameterGroupName(model.dbClusterParameterGroup())
                    .backupRetentionPeriod(model.backupRetentionPeriod())
                    .copyTagsToSnapshot(model.copyTagsToSnapshot())
                    .deletionProtection(model.deletionProtection());
        }
        return request;
    }

    private static RestoreDbClusterFromSnapshotRequest.Builder fromSnapshot(
            RestoreSnapshot restore, @Nullable DBCluster source, @Nullable DBCluster model) {
        RestoreDbClusterFromSnapshotRequest.Builder request = RestoreDbClusterFromSnapshotRequest.builder()
                .snapshotIdentifier(restore.snapshot().key())
                .dbClusterIdentifier(restore.target().name())
                .serverlessV2ScalingConfiguration(capacity(source));
        if (model != null) {
            request.vpcSecurityGroupIds(AuroraClusters.securityGroups(model))
                    .dbSubnetGroupName(model.dbSubnetGroup())
                    .dbClusterParameterGroupName(model.dbClusterParameterGroup())
                    .backupRetentionPeriod(model.backupRetentionPeriod())
                    .copyTagsToSnapshot(model.copyTagsToSnapshot())
                    .deletionProtection(model.deletionProtection());
        }
        return request;
    }

    private static @Nullable ServerlessV2ScalingConfiguration capacity(@Nullable DBCluster source) {
        var capacity = source == null ? null : source.serverlessV2ScalingConfiguration();
        return capacity == null
                ? null
                : ServerlessV2ScalingConfiguration.builder()
                        .minCapacity(capacity.minCapacity())
                        .maxCapacity(capacity.maxCapacity())
                        .secondsUntilAutoPause(capacity.secondsUntilAutoPause())
                        .build();
    }
}
