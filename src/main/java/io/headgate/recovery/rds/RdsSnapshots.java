package io.headgate.recovery.rds;

import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.SnapshotId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.DbSnapshotNotFoundException;
import software.amazon.awssdk.services.rds.model.DescribeDbSnapshotsResponse;

/** DB snapshots: how RDS lists them, and what it says of them. */
public final class RdsSnapshots {

    /** The DB snapshots. */
    public static final RdsListing<DescribeDbSnapshotsResponse, DBSnapshot> LISTING = new RdsListing<>(
            (rds, query) -> rds.describeDBSnapshots(request -> request.dbSnapshotIdentifier(query.name())
                    .dbInstanceIdentifier(query.database())
                    .snapshotType(type(query.name()))
                    .filters(query.filters())
                    .marker(query.marker())
                    .maxRecords(query.name() == null ? RdsListing.PAGE : null)),
            DescribeDbSnapshotsResponse::dbSnapshots,
            DescribeDbSnapshotsResponse::marker,
            DBSnapshot::dbSnapshotIdentifier,
            "db-snapshot-id",
            DbSnapshotNotFoundException.class);

    private static final String MANUAL = "manual";
    private static final long GIB = 1L << 30;

    private RdsSnapshots() {}

    static Snapshot snapshot(DBSnapshot snapshot) {
        return new Snapshot(
                new SnapshotId(DatabaseKind.RDS_INSTANCE, snapshot.dbSnapshotIdentifier()),
                snapshot.dbSnapshotIdentifier(),
                RdsInstances.id(snapshot.dbInstanceIdentifier()),
                Objects.requireNonNullElse(snapshot.status(), "unknown"),
                isAutomated(snapshot.snapshotType()),
                createdAt(snapshot.snapshotCreateTime(), snapshot.originalSnapshotCreateTime()),
                size(snapshot.allocatedStorage()),
                snapshot.percentProgress(),
                RdsTags.of(snapshot.tagList()));
    }

    /**
     * The type that AWS wants to be told with the name of a snapshot that is not manual.
     *
     * @see <a
     *     href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html">DescribeDBSnapshots,
     *     DBSnapshotIdentifier</a>
     */
    public static @Nullable String type(@Nullable String name) {
        if (name == null) {
            return null;
        }
        if (name.startsWith("rds:")) {
            return "automated";
        }
        return name.startsWith("awsbackup:") ? "awsbackup" : null;
    }

    /** Whether RDS or AWS Backup made it, and deletes it. */
    public static boolean isAutomated(@Nullable String type) {
        return !MANUAL.equals(type);
    }

    /** The first of these times that RDS tells; while it tells none, the snapshot was begun a moment ago. */
    public static Instant createdAt(@Nullable Instant... times) {
        return Stream.of(times)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(() -> Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    /** Bytes of so many GiB; {@code null} when RDS tells none. */
    public static @Nullable Long size(@Nullable Integer gib) {
        return gib == null || gib == 0 ? null : Long.valueOf(gib * GIB);
    }
}
