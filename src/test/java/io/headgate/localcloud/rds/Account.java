package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalClock;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.secrets.LocalSecrets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All databases and snapshots. Its lock guards them and what they hold; nobody holds it while something takes time.
 *
 * @see Work
 */
final class Account {

    private static final int MANUAL_SNAPSHOT_QUOTA = 100;

    final LocalClock clock;

    /** The version of the PostgreSQL that runs here. */
    final String postgresVersion;

    /** What happened. */
    final Events events;

    /** The passwords that RDS manages. */
    final LocalSecrets secrets = LocalSecrets.withoutServer();

    private final Duration restorableLag;
    private final Path directory;
    private final Map<Kind, Map<String, Database>> databases = new EnumMap<>(Kind.class);
    private final Map<Kind, Map<String, Snapshot>> snapshots = new EnumMap<>(Kind.class);

    /** Deleted databases whose automated backups are kept. */
    private final List<Database> retained = new ArrayList<>();

    /**
     * @param directory where each server gets a directory beside the others
     * @param restorableLag how far the latest restorable time is behind the clock
     */
    Account(LocalClock clock, Path directory, Duration restorableLag, String postgresVersion) {
        this.clock = clock;
        this.events = new Events(clock);
        this.directory = directory;
        this.restorableLag = restorableLag;
        this.postgresVersion = postgresVersion;
        for (Kind kind : Kind.values()) {
            databases.put(kind, new TreeMap<>());
            snapshots.put(kind, new TreeMap<>());
        }
    }

    /** A new database, which is not in the account yet. */
    Database newDatabase(Kind kind, String identifier) {
        return new Database(kind, identifier, kind.resourceId(Identifiers.unique()), clock.now());
    }

    Path directoryOf(Database database) {
        return directory.resolve("rds-" + database.resourceId);
    }

    /** A place for the files of a standby, which is not that of its primary. */
    Path newStandbyDirectory(Database database) {
        return directory.resolve("rds-" + database.resourceId + "-" + Identifiers.unique());
    }

    /** A place for the files of a manual snapshot, which outlives the server that it is of. */
    Path newSnapshotDirectory() {
        return directory.resolve("rds").resolve(Identifiers.unique());
    }

    Collection<Database> databases(Kind kind) {
        return all(databases, kind).values();
    }

    Collection<Snapshot> snapshots(Kind kind) {
        return all(snapshots, kind).values();
    }

    /** Databases and what is kept of deleted ones, of both kinds. */
    List<Database> all() {
        List<Database> all = new ArrayList<>(retained);
        for (Kind kind : Kind.values()) {
            all.addAll(databases(kind));
        }
        return all;
    }

    /** The read replicas of a database. */
    List<Database> replicasOf(Database source) {
        return databases(Kind.INSTANCE).stream()
                .filter(each -> each.replicaOf == source)
                .toList();
    }

    List<Database> retained(Kind kind) {
        return retained.stream().filter(each -> each.kind == kind).toList();
    }

    Database database(Kind kind, String identifierOrArn) {
        return find(kind, identifierOrArn).orElseThrow(() -> kind.notFound(identifierOrArn));
    }

    Optional<Database> find(Kind kind, String identifierOrArn) {
        return Optional.ofNullable(all(databases, kind).get(Identifiers.sought(identifierOrArn)));
    }

    Snapshot snapshot(Kind kind, String identifierOrArn) {
        Snapshot snapshot = all(snapshots, kind).get(Identifiers.sought(identifierOrArn));
        if (snapshot == null) {
            throw kind.snapshotNotFound(identifierOrArn);
        }
        return snapshot;
    }

    void requireFree(Kind kind, String identifier) {
        if (all(databases, kind).containsKey(identifier)) {
            throw kind.alreadyExists(identifier);
        }
    }

    void add(Database database) {
        requireFree(database.kind, database.identifier);
        all(databases, database.kind).put(database.identifier, database);
    }

    void rename(Database database, String identifier) {
        requireFree(database.kind, identifier);
        remove(database);
        database.identifier = identifier;
        add(database);
    }

    void remove(Database database) {
        all(databases, database.kind).remove(database.identifier);
    }

    void retain(Database database) {
        remove(database);
        database.retainedSince = clock.now();
        retained.add(database);
    }

    void forget(Database deleted) {
        retained.remove(deleted);
    }

    /**
     * Makes room for a manual snapshot: an account has 100 of each kind, see <a
     * href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html">Quotas</a>.
     */
    void requireFreeSnapshot(Kind kind, String identifier) {
        if (all(snapshots, kind).containsKey(identifier)) {
            throw kind.snapshotAlreadyExists(identifier);
        }
        if (snapshots(kind).stream().filter(each -> !each.automated).count() >= MANUAL_SNAPSHOT_QUOTA) {
            throw new QueryError(
                    "SnapshotQuotaExceeded",
                    400,
                    "Cannot create more than " + MANUAL_SNAPSHOT_QUOTA + " manual snapshots");
        }
    }

    boolean hasSnapshot(Kind kind, String identifier) {
        return all(snapshots, kind).containsKey(identifier);
    }

    void add(Snapshot snapshot) {
        all(snapshots, snapshot.kind).put(snapshot.identifier, snapshot);
    }

    void remove(Snapshot snapshot) {
        all(snapshots, snapshot.kind).remove(snapshot.identifier);
    }

    /** The first whole second that can be restored: after the first backup, and within the retention period. */
    @Nullable
    Instant earliestRestorable(Database database) {
        if (!database.isBackedUp() || database.bases.isEmpty()) {
            return null;
        }
        Instant first = ceiling(database.bases.get(0).created);
        Instant retention = ceiling(clock.now().minus(Duration.ofDays(database.retentionDays())));
        return first.isAfter(retention) ? first : retention;
    }

    /** The last whole second that can be restored, if there is any. */
    @Nullable
    Instant latestRestorable(Database database) {
        Instant earliest = earliestRestorable(database);
        Instant end = database.retainedSince == null ? clock.now().minus(restorableLag) : database.retainedSince;
        Instant latest = end.truncatedTo(ChronoUnit.SECONDS);
        return earliest == null || latest.isBefore(earliest) ? null : latest;
    }

    private static Instant ceiling(Instant time) {
        Instant second = time.truncatedTo(ChronoUnit.SECONDS);
        return second.equals(time) ? second : second.plusSeconds(1);
    }

    private static <T> Map<String, T> all(Map<Kind, Map<String, T>> maps, Kind kind) {
        return maps.getOrDefault(kind, Map.of());
    }
}
