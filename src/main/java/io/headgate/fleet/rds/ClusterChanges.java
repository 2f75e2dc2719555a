package io.headgate.fleet.rds;

import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.DatabaseSettings;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateDatabase;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.FleetChange.ModifyDatabase;
import io.headgate.recovery.Password;
import io.headgate.recovery.aurora.AuroraClusters;
import io.headgate.recovery.rds.RdsInstances;
import io.headgate.recovery.rds.RdsStates;
import io.headgate.recovery.rds.RdsTags;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.CreateDbClusterRequest;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * Changes of Aurora clusters as RDS is asked for them. One request each, but for deletion: RDS deletes a cluster whose
 * instances are being deleted, which are asked for first. What a cluster's creation leaves out, its instances, looks at it add.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html">CreateDBCluster</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html">DeleteDBCluster</a>
 */
final class ClusterChanges {

    private ClusterChanges() {}

    static Uni<@Nullable String> begin(AwsWork<RdsAsyncClient> rds, String operation, FleetChange change) {
        Password given = change.password();
        String password = given == null ? null : given.reveal();
        if (given != null && password == null) {
            return Uni.createFrom().failure(FleetRefusals.passwordGone());
        }
        if (change instanceof CreateDatabase create) {
            CreateDbClusterRequest request = creation(operation, create, password);
            return rds.change(client -> client.createDBCluster(request)).map(made -> null);
        }
        if (change instanceof ModifyDatabase modify) {
            return modify(rds, modify, password);
        }
        if (change instanceof DeleteDatabase delete) {
            return delete(rds, operation, delete);
        }
        if (change instanceof FailoverDatabase failover) {
            return rds.change(client -> client.failoverDBCluster(request -> request.dbClusterIdentifier(
                                    failover.database().name())
                            .targetDBInstanceIdentifier(failover.to())))
                    .map(begun -> InstanceProgress.ACCEPTED);
        }
        return Uni.createFrom()
                .failure(GatewayException.invalidArgument(change.operationKind() + " is not for clusters"));
    }

    private static CreateDbClusterRequest creation(String operation, CreateDatabase create, @Nullable String password) {
        DatabaseSettings settings = create.settings();
        return CreateDbClusterRequest.builder()
                .dbClusterIdentifier(create.database().name())
                .engine(create.engine())
                .engineVersion(settings.engineVersion())
                .storageEncrypted(create.encrypted())
                .kmsKeyId(create.kmsKey())
                .backupRetentionPeriod(settings.retentionDays())
                .deletionProtection(settings.deletionProtection())
                .dbClusterParameterGroupName(settings.parameterGroup())
                .dbSubnetGroupName(create.subnetGroup())
                .vpcSecurityGroupIds(settings.securityGroups())
                .databaseName(create.databaseName())
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
        return rds.change(client -> client.modifyDBCluster(
                        request -> request.dbClusterIdentifier(modify.database().name())
                                .engineVersion(settings.engineVersion())
                                .allowMajorVersionUpgrade(modify.allowMajorVersionUpgrade() ? true : null)
                                .backupRetentionPeriod(settings.retentionDays())
                                .deletionProtection(settings.deletionProtection())
                                .dbClusterParameterGroupName(settings.parameterGroup())
                                .vpcSecurityGroupIds(settings.securityGroups())
                                .masterUserPassword(password)
                                .manageMasterUserPassword(ManagedPassword.asked(modify))
                                .applyImmediately(modify.immediately())))
                .map(modified -> InstanceProgress.ACCEPTED);
    }

    private static Uni<@Nullable String> delete(AwsWork<RdsAsyncClient> rds, String operation, DeleteDatabase delete) {
        String name = delete.database().name();
        String snapshot = delete.finalSnapshot(operation);
        return rds.beforeChange(AuroraClusters.LISTING.find(rds, name).chain(cluster -> members(rds, cluster)))
                .chain(members -> deleteMembers(rds, members))
                .chain(() -> rds.change(client -> client.deleteDBCluster(request -> request.dbClusterIdentifier(name)
                        .skipFinalSnapshot(snapshot == null)
                        .finalDBSnapshotIdentifier(snapshot)
                        .deleteAutomatedBackups(delete.deleteAutomatedBackups()))))
                .map(deleted -> snapshot);
    }

    private static Uni<List<DBInstance>> members(AwsWork<RdsAsyncClient> rds, @Nullable DBCluster cluster) {
        return cluster == null || cluster.dbClusterMembers().isEmpty()
                ? Uni.createFrom().item(List.of())
                : RdsInstances.LISTING
                        .find(rds, ClusterMembers.names(cluster))
                        .map(found -> List.copyOf(found.values()));
    }

    private static Uni<?> deleteMembers(AwsWork<RdsAsyncClient> rds, List<DBInstance> members) {
        return AwsWork.together(members.stream()
                .filter(member -> !RdsStates.DELETING.equals(member.dbInstanceStatus()))
                .map(member -> rds.change(client -> client.deleteDBInstance(
                                request -> request.dbInstanceIdentifier(member.dbInstanceIdentifier())
                                        .skipFinalSnapshot(true)))
                        .map(deleted -> true)
                        .onFailure(e -> e instanceof GatewayException known && known.code() == ErrorCode.NOT_FOUND)
                        .recoverWithItem(true))
                .toList());
    }
}
