package io.headgate.fleet.rds;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.DatabaseSettings;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateDatabase;
import io.headgate.recovery.FleetChange.CreateReadReplica;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.ModifyDatabase;
import io.headgate.recovery.FleetChange.PromoteReadReplica;
import io.headgate.recovery.Progress;
import io.headgate.recovery.rds.RdsInstances;
import io.headgate.recovery.rds.RdsOutcomes;
import io.headgate.recovery.rds.RdsProgress;
import io.headgate.recovery.rds.RdsSnapshots;
import io.headgate.recovery.rds.RdsStates;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.PendingModifiedValues;
import software.amazon.awssdk.services.rds.model.SourceType;

/** How far changes of DB instances have come, as RDS describes them. */
final class InstanceProgress {

    /** The key of what RDS accepted and shows nothing of afterwards. */
    static final String ACCEPTED = "accepted";

    private static final Progress ABSENT = new Progress.Absent();
    private static final Progress RUNNING = new Progress.Running(null, null);
    private static final Progress DONE = new Progress.Done(null);

    private InstanceProgress() {}

    /** @param key {@link #ACCEPTED}, or {@code null} when it is not known whether RDS accepted it */
    static Uni<Progress> look(AwsWork<RdsAsyncClient> rds, String operation, FleetChange change, @Nullable String key) {
        return RdsInstances.LISTING
                .find(rds, change.database().name())
                .chain(instance -> look(rds, operation, change, key != null, instance));
    }

    private static Uni<Progress> look(
            AwsWork<RdsAsyncClient> rds,
            String operation,
            FleetChange change,
            boolean accepted,
            @Nullable DBInstance instance) {
        if (change instanceof CreateDatabase || change instanceof CreateReadReplica) {
            return Uni.createFrom().item(RdsProgress.ofMaking(instance, operation));
        }
        if (change instanceof DeleteDatabase delete) {
            return instance == null
                    ? gone(rds, operation, delete)
                    : Uni.createFrom().item(ofDeletion(instance));
        }
        if (instance == null) {
            return Uni.createFrom()
                    .item(RdsOutcomes.gone("DB instance " + change.database().name()));
        }
        if (change instanceof ModifyDatabase modify) {
            return Uni.createFrom().item(ofModification(modify, accepted, instance));
        }
        if (change instanceof PromoteReadReplica) {
            return Uni.createFrom().item(ofPromotion(instance));
        }
        return ofRestart(rds, operation, accepted, instance);
    }

    private static Progress ofDeletion(DBInstance instance) {
        return RdsStates.DELETING.equals(instance.dbInstanceStatus()) ? RUNNING : ABSENT;
    }

    /** With the snapshot that it left, where it left one. */
    private static Uni<Progress> gone(AwsWork<RdsAsyncClient> rds, String operation, DeleteDatabase delete) {
        String snapshot = delete.finalSnapshot(operation);
        return snapshot == null
                ? Uni.createFrom().item(DONE)
                : RdsSnapshots.LISTING
                        .find(rds, snapshot)
                        .map(found -> new Progress.Done(found == null ? null : snapshot));
    }

    private static Progress ofModification(ModifyDatabase modify, boolean accepted, DBInstance instance) {
        if (!accepted && modify.password() != null) {
            // RDS never shows a password, and the same one can be set again.
            return ABSENT;
        }
        if (!RdsStates.isReady(instance.dbInstanceStatus())) {
            Progress failure =
                    RdsStates.failure("DB instance " + instance.dbInstanceIdentifier(), instance.dbInstanceStatus());
            return failure != null ? failure : RUNNING;
        }
        Settled settled = settled(modify.settings(), instance);
        if (modify.managedPassword() && !ManagedPassword.isActive(instance.masterUserSecret())) {
            settled = settled.and(accepted ? Settled.PENDING : Settled.NOT);
        }
        return settled.progress(modify.immediately());
    }

    private static Settled settled(DatabaseSettings asked, DBInstance instance) {
        PendingModifiedValues pending = instance.pendingModifiedValues() == null
                ? PendingModifiedValues.builder().build()
                : instance.pendingModifiedValues();
        List<String> groups = asked.securityGroups();
        return Settled.version(asked.engineVersion(), instance.engineVersion(), pending.engineVersion())
                .and(Settled.of(asked.instanceClass(), instance.dbInstanceClass(), pending.dbInstanceClass()))
                .and(Settled.storage(asked.storageGib(), instance.allocatedStorage(), pending.allocatedStorage()))
                .and(Settled.of(asked.storageType(), instance.storageType(), pending.storageType()))
                .and(Settled.of(asked.iops(), instance.iops(), pending.iops()))
                .and(Settled.of(asked.multiAz(), instance.multiAZ(), pending.multiAZ()))
                .and(Settled.of(
                        asked.retentionDays(), instance.backupRetentionPeriod(), pending.backupRetentionPeriod()))
                .and(Settled.of(asked.deletionProtection(), instance.deletionProtection(), null))
                .and(Settled.of(asked.publiclyAccessible(), instance.publiclyAccessible(), null))
                .and(Settled.of(asked.parameterGroup(), RdsInstances.parameterGroup(instance), null))
                .and(Settled.of(
                        groups == null ? null : groups.stream().sorted().toList(),
                        RdsInstances.securityGroups(instance),
                        null))
                .and(pending.masterUserPassword() == null ? Settled.REACHED : Settled.PENDING);
    }

    private static Progress ofPromotion(DBInstance instance) {
        if (InstanceChecks.isReplica(instance)) {
            return RdsStates.isReady(instance.dbInstanceStatus()) ? ABSENT : RUNNING;
        }
        return RdsStates.isReady(instance.dbInstanceStatus()) ? DONE : RUNNING;
    }

    /** A restart begins when RDS accepts it, and leaves nothing on the DB instance; its events tell of it. */
    private static Uni<Progress> ofRestart(
            AwsWork<RdsAsyncClient> rds, String operation, boolean accepted, DBInstance instance) {
        if (!RdsStates.isReady(instance.dbInstanceStatus())) {
            Progress failure =
                    RdsStates.failure("DB instance " + instance.dbInstanceIdentifier(), instance.dbInstanceStatus());
            return Uni.createFrom().item(failure != null ? failure : new Progress.Running(null, ACCEPTED));
        }
        if (accepted) {
            return Uni.createFrom().item(DONE);
        }
        return Events.hasRestartedSince(rds, SourceType.DB_INSTANCE, instance.dbInstanceIdentifier(), operation)
                .map(restarted -> restarted ? DONE : ABSENT);
    }
}
