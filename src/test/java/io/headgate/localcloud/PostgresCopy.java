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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was copied of a running {@link LocalPostgres}: its files without the log, which makes the copy whole. See <a
 * href="https://www.postgresql.org/docs/17/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP">Making a Base Backup
 * Using the Low Level API</a>.
 *
 * @param firstSegment the first segment of the log that makes it whole
 * @param lastSegment the last one
 * @param bytes how much the files take
 */
record PostgresCopy(String firstSegment, String lastSegment, long bytes) {

    private static final Pattern FIRST_SEGMENT = Pattern.compile("START WAL LOCATION: .*\\(file ([0-9A-F]{24})\\)");

    /** What is of the running server alone, or is in the archive: the directory is copied, its content is not. */
    private static final Set<String> NOT_COPIED =
            Set.of("pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp");

    private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts", "pg_internal.init");

    /** Copies a server, whose clients go on reading and writing, into a new data directory. */
    static PostgresCopy of(LocalPostgres source, Path data, Statement administrator) throws SQLException, IOException {
        administrator.execute("SELECT pg_backup_start('headgate', true)");
        long bytes = copied(source.data(), data);
        try (ResultSet stopped = administrator.executeQuery(
                "SELECT pg_walfile_name(lsn - 1), labelfile, spcmapfile FROM pg_backup_stop(false)")) {
            stopped.next();
            if (!stopped.getString(3).isBlank()) {
                throw new LocalCloudException("A server with tablespaces outside of its directory is not backed up");
            }
            String label = stopped.getString(2);
            Files.writeString(data.resolve("backup_label"), label);
            return new PostgresCopy(firstSegment(label), stopped.getString(1), bytes);
        }
    }

    private static String firstSegment(String label) {
        Matcher matcher = FIRST_SEGMENT.matcher(label);
        if (!matcher.find()) {
            throw new LocalCloudException("The label of a backup names no segment: " + label);
        }
        return matcher.group(1);
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
