package io.headgate.localcloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes back of a server, from a backup and from the log. */
class PostgresBackupTest {

    @TempDir
    private static Path temporary;

    private static LocalPostgres source;

    @BeforeAll
    static void start() {
        source = LocalPostgres.in(temporary.resolve("source"));
        source.start();
    }

    @AfterAll
    static void stop() {
        source.remove();
    }

    @Test
    void holdsWhatWasCommittedBeforeIt() throws SQLException {
        // Given
        run(source, "CREATE TABLE backed_up AS SELECT 1 AS n");
        PostgresBackup backup = PostgresBackup.of(source, temporary.resolve("b1"));
        run(source, "INSERT INTO backed_up VALUES (2)");

        // When
        LocalPostgres restored = backup.restoredIn(temporary.resolve("r1"));

        // Then
        assertThat(rows(restored, "SELECT n FROM backed_up")).containsExactly("1");
        assertThat(rows(source, "SELECT n FROM backed_up ORDER BY n")).containsExactly("1", "2");
        restored.remove();
    }

    @Test
    void recoversATimeBetweenTwoCommits() throws SQLException {
        // Given
        PostgresBackup backup = PostgresBackup.of(source, temporary.resolve("b2"));
        run(source, "CREATE TABLE recovered AS SELECT 1 AS n");
        Instant time = now(source);
        run(source, "DELETE FROM recovered");

        // When
        LocalPostgres recovered = backup.recoveredIn(temporary.resolve("r2"), source, time);

        // Then
        assertThat(rows(recovered, "SELECT n FROM recovered")).containsExactly("1");
        recovered.remove();
    }

    @Test
    void recoversTheLastCommitOfAServerThatDied() throws SQLException {
        // Given
        LocalPostgres down = LocalPostgres.in(temporary.resolve("down"));
        down.start();
        PostgresBackup backup = PostgresBackup.of(down, temporary.resolve("b3"));
        run(down, "CREATE TABLE last AS SELECT 1 AS n");
        ProcessHandle server = ProcessHandle.of(down.pid()).orElseThrow();
        server.destroyForcibly();
        server.onExit().join();

        // When
        LocalPostgres recovered = backup.recoveredIn(temporary.resolve("r3"), down, Instant.now());

        // Then
        assertThat(rows(recovered, "SELECT n FROM last")).containsExactly("1");
        recovered.remove();
        down.remove();
    }

    @Test
    void aRecoveredServerIsRecoveredItself() throws SQLException {
        // Given
        PostgresBackup backup = PostgresBackup.of(source, temporary.resolve("b4"));
        run(source, "CREATE TABLE generations AS SELECT 1 AS n");
        LocalPostgres second = backup.recoveredIn(temporary.resolve("r4"), source, now(source));
        PostgresBackup ofSecond = PostgresBackup.of(second, temporary.resolve("b5"));
        run(second, "INSERT INTO generations VALUES (2)");
        Instant time = now(second);
        run(second, "INSERT INTO generations VALUES (3)");

        // When
        LocalPostgres third = ofSecond.recoveredIn(temporary.resolve("r5"), second, time);

        // Then
        assertThat(rows(third, "SELECT n FROM generations ORDER BY n")).containsExactly("1", "2");
        third.remove();
        second.remove();
    }

    @Test
    void theLogIsArchivedAfterARestartToo() throws SQLException {
        // Given
        PostgresBackup backup = PostgresBackup.of(source, temporary.resolve("b6"));
        source.stop();
        source.start();
        run(source, "CREATE TABLE restarted AS SELECT 1 AS n");
        Instant time = now(source);
        run(source, "DROP TABLE restarted");

        // When
        LocalPostgres recovered = backup.recoveredIn(temporary.resolve("r6"), source, time);

        // Then
        assertThat(rows(recovered, "SELECT n FROM restarted")).containsExactly("1");
        recovered.remove();
    }

    @Test
    void theLogBeforeABackupIsNotNeededForIt() throws Exception {
        // Given
        PostgresBackup first = PostgresBackup.of(source, temporary.resolve("b7"));
        run(source, "CREATE TABLE shortened AS SELECT 1 AS n");
        PostgresBackup second = PostgresBackup.of(source, temporary.resolve("b8"));
        long before = source.archive().sizeFrom(first.firstSegment());
        run(source, "INSERT INTO shortened VALUES (2)");
        Instant time = now(source);

        // When
        source.archive().removeBefore(second.firstSegment());

        // Then
        assertThat(source.archive().sizeFrom(first.firstSegment())).isLessThan(before);
        LocalPostgres recovered = second.recoveredIn(temporary.resolve("r8"), source, time);
        assertThat(rows(recovered, "SELECT n FROM shortened ORDER BY n")).containsExactly("1", "2");
        recovered.remove();
    }

    /** One that ends a segment leaves nothing to end for another, whose commit is in that segment too. */
    @Test
    void severalArchiveAtOnceWhatTheyHaveCommitted() throws Exception {
        // Given
        int archiving = 4;
        int times = 50;
        ExecutorService threads = Executors.newFixedThreadPool(archiving);
        Callable<Void> catchUp = () -> {
            try (Connection administrator = source.connectAsAdministrator()) {
                source.archive().catchUp(administrator);
            }
            return null;
        };

        for (int time = 0; time < times; time++) {
            // When
            List<Future<Void>> each = threads.invokeAll(Collections.nCopies(archiving, catchUp));

            // Then
            assertThat(each).allSatisfy(one -> assertThat(one).succeedsWithin(Duration.ZERO));
        }
        threads.shutdown();
    }

    private static Instant now(LocalPostgres postgres) throws SQLException {
        return Instant.parse(rows(postgres, "SELECT to_char(clock_timestamp(), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
                .get(0));
    }

    private static void run(LocalPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> rows(LocalPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
