package io.headgate.recovery.aurora;

import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.rds.RdsListing;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterMember;
import software.amazon.awssdk.services.rds.model.DbClusterNotFoundException;
import software.amazon.awssdk.services.rds.model.DescribeDbClustersResponse;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/** DB clusters: how RDS lists them, and what it says of them. */
public final class AuroraClusters {

    /** The DB clusters, those of other engines included. */
    public static final RdsListing<DescribeDbClustersResponse, DBCluster> LISTING = new RdsListing<>(
            (rds, query) -> rds.describeDBClusters(request -> request.dbClusterIdentifier(query.name())
                    .filters(query.filters())
                    .marker(query.marker())
                    .maxRecords(query.name() == null ? RdsListing.PAGE : null)),
            DescribeDbClustersResponse::dbClusters,
            DescribeDbClustersResponse::marker,
            DBCluster::dbClusterIdentifier,
            "db-cluster-id",
            DbClusterNotFoundException.class);

    private static final String AURORA = "aurora";

    private AuroraClusters() {}

    /** Whether it is of Aurora: the same API lists clusters of Neptune, DocumentDB and RDS's Multi-AZ clusters. */
    public static boolean isAurora(@Nullable String engine) {
        return engine != null && engine.startsWith(AURORA);
    }

    static Database database(DBCluster cluster) {
        return new Database(
                id(cluster.dbClusterIdentifier()),
                cluster.dbClusterArn(),
                cluster.engine(),
                cluster.engineVersion(),
                Objects.requireNonNullElse(cluster.status(), "unknown"),
                cluster.endpoint() == null ? null : cluster.endpoint() + ":" + cluster.port(),
                cluster.multiAZ(),
                readReplicas(cluster));
    }

    static RestoreWindow window(DBCluster cluster) {
        int days = Objects.requireNonNullElse(cluster.backupRetentionPeriod(), 0);
        return days == 0
                ? new RestoreWindow(false, 0, null, null)
                : new RestoreWindow(true, days, cluster.earliestRestorableTime(), cluster.latestRestorableTime());
    }

    /** The id of the DB cluster of a name. */
    public static DatabaseId id(String name) {
        return new DatabaseId(DatabaseKind.AURORA_CLUSTER, name);
    }

    /** The member that takes writes; {@code null} while there is none. */
    public static @Nullable String writer(DBCluster cluster) {
        return cluster.dbClusterMembers().stream()
                .filter(member -> Boolean.TRUE.equals(member.isClusterWriter()))
                .map(DBClusterMember::dbInstanceIdentifier)
                .findFirst()
                .orElse(null);
    }

    /** The VPC security groups, in order. */
    public static List<String> securityGroups(DBCluster cluster) {
        return cluster.vpcSecurityGroups().stream()
                .map(VpcSecurityGroupMembership::vpcSecurityGroupId)
                .sorted()
                .toList();
    }

    /** Clusters elsewhere that replicate it, as ARNs name them; Aurora's readers are members and no databases. */
    private static List<DatabaseId> readReplicas(DBCluster cluster) {
        return cluster.readReplicaIdentifiers().stream()
                .map(arn -> id(arn.substring(arn.lastIndexOf(':') + 1)))
                .toList();
    }
}
