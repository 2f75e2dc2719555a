package io.headgate.recovery.aurora;

import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.rds.RdsListing;
import io.headgate.recovery.rds.RdsSnapshots;
import io.headgate.recovery.rds.RdsTags;
import java.util.Objects;
import software.amazon.awssdk.services.rds.model.DBClusterSnapshot;
import software.amazon.awssdk.services.rds.model.DbClusterSnapshotNotFoundException;
import software.amazon.awssdk.services.rds.model.DescribeDbClusterSnapshotsResponse;

/** DB cluster snapshots: how RDS lists them, and what it says of them. */
public final class AuroraSnapshots {

    /** The DB cluster snapshots. */
    public static final RdsListing<DescribeDbClusterSnapshotsResponse, DBClusterSnapshot> LISTING = new RdsListing<>(
            (rds, query) -> rds.describeDBClusterSnapshots(request -> request.dbClusterSnapshotIdentifier(query.name())
                    .dbClusterIdentifier(query.database())
                    .snapshotType(RdsSnapshots.type(query.name()))
                    .filters(query.filters())
                    .marker(query.marker())
                    .maxRecords(query.name() == null ? RdsListing.PAGE : null)),
            DescribeDbClusterSnapshotsResponse::dbClusterSnapshots,
            DescribeDbClusterSnapshotsResponse::marker,
            DBClusterSnapshot::dbClusterSnapshotIdentifier,
            "db-cluster-snapshot-id",
            DbClusterSnapshotNotFoundException.class);

    private AuroraSnapshots() {}

    static Snapshot snapshot(DBClusterSnapshot snapshot) {
        return new Snapshot(
                new SnapshotId(DatabaseKind.AURORA_CLUSTER, snapshot.dbClusterSnapshotIdentifier()),
                snapshot.dbClusterSnapshotIdentifier(),
                AuroraClusters.id(snapshot.dbClusterIdentifier()),
                Objects.requireNonNullElse(snapshot.status(), "unknown"),
                RdsSnapshots.isAutomated(snapshot.snapshotType()),
                RdsSnapshots.createdAt(snapshot.snapshotCreateTime()),
                RdsSnapshots.size(snapshot.allocatedStorage()),
                snapshot.percentProgress(),
                RdsTags.of(snapshot.tagList()));
    }
}
