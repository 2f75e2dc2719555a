package io.headgate.recovery.rds;

import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.RestoreWindow;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBInstanceAutomatedBackup;
import software.amazon.awssdk.services.rds.model.DbInstanceAutomatedBackupNotFoundException;
import software.amazon.awssdk.services.rds.model.DbInstanceNotFoundException;
import software.amazon.awssdk.services.rds.model.DescribeDbInstanceAutomatedBackupsResponse;
import software.amazon.awssdk.services.rds.model.DescribeDbInstancesResponse;
import software.amazon.awssdk.services.rds.model.Endpoint;
import software.amazon.awssdk.services.rds.model.OptionGroupMembership;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/** DB instances: how RDS lists them, and what it says of them. */
public final class RdsInstances {

    /** The DB instances. */
    public static final RdsListing<DescribeDbInstancesResponse, DBInstance> LISTING = new RdsListing<>(
            (rds, query) -> rds.describeDBInstances(request -> request.dbInstanceIdentifier(query.name())
                    .filters(query.filters())
                    .marker(query.marker())
                    .maxRecords(query.name() == null ? RdsListing.PAGE : null)),
            DescribeDbInstancesResponse::dbInstances,
            DescribeDbInstancesResponse::marker,
            DBInstance::dbInstanceIdentifier,
            "db-instance-id",
            DbInstanceNotFoundException.class);

    /** Their automated backups, which point-in-time restores are made of. */
    public static final RdsListing<DescribeDbInstanceAutomatedBackupsResponse, DBInstanceAutomatedBackup> BACKUPS =
            new RdsListing<>(
                    (rds, query) ->
                            rds.describeDBInstanceAutomatedBackups(request -> request.dbInstanceIdentifier(query.name())
                                    .filters(query.filters())
                                    .marker(query.marker())
                                    .maxRecords(query.name() == null ? RdsListing.PAGE : null)),
                    DescribeDbInstanceAutomatedBackupsResponse::dbInstanceAutomatedBackups,
                    DescribeDbInstanceAutomatedBackupsResponse::marker,
                    DBInstanceAutomatedBackup::dbInstanceIdentifier,
                    "db-instance-id",
                    DbInstanceAutomatedBackupNotFoundException.class);

    private RdsInstances() {}

    /** Whether it belongs to a cluster, which is recovered as a whole. */
    public static boolean isMember(DBInstance instance) {
        return instance.dbClusterIdentifier() != null
                && !instance.dbClusterIdentifier().isEmpty();
    }

    static Database database(DBInstance instance) {
        return new Database(
                id(instance.dbInstanceIdentifier()),
                instance.dbInstanceArn(),
                instance.engine(),
                instance.engineVersion(),
                Objects.requireNonNullElse(instance.dbInstanceStatus(), "unknown"),
                endpoint(instance.endpoint()),
                instance.multiAZ(),
                instance.readReplicaDBInstanceIdentifiers().stream()
                        .map(RdsInstances::id)
                        .toList(),
                isMember(instance)
                        ? new DatabaseId(DatabaseKind.AURORA_CLUSTER, instance.dbClusterIdentifier())
                        : null);
    }

    /**
     * The restorable window.
     *
     * @param backup its automated backup, {@code null} when there is none
     * @see <a
     *     href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstanceAutomatedBackup.html">DBInstanceAutomatedBackup,
     *     RestoreWindow</a>
     */
    static RestoreWindow window(DBInstance instance, @Nullable DBInstanceAutomatedBackup backup) {
        int days = Objects.requireNonNullElse(instance.backupRetentionPeriod(), 0);
        if (days == 0) {
            return new RestoreWindow(false, 0, null, null);
        }
        return new RestoreWindow(
                true,
                days,
                backup == null || backup.restoreWindow() == null
                        ? null
                        : backup.restoreWindow().earliestTime(),
                instance.latestRestorableTime());
    }

    /** The id of the DB instance of a name. */
    public static DatabaseId id(String name) {
        return new DatabaseId(DatabaseKind.RDS_INSTANCE, name);
    }

    /** The VPC security groups, in order. */
    public static List<String> securityGroups(DBInstance instance) {
        return instance.vpcSecurityGroups().stream()
                .map(VpcSecurityGroupMembership::vpcSecurityGroupId)
                .sorted()
                .toList();
    }

    static @Nullable String subnetGroup(DBInstance instance) {
        return instance.dbSubnetGroup() == null
                ? null
                : instance.dbSubnetGroup().dbSubnetGroupName();
    }

    /** The DB parameter group. */
    public static @Nullable String parameterGroup(DBInstance instance) {
        return instance.dbParameterGroups().isEmpty()
                ? null
                : instance.dbParameterGroups().get(0).dbParameterGroupName();
    }

    static @Nullable String optionGroup(DBInstance instance) {
        return instance.optionGroupMemberships().stream()
                .filter(membership -> !String.valueOf(membership.status()).contains("removal"))
                .map(OptionGroupMembership::optionGroupName)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String endpoint(@Nullable Endpoint endpoint) {
        return endpoint == null || endpoint.address() == null ? null : endpoint.address() + ":" + endpoint.port();
    }
}
