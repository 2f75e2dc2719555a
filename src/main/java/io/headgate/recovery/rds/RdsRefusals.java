package io.headgate.recovery.rds;

import static io.headgate.error.ErrorCode.ALREADY_EXISTS;
import static io.headgate.error.ErrorCode.FAILED_PRECONDITION;
import static io.headgate.error.ErrorCode.INVALID_ARGUMENT;
import static io.headgate.error.ErrorCode.NOT_FOUND;
import static io.headgate.error.ErrorCode.RESOURCE_EXHAUSTED;

import io.headgate.aws.AwsRefusals;
import java.util.List;

/**
 * What RDS's refusals mean: every code that the API reference lists for a call that Headgate makes, and the codes that
 * every call may be answered with.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Operations.html">RDS API reference: actions</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html">Common errors</a>
 */
final class RdsRefusals {

    private static final String WAIT =
            " is in a state that does not allow it: read its status, wait until it is available, and try again";
    private static final String QUOTA =
            ": delete what is not needed, or ask AWS for a higher quota in Service Quotas, and try again";
    private static final String CAPACITY = " of this class here: try again later, or with another class or zone";
    private static final String WITHOUT_REAPPLY = ": name another, or restore without reapply and set it afterwards";

    /** What AddTagsToResource can refuse for resources that Headgate never tags. */
    private static final List<String> OTHER_RESOURCES = List.of(
            "BlueGreenDeploymentNotFoundFault",
            "DBProxyEndpointNotFoundFault",
            "DBProxyNotFoundFault",
            "DBProxyTargetGroupNotFoundFault",
            "DBShardGroupNotFound",
            "DBSnapshotTenantDatabaseNotFoundFault",
            "IntegrationNotFoundFault",
            "TenantDatabaseNotFound");

    static final AwsRefusals TABLE = table();

    private RdsRefusals() {}

    private static AwsRefusals table() {
        AwsRefusals.Builder table = AwsRefusals.table();
        names(table);
        states(table);
        limits(table);
        settings(table);
        forms(table);
        for (String code : OTHER_RESOURCES) {
            table.row(code, NOT_FOUND, "RDS has no such resource to tag: read the query databases again");
        }
        return table.build();
    }

    private static void names(AwsRefusals.Builder table) {
        notFound(table, "DBInstanceNotFound", "DB instance", "databases");
        notFound(table, "DBClusterNotFoundFault", "DB cluster", "databases");
        notFound(table, "DBSnapshotNotFound", "DB snapshot", "snapshots");
        notFound(table, "DBClusterSnapshotNotFoundFault", "DB cluster snapshot", "snapshots");
        table.row(
                "GlobalClusterNotFoundFault",
                NOT_FOUND,
                "the DB cluster's global cluster is not there: read the query databases again");
        table.row(
                        "DBInstanceAutomatedBackupNotFound",
                        NOT_FOUND,
                        "RDS keeps no automated backup of the DB instance: restore one of its snapshots instead")
                .row(
                        "DBClusterAutomatedBackupNotFoundFault",
                        NOT_FOUND,
                        "RDS keeps no automated backup of the DB cluster: restore one of its snapshots instead");
        taken(table, "DBInstanceAlreadyExists", "DB instance");
        taken(table, "DBClusterAlreadyExistsFault", "DB cluster");
        taken(table, "DBSnapshotAlreadyExists", "DB snapshot");
        taken(table, "DBClusterSnapshotAlreadyExistsFault", "DB cluster snapshot");
    }

    private static void states(AwsRefusals.Builder table) {
        for (String[] each : new String[][] {
            {"InvalidDBInstanceState", "the DB instance"},
            {"InvalidDBClusterStateFault", "the DB cluster"},
            {"InvalidDBSnapshotState", "the DB snapshot"},
            {"InvalidDBClusterSnapshotStateFault", "the DB cluster snapshot"},
            {"InvalidDBSecurityGroupState", "the DB security group"},
            {"InvalidDBSubnetGroupStateFault", "the DB subnet group"},
            {"InvalidDBClusterEndpointStateFault", "the DB cluster's endpoint"},
            {"InvalidGlobalClusterStateFault", "the global cluster"}
        }) {
            table.row(each[0], FAILED_PRECONDITION, each[1] + WAIT);
        }
        table.row(
                        "PointInTimeRestoreNotEnabled",
                        FAILED_PRECONDITION,
                        "automated backups of the source are off: restore a snapshot, and set a backup policy")
                .row(
                        "InvalidRestoreFault",
                        FAILED_PRECONDITION,
                        "RDS can't restore to this kind of database from that source: plan the restore again")
                .row(
                        "DBUpgradeDependencyFailure",
                        FAILED_PRECONDITION,
                        "the DB engine can't be upgraded as something it depends on is not: upgrade that first");
    }

    private static void limits(AwsRefusals.Builder table) {
        table.lasting("InstanceQuotaExceeded", RESOURCE_EXHAUSTED, "the account has its quota of DB instances" + QUOTA)
                .lasting(
                        "DBClusterQuotaExceededFault",
                        RESOURCE_EXHAUSTED,
                        "the account has its quota of DB clusters" + QUOTA)
                .lasting(
                        "SnapshotQuotaExceeded",
                        RESOURCE_EXHAUSTED,
                        "the account has its quota of manual snapshots" + QUOTA)
                .lasting(
                        "DBInstanceAutomatedBackupQuotaExceeded",
                        RESOURCE_EXHAUSTED,
                        "the account has its quota of retained automated backups: delete this one's with it, or others")
                .lasting(
                        "DBClusterAutomatedBackupQuotaExceededFault",
                        RESOURCE_EXHAUSTED,
                        "the account has its quota of retained automated backups: delete this one's with it, or others")
                .lasting(
                        "StorageQuotaExceeded",
                        RESOURCE_EXHAUSTED,
                        "the account has its quota of storage for databases" + QUOTA)
                .lasting(
                        "TenantDatabaseQuotaExceeded",
                        RESOURCE_EXHAUSTED,
                        "the account has its quota of tenant databases" + QUOTA)
                .row("InsufficientDBInstanceCapacity", RESOURCE_EXHAUSTED, "AWS has no more DB instances" + CAPACITY)
                .row(
                        "InsufficientDBClusterCapacityFault",
                        RESOURCE_EXHAUSTED,
                        "AWS has no more capacity for DB clusters" + CAPACITY)
                .row(
                        "InsufficientStorageClusterCapacity",
                        RESOURCE_EXHAUSTED,
                        "AWS has no storage for another DB cluster here: try again later, or in other zones by hand");
    }

    private static void settings(AwsRefusals.Builder table) {
        for (String[] each : new String[][] {
            {"AuthorizationNotFound", "the IP range or security group is not authorized"},
            {"CertificateNotFound", "the certificate is not there"},
            {"DBClusterParameterGroupNotFound", "the DB cluster parameter group is not there"},
            {"DBParameterGroupNotFound", "the DB parameter group is not there"},
            {"DBSecurityGroupNotFound", "the DB security group is not there"},
            {"DBSubnetGroupNotFoundFault", "the DB subnet group is not there"},
            {"DomainNotFoundFault", "the Active Directory domain is not there"},
            {"OptionGroupNotFoundFault", "the option group is not there"},
            {"NetworkTypeNotSupported", "the network type can't be had in this subnet group"}
        }) {
            table.row(each[0], FAILED_PRECONDITION, each[1] + WITHOUT_REAPPLY);
        }
        table.row(
                        "DBSubnetGroupDoesNotCoverEnoughAZs",
                        FAILED_PRECONDITION,
                        "the DB subnet group has subnets in too few zones: add one in another zone, and try again")
                .row(
                        "InvalidDBSubnetGroupFault",
                        FAILED_PRECONDITION,
                        "the DB subnet group is not in the source's VPC, or mixes kinds of subnets: choose another")
                .row(
                        "DBSubnetGroupNotAllowedFault",
                        FAILED_PRECONDITION,
                        "a read replica in the source's region takes its source's DB subnet group: leave it out")
                .row(
                        "InvalidSubnet",
                        FAILED_PRECONDITION,
                        "a subnet is not valid, or the subnets are not of one VPC: mend the DB subnet group, and try again")
                .row(
                        "InvalidVPCNetworkStateFault",
                        FAILED_PRECONDITION,
                        "the DB subnet group does not cover all zones any more: mend it, and try again")
                .row(
                        "VpcEncryptionControlViolationException",
                        FAILED_PRECONDITION,
                        "the VPC demands encryption in transit that the database would not have: restore into another VPC,"
                                + " or change the VPC's encryption control")
                .row(
                        "KMSKeyNotAccessibleFault",
                        FAILED_PRECONDITION,
                        "the KMS key can't be used: enable it, and allow it to Headgate's role, then try again")
                .row(
                        "ProvisionedIopsNotAvailableInAZFault",
                        FAILED_PRECONDITION,
                        "the zone has no provisioned IOPS: choose another storage type, or another zone")
                .row(
                        "StorageTypeNotSupported",
                        FAILED_PRECONDITION,
                        "the storage type can't be had with this engine and class: choose another")
                .row(
                        "StorageTypeNotAvailableFault",
                        FAILED_PRECONDITION,
                        "the storage type can't be changed now: try again when RDS allows the next change of it");
    }

    private static void forms(AwsRefusals.Builder table) {
        for (String code : List.of(
                "InvalidParameterCombination",
                "InvalidParameterValue",
                "InvalidQueryParameter",
                "MissingParameter",
                "ValidationError")) {
            table.row(
                    code,
                    INVALID_ARGUMENT,
                    "RDS does not accept what was asked for: check names, settings, time and days, and whether the database's"
                            + " kind allows it");
        }
    }

    private static void notFound(AwsRefusals.Builder table, String awsErrorCode, String thing, String query) {
        table.row(
                awsErrorCode,
                NOT_FOUND,
                "RDS has no " + thing + " of that name in this account and region: read the query " + query + " again");
    }

    private static void taken(AwsRefusals.Builder table, String awsErrorCode, String thing) {
        table.row(awsErrorCode, ALREADY_EXISTS, "there is a " + thing + " of that name already: choose another name");
    }
}
