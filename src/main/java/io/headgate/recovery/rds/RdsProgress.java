package io.headgate.recovery.rds;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change;
import io.headgate.recovery.Change.CreateSnapshot;
import io.headgate.recovery.Change.DeleteSnapshot;
import io.headgate.recovery.Change.SetBackupPolicy;
import io.headgate.recovery.Progress;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

/** How far changes have come, as RDS describes what they are about. */
public final class RdsProgress {

    private static final Progress ABSENT = new Progress.Absent();
    private static final Progress DONE = new Progress.Done(null);

    private RdsProgress() {}

    static Uni<Progress> look(AwsWork<RdsAsyncClient> rds, String operation, Change change) {
        if (change instanceof CreateSnapshot create) {
            return RdsSnapshots.LISTING.find(rds, create.name()).map(snapshot -> ofCreation(snapshot, operation));
        }
        if (change instanceof DeleteSnapshot delete) {
            return RdsSnapshots.LISTING.find(rds, delete.snapshot().key()).map(RdsProgress::ofDeletion);
        }
        if (change instanceof SetBackupPolicy policy) {
            return RdsInstances.LISTING.find(rds, policy.database().name()).map(instance -> ofPolicy(instance, policy));
        }
        String target = ((Change.Restore) change).target().name();
        return RdsInstances.LISTING.find(rds, target).map(instance -> ofMaking(instance, operation));
    }

    private static Progress ofCreation(@Nullable DBSnapshot snapshot, String operation) {
        if (snapshot == null) {
            return ABSENT;
        }
        String key = snapshot.dbSnapshotIdentifier();
        String thing = "DB snapshot " + key;
        if (!RdsTags.areOf(operation, snapshot.tagList())) {
            return RdsOutcomes.taken(thing);
        }
        return RdsOutcomes.ofSnapshot(thing, key, snapshot.status(), snapshot.percentProgress());
    }

    private static Progress ofDeletion(@Nullable DBSnapshot snapshot) {
        return snapshot == null ? DONE : RdsOutcomes.ofDeletion(snapshot.status());
    }

    private static Progress ofPolicy(@Nullable DBInstance instance, SetBackupPolicy policy) {
        if (instance == null) {
            return RdsOutcomes.gone("DB instance " + policy.database().name());
        }
        Integer pending = instance.pendingModifiedValues() == null
                ? null
                : instance.pendingModifiedValues().backupRetentionPeriod();
        return RdsOutcomes.ofPolicy(
                policy.retentionDays(), instance.backupRetentionPeriod(), pending, instance.dbInstanceStatus());
    }

    /** How far the DB instance is made that an operation makes. */
    public static Progress ofMaking(@Nullable DBInstance instance, String operation) {
        if (instance == null) {
            return ABSENT;
        }
        String thing = "DB instance " + instance.dbInstanceIdentifier();
        if (!RdsTags.areOf(operation, instance.tagList())) {
            return RdsOutcomes.taken(thing);
        }
        String status = instance.dbInstanceStatus();
        if (RdsStates.isReady(status)) {
            return DONE;
        }
        Progress failure = RdsStates.failure(thing, status);
        return failure != null ? failure : new Progress.Running(RdsStates.percent(status), null);
    }
}
