package io.headgate.recovery.aurora;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.Change.RestoreToPointInTime;
import io.headgate.recovery.rds.RdsInstances;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterSnapshot;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * What a restore is made of.
 *
 * @param snapshot the snapshot; {@code null} when it is a restore to a point in time, or there is none
 * @param cluster the DB cluster, {@code null} when it is gone
 * @param writer the member that takes writes, {@code null} when there is none
 */
record AuroraSource(
        @Nullable DBClusterSnapshot snapshot,
        @Nullable DBCluster cluster,
        @Nullable DBInstance writer) {

    static Uni<AuroraSource> of(AwsWork<RdsAsyncClient> rds, Restore restore) {
        if (restore instanceof RestoreSnapshot fromSnapshot) {
            return AuroraSnapshots.LISTING
                    .find(rds, fromSnapshot.snapshot().key())
                    .chain(snapshot -> snapshot == null
                            ? Uni.createFrom().item(new AuroraSource(null, null, null))
                            : cluster(rds, snapshot.dbClusterIdentifier(), snapshot));
        }
        return cluster(rds, ((RestoreToPointInTime) restore).source().name(), null);
    }

    private static Uni<AuroraSource> cluster(
            AwsWork<RdsAsyncClient> rds, String name, @Nullable DBClusterSnapshot snapshot) {
        return AuroraClusters.LISTING.find(rds, name).chain(cluster -> {
            String writer = cluster == null ? null : AuroraClusters.writer(cluster);
            return writer == null
                    ? Uni.createFrom().item(new AuroraSource(snapshot, cluster, null))
                    : RdsInstances.LISTING
                            .find(rds, writer)
                            .map(instance -> new AuroraSource(snapshot, cluster, instance));
        });
    }

    /** The engine, {@code null} when neither snapshot nor cluster is there. */
    @Nullable
    String engine() {
        if (snapshot != null) {
            return snapshot.engine();
        }
        return cluster == null ? null : cluster.engine();
    }

    @Nullable
    String engineVersion() {
        if (snapshot != null) {
            return snapshot.engineVersion();
        }
        return cluster == null ? null : cluster.engineVersion();
    }
}
