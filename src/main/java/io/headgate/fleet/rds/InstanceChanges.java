package io.headgate.fleet.rds;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.DatabaseSettings;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateDatabase;
import io.headgate.recovery.FleetChange.CreateReadReplica;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.FleetChange.ModifyDatabase;
import io.headgate.recovery.FleetChange.PromoteReadReplica;
import io.headgate.recovery.FleetChange.RebootDatabase;
import io.headgate.recovery.Password;
import io.headgate.recovery.rds.RdsInstances;
import io.headgate.recovery.rds.RdsTags;
import io.smallrye.mutiny.Uni;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.CreateDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DeleteDbInstanceRequest;

/**
 * Changes of DB instances as RDS is asked for them, each in one request.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Operations.html">RDS API reference: actions</a>
 */
final class InstanceChanges {

    private InstanceChanges() {}

    static Uni<@Nullable String> begin(AwsWork<RdsAsyncClient> rds, String operation, FleetChange change) {
        Password given = change.password();
        String password = given == null ? null : given.reveal();
        if (given != null && password == null) {
            return Uni.createFrom().failure(FleetRefusals.passwordGone());
        }
        String name = change.database().name();
        if (change instanceof CreateDatabase create) {
            CreateDbInstanceRequest request = creation(operation, create, password);
            return rds.change(client -> client.createDBInstance(request)).map(made -> null);
        }
        if (change instanceof ModifyDatabase modify) {
            return modify(rds, modify, password);
        }
        if (change instanceof DeleteDatabase delete) {
            return rds.beforeChange(RdsInstances.LISTING.find(rds, name))
                    .chain(instance -> delete(rds, operation, delete, instance));
        }
        if (change instanceof RebootDatabase) {
            return rds.change(client -> client.rebootDBInstance(request -> request.dbInstanceIdentifier(name)))
                    .map(rebooted -> InstanceProgress.ACCEPTED);
        }
        if (change instanceof FailoverDatabase) {
            return rds.change(client -> client.rebootDBInstance(
                            request -> request.dbInstanceIdentifier(name).forceFailover(true)))
                    .map(rebooted -> InstanceProgress.ACCEPTED);
        }
        if (change instanceof CreateReadReplica replica) {
            return replicate(rds, operation, replica);
        }
        Integer days = ((PromoteReadReplica) change).retentionDays();
        return rds.change(client -> client.promoteReadReplica(
                        request -> request.dbInstanceIdentifier(name).backupRetentionPeriod(days)))
                .map(promoted -> null);
    }

    private static CreateDbInstanceRequest creation(
            String operation, CreateDatabase create, @Nullable String password) {
        DatabaseSettings settings = create.settings();
        return CreateDbInstanceRequest.builder()
                .dbInstanceIdentifier(create.database().name())
                .engine(create.engine())
                .engineVersion(settings.engineVersion())
                .dbInstanceClass(settings.instanceClass())
                .allocatedStorage(Objects.requireNonNullElseGet(
                        settings.storageGib(), () -> FleetRules.smallestStorage(settings.storageType())))
                // With iops RDS would else take io1.
                .storageType(Objects.requireNonNullElse(settings.storageType(), FleetRules.STORAGE_TYPE))
                .iops(settings.iops())
                .storageEncrypted(create.encrypted())
                .kmsKeyId(create.kmsKey())
                .multiAZ(settings.multiAz())
                .backupRetentionPeriod(settings.retentionDays())
                .deletionProtection(settings.deletionProtection())
                .publiclyAccessible(settings.publiclyAccessible())
                .dbParameterGroupName(settings.parameterGroup())
                .dbSubnetGroupName(create.subnetGroup())
                .vpcSecurityGroupIds(settings.securityGroups())
                .dbName(create.databaseName())
                .port(create.port())
                .masterUsername(create.masterUsername())
                .masterUserPassword(password)
                .manageMasterUserPassword(password == null ? true : null)
                .tags(RdsTags.of(operation, create.tags()))
                .build();
    }

    private static Uni<@Nullable String> modify(
            AwsWork<RdsAsyncClient> rds, ModifyDatabase modify, @Nullable String password) {
        DatabaseSettings settings = modify.settings();
        return rds.change(client -> client.modifyDBInstance(request -> request.dbInstanceIdentifier(
                                modify.database().name())
                        .engineVersion(settings.engineVersion())
                        .allowMajorVersionUpgrade(modify.allowMajorVersionUpgrade() ? true : null)
                        .dbInstanceClass(settings.instanceClass())
                        .allocatedStorage(settings.storageGib())
                        .storageType(settings.storageType())
                        .iops(settings.iops())
                        .multiAZ(settings.multiAz())
                        .backupRetentionPeriod(settings.retentionDays())
                        .deletionProtection(settings.deletionProtection())
                        .publiclyAccessible(settings.publiclyAccessible())
                        .dbParameterGroupName(settings.parameterGroup())
                        .vpcSecurityGroupIds(settings.securityGroups())
                        .masterUserPassword(password)
                        .manageMasterUserPassword(ManagedPassword.asked(modify))
                        .applyImmediately(modify.immediately())))
                .map(modified -> InstanceProgress.ACCEPTED);
    }

    /** A read replica, and an instance of a cluster, leave no snapshot. */
    private static Uni<@Nullable String> delete(
            AwsWork<RdsAsyncClient> rds, String operation, DeleteDatabase delete, @Nullable DBInstance instance) {
        boolean leavesNone =
                instance != null && (InstanceChecks.isReplica(instance) || RdsInstances.isMember(instance));
        String snapshot = leavesNone ? null : delete.finalSnapshot(operation);
        DeleteDbInstanceRequest.Builder request = DeleteDbInstanceRequest.builder()
                .dbInstanceIdentifier(delete.database().name())
                .skipFinalSnapshot(snapshot == null)
                .finalDBSnapshotIdentifier(snapshot);
        if (!leavesNone) {
            request.deleteAutomatedBackups(delete.deleteAutomatedBackups());
        }
        return rds.change(client -> client.deleteDBInstance(request.build())).map(deleted -> snapshot);
    }

    private static Uni<@Nullable String> replicate(
            AwsWork<RdsAsyncClient> rds, String operation, CreateReadReplica replica) {
        if (replica.source().kind() == DatabaseKind.AURORA_CLUSTER) {
            return ClusterMembers.addReader(rds, operation, replica);
        }
        DatabaseSettings settings = replica.settings();
        return rds.change(client -> client.createDBInstanceReadReplica(request -> request.dbInstanceIdentifier(
                                replica.database().name())
                        .sourceDBInstanceIdentifier(replica.source().name())
                        .dbInstanceClass(settings.instanceClass())
                        .allocatedStorage(settings.storageGib())
                        .storageType(settings.storageType())
                        .iops(settings.iops())
                        .multiAZ(settings.multiAz())
                        .deletionProtection(settings.deletionProtection())
                        .publiclyAccessible(settings.publiclyAccessible())
                        .dbParameterGroupName(settings.parameterGroup())
                        .vpcSecurityGroupIds(settings.securityGroups())
                        .tags(RdsTags.of(operation, replica.tags()))))
                .map(made -> null);
    }
}
