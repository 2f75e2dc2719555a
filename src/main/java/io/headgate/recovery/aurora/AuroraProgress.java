package io.headgate.recovery.aurora;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change;
import io.headgate.recovery.Change.CreateSnapshot;
import io.headgate.recovery.Change.DeleteSnapshot;
import io.headgate.recovery.Change.SetBackupPolicy;
import io.headgate.recovery.Progress;
import io.headgate.recovery.rds.RdsOutcomes;
import io.headgate.recovery.rds.RdsStates;
import io.headgate.recovery.rds.RdsTags;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterSnapshot;

/** How far changes have come, as RDS describes what they are about. */
final class AuroraProgress {

    /** Aurora 1 serverless clusters have no instances. */
    private static final String WITHOUT_INSTANCES = "serverless";

    private static final Progress ABSENT = new Progress.Absent();
    private static final Progress DONE = new Progress.Done(null);

    private AuroraProgress() {}

    static Uni<Progress> look(AwsWork<RdsAsyncClient> rds, String operation, Change change) {
        if (change instanceof CreateSnapshot create) {
            return AuroraSnapshots.LISTING.find(rds, create.name()).map(snapshot -> ofCreation(snapshot, operation));
        }
        if (change instanceof DeleteSnapshot delete) {
            return AuroraSnapshots.LISTING
                    .find(rds, delete.snapshot().key())
                    .map(snapshot -> snapshot == null ? DONE : RdsOutcomes.ofDeletion(snapshot.status()));
        }
        if (change instanceof SetBackupPolicy policy) {
            return AuroraClusters.LISTING.find(rds, policy.database().name()).map(cluster -> ofPolicy(cluster, policy));
        }
        Change.Restore restore = (Change.Restore) change;
        return AuroraClusters.LISTING
                .find(rds, restore.target().name())
                .chain(cluster -> ofRestore(rds, operation, restore, cluster));
    }

    private static Progress ofCreation(@Nullable DBClusterSnapshot snapshot, String operation) {
        if (snapshot == null) {
            return ABSENT;
        }
        String key = snapshot.dbClusterSnapshotIdentifier();
        String thing = "DB cluster snapshot " + key;
        return RdsTags.areOf(operation, snapshot.tagList())
                ? RdsOutcomes.ofSnapshot(thing, key, snapshot.status(), snapshot.percentProgress())
                : RdsOutcomes.taken(thing);
    }

    private static Progress ofPolicy(@Nullable DBCluster cluster, SetBackupPolicy policy) {
        if (cluster == null) {
            return RdsOutcomes.gone("DB cluster " + policy.database().name());
        }
        Integer pending = cluster.pendingModifiedValues() == null
                ? null
                : cluster.pendingModifiedValues().backupRetentionPeriod();
        return RdsOutcomes.ofPolicy(policy.retentionDays(), cluster.backupRetentionPeriod(), pending, cluster.status());
    }

    private static Uni<Progress> ofRestore(
            AwsWork<RdsAsyncClient> rds, String operation, Change.Restore restore, @Nullable DBCluster cluster) {
        if (cluster == null) {
            return Uni.createFrom().item(ABSENT);
        }
        String thing = "DB cluster " + cluster.dbClusterIdentifier();
        if (!RdsTags.areOf(operation, cluster.tagList())) {
            return Uni.createFrom().item(RdsOutcomes.taken(thing));
        }
        if (RdsStates.isReady(cluster.status())) {
            return WITHOUT_INSTANCES.equals(cluster.engineMode())
                    ? Uni.createFrom().item(DONE)
                    : AuroraMember.look(rds, operation, restore, cluster);
        }
        Progress failure = RdsStates.failure(thing, cluster.status());
        return Uni.createFrom()
                .item(failure != null ? failure : new Progress.Running(RdsStates.percent(cluster.status()) / 2, null));
    }
}
