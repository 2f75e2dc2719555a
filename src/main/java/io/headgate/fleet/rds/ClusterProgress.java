package io.headgate.fleet.rds;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.DatabaseSettings;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateDatabase;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.FleetChange.ModifyDatabase;
import io.headgate.recovery.Progress;
import io.headgate.recovery.aurora.AuroraClusters;
import io.headgate.recovery.aurora.AuroraSnapshots;
import io.headgate.recovery.rds.RdsOutcomes;
import io.headgate.recovery.rds.RdsStates;
import io.headgate.recovery.rds.RdsTags;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.ClusterPendingModifiedValues;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.SourceType;

/** How far changes of Aurora clusters have come, as RDS describes them. */
final class ClusterProgress {

    private static final Progress ABSENT = new Progress.Absent();
    private static final Progress RUNNING = new Progress.Running(null, null);
    private static final Progress DONE = new Progress.Done(null);
    private static final Progress ACCEPTED = new Progress.Running(null, InstanceProgress.ACCEPTED);
    private static final int HALF = 2;

    private ClusterProgress() {}

    /** @param key {@link InstanceProgress#ACCEPTED}, or {@code null} when it is not known whether RDS accepted it */
    static Uni<Progress> look(AwsWork<RdsAsyncClient> rds, String operation, FleetChange change, @Nullable String key) {
        return AuroraClusters.LISTING
                .find(rds, change.database().name())
                .chain(cluster -> look(rds, operation, change, key != null, cluster));
    }

    private static Uni<Progress> look(
            AwsWork<RdsAsyncClient> rds,
            String operation,
            FleetChange change,
            boolean accepted,
            @Nullable DBCluster cluster) {
        if (change instanceof CreateDatabase create) {
            return cluster == null ? Uni.createFrom().item(ABSENT) : ofCreation(rds, operation, create, cluster);
        }
        if (change instanceof DeleteDatabase delete) {
            return cluster == null
                    ? gone(rds, operation, delete)
                    : Uni.createFrom().item(RdsStates.DELETING.equals(cluster.status()) ? RUNNING : ABSENT);
        }
        if (cluster == null) {
            return Uni.createFrom()
                    .item(RdsOutcomes.gone("DB cluster " + change.database().name()));
        }
        return change instanceof FailoverDatabase failover
                ? ofFailover(rds, operation, failover, accepted, cluster)
                : Uni.createFrom().item(ofModification((ModifyDatabase) change, accepted, cluster));
    }

    private static Uni<Progress> ofCreation(
            AwsWork<RdsAsyncClient> rds, String operation, CreateDatabase create, DBCluster cluster) {
        String thing = "DB cluster " + cluster.dbClusterIdentifier();
        if (!RdsTags.areOf(operation, cluster.tagList())) {
            return Uni.createFrom().item(RdsOutcomes.taken(thing));
        }
        if (RdsStates.isReady(cluster.status())) {
            return ClusterMembers.look(rds, operation, create, cluster);
        }
        Progress failure = RdsStates.failure(thing, cluster.status());
        return Uni.createFrom()
                .item(
                        failure != null
                                ? failure
                                : new Progress.Running(RdsStates.percent(cluster.status()) / HALF, null));
    }

    private static Uni<Progress> gone(AwsWork<RdsAsyncClient> rds, String operation, DeleteDatabase delete) {
        String snapshot = delete.finalSnapshot(operation);
        return snapshot == null
                ? Uni.createFrom().item(DONE)
                : AuroraSnapshots.LISTING
                        .find(rds, snapshot)
                        .map(found -> new Progress.Done(found == null ? null : snapshot));
    }

    private static Uni<Progress> ofFailover(
            AwsWork<RdsAsyncClient> rds,
            String operation,
            FailoverDatabase failover,
            boolean accepted,
            DBCluster cluster) {
        if (!RdsStates.isReady(cluster.status())) {
            return Uni.createFrom().item(ACCEPTED);
        }
        // What RDS accepted begins a while later: the cluster is available until then as well.
        Progress notYet = accepted ? ACCEPTED : ABSENT;
        if (failover.to() != null) {
            boolean isWriter = failover.to().equals(AuroraClusters.writer(cluster));
            return Uni.createFrom().item(isWriter ? DONE : notYet);
        }
        return Events.hasRestartedSince(rds, SourceType.DB_CLUSTER, cluster.dbClusterIdentifier(), operation)
                .map(failedOver -> failedOver ? DONE : notYet);
    }

    private static Progress ofModification(ModifyDatabase modify, boolean accepted, DBCluster cluster) {
        if (!accepted && modify.password() != null) {
            // RDS never shows a password, and the same one can be set again.
            return ABSENT;
        }
        if (!RdsStates.isReady(cluster.status())) {
            Progress failure = RdsStates.failure("DB cluster " + cluster.dbClusterIdentifier(), cluster.status());
            return failure != null ? failure : RUNNING;
        }
        Settled settled = settled(modify.settings(), cluster);
        if (modify.managedPassword() && !ManagedPassword.isActive(cluster.masterUserSecret())) {
            settled = settled.and(accepted ? Settled.PENDING : Settled.NOT);
        }
        return settled.progress(modify.immediately());
    }

    private static Settled settled(DatabaseSettings asked, DBCluster cluster) {
        ClusterPendingModifiedValues pending = cluster.pendingModifiedValues() == null
                ? ClusterPendingModifiedValues.builder().build()
                : cluster.pendingModifiedValues();
        List<String> groups = asked.securityGroups();
        return Settled.version(asked.engineVersion(), cluster.engineVersion(), pending.engineVersion())
                .and(Settled.of(
                        asked.retentionDays(), cluster.backupRetentionPeriod(), pending.backupRetentionPeriod()))
                .and(Settled.of(asked.deletionProtection(), cluster.deletionProtection(), null))
                .and(Settled.of(asked.parameterGroup(), cluster.dbClusterParameterGroup(), null))
                .and(Settled.of(
                        groups == null ? null : groups.stream().sorted().toList(),
                        AuroraClusters.securityGroups(cluster),
                        null))
                .and(pending.masterUserPassword() == null ? Settled.REACHED : Settled.PENDING);
    }
}
