package io.headgate.fleet;

import io.headgate.recovery.DatabaseId;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What AWS tells of the fleet: the port that RDS stands behind. Fails with a {@link io.headgate.error.GatewayException} as
 * reads of a {@link io.headgate.recovery.RecoveryTarget} do.
 */
public interface Fleet {

    /** What these databases are like; the ids of none, and of kinds that are not of the fleet, are missing. */
    Uni<Map<DatabaseId, DatabaseDetails>> details(Set<DatabaseId> ids);

    /**
     * How many seconds these are behind what they replicate: read replicas, and readers of clusters. Those that are neither, and
     * those that AWS tells nothing of, are missing.
     */
    Uni<Map<DatabaseId, Double>> replicaLags(Set<DatabaseId> ids);

    /**
     * How many seconds these nodes of caches are behind their primaries. Those that are no replicas, and those that AWS tells
     * nothing of, are missing.
     *
     * @param nodes the names of members of replication groups
     */
    default Uni<Map<String, Double>> nodeLags(Set<String> nodes) {
        return Uni.createFrom().item(Map.of());
    }

    /** The automated backups of all databases, or of one, which may be deleted; by database, the newest window first. */
    Uni<List<AutomatedBackup>> automatedBackups(@Nullable DatabaseId database);

    /** What happened to all databases and snapshots, or to one database, from a time on; in the order {@link DatabaseEvent#NEWEST_FIRST}. */
    Uni<List<DatabaseEvent>> events(@Nullable DatabaseId database, Instant since);
}
