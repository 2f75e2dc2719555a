package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalCloudException;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.PostgresBackup;
import io.headgate.localcloud.PostgresStandby;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Automated backups: a base backup when a database is made, and another one each day, or when a recovery would have to read
 * more than 1 GiB of the log. They expire with the retention period, the last one that a restorable time needs later; unlike
 * on AWS, the oldest ones expire earlier where a database's backups take more than 8 GiB of this machine's disk. See <a
 * href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html">Working with
 * backups</a>.
 */
final class Backups {

    private static final Duration BETWEEN_BACKUPS = Duration.ofDays(1);
    private static final long LONGEST_LOG = 1L << 30;
    private static final long LARGEST_BACKUPS = 8L << 30;
    private static final long MILLIS_BETWEEN_CHECKS = 500;
    private static final int CHECKS_BETWEEN_LOOKS_AT_FILES = 20;
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm").withZone(ZoneOffset.UTC);

    private final Account account;
    private final Work work;
    private int checks;

    Backups(Account account, Work work) {
        this.account = account;
        this.work = work;
    }

    void start() {
        work.repeat(MILLIS_BETWEEN_CHECKS, this::check);
    }

    /** Backs a database up, where it is to be, and makes it available. */
    void backUp(Database database) {
        if (database.status.equals(Database.DELETING)) {
            return;
        }
        String identifier = "rds:" + database.identifier + "-" + NAME.format(account.clock.now());
        if (!database.isBackedUp() || account.hasSnapshot(database.kind, identifier)) {
            database.becomes(Database.AVAILABLE);
            return;
        }
        Snapshot snapshot = new Snapshot(database, identifier, true, account.clock.now());
        take(snapshot, database, () -> directory(database), () -> database.bases.add(snapshot));
    }

    private static Path directory(Database database) {
        LocalPostgres server = database.server;
        if (server == null) {
            throw new IllegalStateException(database.arn() + " has no server");
        }
        return server.directory().resolve("backup-" + Identifiers.unique());
    }

    /** Takes a snapshot of what is committed until then or a little later, while the database is backing up. */
    void take(Snapshot snapshot, Database source, Supplier<Path> directory, Runnable taken) {
        if (source.is("CopyTagsToSnapshot")) {
            source.tags.forEach(snapshot.tags::putIfAbsent);
        }
        account.add(snapshot);
        source.becomes(Database.BACKING_UP);
        if (snapshot.automated) {
            account.events.add(
                    source, "backup", "Backing up DB " + (source.kind == Kind.INSTANCE ? "instance" : "cluster"));
        }
        LocalPostgres server = source.server;
        work.<@Nullable PostgresBackup>enqueue(
                source,
                () -> server == null ? null : PostgresBackup.of(server, directory.get()),
                backup -> {
                    snapshot.becomesAvailable(backup, account.clock.now());
                    source.becomes(Database.AVAILABLE);
                    if (snapshot.automated) {
                        account.events.add(
                                source,
                                "backup",
                                "Finished DB " + (source.kind == Kind.INSTANCE ? "Instance" : "Cluster") + " backup");
                    } else {
                        account.events.addSnapshot(source.kind, snapshot.identifier);
                    }
                    taken.run();
                },
                () -> {
                    snapshot.status = "failed";
                    if (snapshot.automated) {
                        account.remove(snapshot);
                    }
                    source.becomes(Database.AVAILABLE);
                });
    }

    /** Takes away automated backups, the snapshots that show them, and the log that only they need. */
    void remove(Database database, List<Snapshot> bases) {
        List<Snapshot> removed = List.copyOf(bases);
        database.bases.removeAll(removed);
        removed.forEach(account::remove);
        PostgresBackup first = database.bases.isEmpty() ? null : database.bases.get(0).backup;
        LocalPostgres server = database.server;
        work.remove(readers(removed), () -> {
            removed.forEach(Snapshot::removeFiles);
            if (first != null && server != null) {
                forgetLog(server, first);
            }
        });
    }

    private static void forgetLog(LocalPostgres server, PostgresBackup first) {
        try {
            server.archive().removeBefore(first.firstSegment());
        } catch (IOException e) {
            throw new LocalCloudException("Cannot shorten the log of " + server.directory(), e);
        }
    }

    /** Completes when all that are being restored from these are. */
    static CompletableFuture<Void> readers(List<Snapshot> snapshots) {
        return CompletableFuture.allOf(
                snapshots.stream().map(snapshot -> snapshot.readers).toArray(CompletableFuture[]::new));
    }

    private void check() {
        checks++;
        boolean looksAtFiles = checks % CHECKS_BETWEEN_LOOKS_AT_FILES == 0;
        for (Database database : account.all()) {
            if (!database.bases.isEmpty()) {
                expire(database);
            }
            if (looksAtFiles && !database.isBackedUp() && database.status.equals(Database.AVAILABLE)) {
                clearLog(database);
            }
            if (database.status.equals(Database.AVAILABLE) && database.isBackedUp()) {
                if (isDue(database) || (looksAtFiles && hasLongLog(database))) {
                    backUp(database);
                }
                if (looksAtFiles && database.bases.size() > 1 && size(database) > LARGEST_BACKUPS) {
                    remove(database, database.bases.subList(0, 1));
                }
            }
        }
    }

    private boolean isDue(Database database) {
        if (database.bases.isEmpty()) {
            return true;
        }
        Snapshot last = database.bases.get(database.bases.size() - 1);
        return !account.clock.now().isBefore(last.created.plus(BETWEEN_BACKUPS));
    }

    /** Whether the log is longer than another backup would be large. */
    private static boolean hasLongLog(Database database) {
        Snapshot last = database.bases.get(database.bases.size() - 1);
        return last.backup != null && logFrom(last.backup, database) > Math.max(LONGEST_LOG, last.backup.bytes());
    }

    private static long size(Database database) {
        PostgresBackup first = database.bases.get(0).backup;
        long files = 0;
        for (Snapshot base : database.bases) {
            files += base.backup == null ? 0 : base.backup.bytes();
        }
        return first == null ? files : files + logFrom(first, database);
    }

    private static long logFrom(PostgresBackup base, Database database) {
        LocalPostgres server = database.server;
        try {
            return server == null ? 0 : server.archive().sizeFrom(base.firstSegment());
        } catch (IOException e) {
            throw new LocalCloudException("Cannot read the log of " + database.arn(), e);
        }
    }

    /** Without automated backups the log is of use while a snapshot is taken, and none is being taken. */
    private static void clearLog(Database database) {
        LocalPostgres server = database.server;
        if (server != null) {
            try {
                server.archive().clear();
            } catch (IOException e) {
                throw new LocalCloudException("Cannot clear the log of " + database.arn(), e);
            }
        }
    }

    /** A base is needed as long as no later one is before all that can be restored. */
    private void expire(Database database) {
        Instant earliest = account.clock.now().minus(Duration.ofDays(database.retentionDays()));
        for (Snapshot base : database.bases) {
            if (base.created.isBefore(earliest)) {
                account.remove(base);
            }
        }
        int needed = 0;
        while (needed + 1 < database.bases.size()
                && !database.bases.get(needed + 1).created.isAfter(earliest)) {
            needed++;
        }
        if (needed > 0) {
            remove(database, database.bases.subList(0, needed));
        }
        if (database.retainedSince != null && database.retainedSince.isBefore(earliest)) {
            removeRetained(database);
        }
    }

    private void removeRetained(Database database) {
        account.forget(database);
        removeServer(database, () -> {});
    }

    /** Removes a database's server with all its files, its automated backups among them. */
    void removeServer(Database database, Runnable done) {
        List<Snapshot> removed = List.copyOf(database.bases);
        removed.forEach(account::remove);
        database.bases.clear();
        end(database, removed, LocalPostgres::remove, done);
    }

    /** Ends a database's server, and keeps what its automated backups need. */
    void retire(Database database) {
        end(database, database.bases, LocalPostgres::retire, () -> {
            account.retain(database);
            account.events.add(database, "deletion", database.kind.words() + " deleted");
        });
    }

    private void end(Database database, List<Snapshot> bases, Consumer<LocalPostgres> end, Runnable done) {
        work.enqueue(
                database,
                readers(bases),
                () -> {
                    Standbys.remove(database);
                    PostgresStandby replica = database.replica;
                    if (replica != null) {
                        replica.remove();
                        return database;
                    }
                    LocalPostgres server = database.server;
                    if (server != null) {
                        end.accept(server);
                    }
                    return database;
                },
                ended -> done.run(),
                done);
    }
}
