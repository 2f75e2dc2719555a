package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;

/**
 * A base backup of a {@link LocalPostgres}: a copy of its files, taken while it runs, with the log that makes the copy
 * whole. It outlives the server, and any number of servers are made from it. See <a
 * href="https://www.postgresql.org/docs/17/continuous-archiving.html">Continuous Archiving and Point-in-Time Recovery</a>.
 *
 * @param directory holds the data directory of a server that was never started
 * @param firstSegment the first segment of the log that a recovery from it reads
 * @param bytes how much its files take, without the log
 * @param end when it was whole by the machine's clock: no earlier time can be recovered from it
 */
public record PostgresBackup(Path directory, String firstSegment, long bytes, Instant end) {

    private static final DateTimeFormatter TARGET =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'").withZone(ZoneOffset.UTC);

    /** Backs up a running server, whose clients go on reading and writing, into a new directory. */
    public static PostgresBackup of(LocalPostgres source, Path directory) {
        try (Connection administrator = source.connectAsAdministrator();
                Statement statement = administrator.createStatement()) {
            return taken(source, Files.createDirectory(directory), statement);
        } catch (SQLException | IOException | LocalCloudException e) {
            LocalCloudException failure = new LocalCloudException("Cannot back up PostgreSQL: " + e.getMessage(), e);
            try {
                Directories.remove(directory);
            } catch (IOException notRemoved) {
                failure.addSuppressed(notRemoved);
            }
            throw failure;
        }
    }

    private static PostgresBackup taken(LocalPostgres source, Path directory, Statement statement)
            throws SQLException, IOException {
        Path data = directory.resolve("data");
        PostgresCopy copy = PostgresCopy.of(source, data, statement);
        source.archive().await(copy.lastSegment());
        source.archive().linkFrom(copy.firstSegment(), data.resolve("pg_wal"));
        return new PostgresBackup(directory, copy.firstSegment(), copy.bytes(), Instant.now());
    }

    /** Starts a server of its own with what was committed when the backup was taken. */
    public LocalPostgres restoredIn(Path target) {
        return startedIn(target, Map.of());
    }

    /**
     * Starts a server of its own with what the source had committed at a time: what it stamped with that time or an earlier
     * one is there, what it stamped later is not. The source goes on; where it has ended, its archive is enough.
     *
     * @param time by the machine's clock, neither before {@link #end} nor to come
     */
    public LocalPostgres recoveredIn(Path target, LocalPostgres source, Instant time) {
        Map<String, String> allOfTheLog = Map.of(
                "restore_command",
                source.archive().restoreCommand(),
                // Nobody sees it before it is what it should be.
                "hot_standby",
                "off");
        Map<String, String> untilTheTime = new HashMap<>(allOfTheLog);
        untilTheTime.put("recovery_target_time", TARGET.format(time));
        untilTheTime.put("recovery_target_action", "promote");
        return hasCaughtUp(source)
                ? startedIn(target, untilTheTime)
                : recoveredFromTheRest(target, untilTheTime, allOfTheLog);
    }

    /** False where the source is down: all that it committed is in its files then. */
    private static boolean hasCaughtUp(LocalPostgres source) {
        try (Connection administrator = source.connectAsAdministrator()) {
            source.archive().catchUp(administrator);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** The log of a server that is down ends before the time where nothing was committed after it. */
    private LocalPostgres recoveredFromTheRest(
            Path target, Map<String, String> untilTheTime, Map<String, String> allOfTheLog) {
        try {
            return startedIn(target, untilTheTime);
        } catch (LocalCloudException e) {
            if (!String.valueOf(e.getMessage())
                    .contains("recovery ended before configured recovery target was reached")) {
                throw e;
            }
            return startedIn(target, allOfTheLog);
        }
    }

    private LocalPostgres startedIn(Path target, Map<String, String> recovery) {
        LocalPostgres postgres = LocalPostgres.in(target);
        try {
            Directories.copy(directory.resolve("data"), postgres.data());
            if (!recovery.isEmpty()) {
                Files.createFile(postgres.data().resolve("recovery.signal"));
                postgres.configure(recovery);
            }
            postgres.start();
            postgres.configure(Map.of());
            return postgres;
        } catch (IOException e) {
            postgres.remove();
            throw new LocalCloudException("Cannot restore PostgreSQL: " + e.getMessage(), e);
        } catch (LocalCloudException e) {
            postgres.remove();
            throw e;
        }
    }

    /** Removes its files. */
    public void remove() {
        try {
            Directories.remove(directory);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot remove " + directory + ": " + e.getMessage(), e);
        }
    }
}
