package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static final Pattern FIRST_SEGMENT = Pattern.compile("START WAL LOCATION: .*\\(file ([0-9A-F]{24})\\)");
    private static final DateTimeFormatter TARGET =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'").withZone(ZoneOffset.UTC);

    /** What is of the running server alone, or is in the archive: the directory is copied, its content is not. */
    private static final Set<String> NOT_COPIED =
            Set.of("pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp");

    private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts", "pg_internal.init");

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
        statement.execute("SELECT pg_backup_start('headgate', true)");
        long bytes = copied(source.data(), data);
        try (ResultSet stopped = statement.executeQuery(
                "SELECT pg_walfile_name(lsn - 1), labelfile, spcmapfile FROM pg_backup_stop(false)")) {
            stopped.next();
            if (!stopped.getString(3).isBlank()) {
                throw new LocalCloudException("A server with tablespaces outside of its directory is not backed up");
            }
            String label = stopped.getString(2);
            Files.writeString(data.resolve("backup_label"), label);
            source.archive().await(stopped.getString(1));
            String first = firstSegment(label);
            source.archive().linkFrom(first, data.resolve("pg_wal"));
            return new PostgresBackup(directory, first, bytes, Instant.now());
        }
    }

    private static String firstSegment(String label) {
        Matcher matcher = FIRST_SEGMENT.matcher(label);
        if (!matcher.find()) {
            throw new LocalCloudException("The label of a backup names no segment: " + label);
        }
        return matcher.group(1);
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
        LocalPostgres postgres = LocalPostgres.in(target, recovery);
        try {
            Directories.copy(directory.resolve("data"), postgres.data());
            if (!recovery.isEmpty()) {
                Files.createFile(postgres.data().resolve("recovery.signal"));
            }
            postgres.start();
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

    /** Copies files that change and go meanwhile, and returns how much it was: the log has what was missed. */
    private static long copied(Path source, Path target) throws IOException {
        AtomicLong bytes = new AtomicLong();
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes) throws IOException {
                String name = from.getFileName().toString();
                if (name.startsWith("pgsql_tmp")) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                copy(from);
                return NOT_COPIED.contains(name) && source.equals(from.getParent())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!LEFT_OUT.contains(file.getFileName().toString())) {
                    copy(file);
                    bytes.addAndGet(attributes.size());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            private void copy(Path from) throws IOException {
                Path to = target.resolve(source.relativize(from).toString());
                try {
                    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                } catch (NoSuchFileException e) {
                    Files.deleteIfExists(to);
                }
            }
        });
        return bytes.get();
    }
}
