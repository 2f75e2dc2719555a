package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The write-ahead log of a {@link LocalPostgres}: each segment of it, once finished, as a further link to PostgreSQL's own
 * file, which costs neither a copy nor a wait.
 *
 * @param directory where the finished segments are
 * @param data the server's data directory, whose {@code pg_wal} holds what is not finished
 */
public record PostgresArchive(Path directory, Path data) {

    private static final String SEGMENT = "[0-9A-F]{24}";
    private static final String AFTER_ALL = "G";
    private static final Duration LONGEST_ARCHIVING = Duration.ofSeconds(60);
    private static final long MILLIS_BETWEEN_LOOKS = 5;

    /** What makes PostgreSQL archive. */
    Map<String, String> settings() {
        return Map.of("archive_mode", "on", "archive_command", "ln -f \"%p\" " + quoted(directory) + "/%f");
    }

    /** What makes another PostgreSQL read from here. What is not archived, since the server died, is taken from it. */
    String restoreCommand() {
        return "cp %s/%%f \"%%p\" 2>/dev/null || cp %s/%%f \"%%p\" 2>/dev/null"
                .formatted(quoted(directory), quoted(data.resolve("pg_wal")));
    }

    /** What makes a PostgreSQL that has all of the log read which timelines there have been. */
    String restoreTimelinesCommand() {
        return "case %%f in *.history) cp %s/%%f \"%%p\" 2>/dev/null;; *) false;; esac".formatted(quoted(directory));
    }

    /**
     * Archives what the server received before it was promoted and its source did not archive any more: the whole segments
     * of the timelines before its own.
     */
    void complete(Connection administrator) throws SQLException, IOException {
        try (Statement statement = administrator.createStatement()) {
            String timeline = string(statement, "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)");
            String history = Files.readString(data.resolve("pg_wal").resolve(timeline + ".history"));
            String[] last = history.strip()
                    .substring(history.strip().lastIndexOf('\n') + 1)
                    .split("\t", -1);
            String fork = string(statement, "SELECT right(pg_walfile_name('" + last[1] + "'::pg_lsn + 1), 16)");
            for (Path file : files(data.resolve("pg_wal"))) {
                String name = file.getFileName().toString();
                Path archived = directory.resolve(name);
                if (name.matches(SEGMENT)
                        && name.compareTo(timeline) < 0
                        && name.substring(8).compareTo(fork) < 0
                        && Files.notExists(archived)) {
                    Files.createLink(archived, file);
                }
            }
        }
    }

    /**
     * Archives what the server has committed until now, and one commit more: a recovery has to see that its target has
     * passed.
     */
    void catchUp(Connection administrator) throws SQLException {
        try (Statement statement = administrator.createStatement()) {
            statement.execute("SELECT pg_logical_emit_message(true, 'headgate', 'a commit to stop before')");
            // The segment that this has ended, or another one's switch just before.
            await(string(statement, "SELECT pg_walfile_name(pg_switch_wal() - 1)"));
        }
    }

    /** Returns when a finished segment is archived. */
    void await(String segment) {
        long began = System.nanoTime();
        while (Files.notExists(directory.resolve(segment))) {
            if (System.nanoTime() - began > LONGEST_ARCHIVING.toNanos()) {
                throw new LocalCloudException("PostgreSQL did not archive " + segment + " within " + LONGEST_ARCHIVING);
            }
            try {
                Thread.sleep(MILLIS_BETWEEN_LOOKS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LocalCloudException("Interrupted while waiting for the archive", e);
            }
        }
    }

    /** Links the segments from the first one on, and what tells timelines apart, to another directory. */
    void linkFrom(String first, Path other) throws IOException {
        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (name.endsWith(".history") || (name.matches(SEGMENT) && name.compareTo(first) >= 0)) {
                Files.createLink(other.resolve(name), file);
            }
        }
    }

    /** How many bytes are archived from a segment on. */
    public long sizeFrom(String first) throws IOException {
        long size = 0;
        for (Path file : files()) {
            if (file.getFileName().toString().compareTo(first) >= 0) {
                size += Files.size(file);
            }
        }
        return size;
    }

    /** Removes all that is archived by now, where nothing is to be recovered. */
    public void clear() throws IOException {
        removeBefore(AFTER_ALL);
    }

    /** Removes the segments before one that is needed. */
    public void removeBefore(String first) throws IOException {
        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (!name.endsWith(".history") && name.compareTo(first) < 0) {
                Files.deleteIfExists(file);
            }
        }
    }

    private List<Path> files() throws IOException {
        return files(directory);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static String string(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** As a shell reads it, in a parameter of PostgreSQL that gives percent signs a meaning. */
    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''").replace("%", "%%") + "'";
    }
}
