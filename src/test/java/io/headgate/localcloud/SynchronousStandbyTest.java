package io.headgate.localcloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a primary with a synchronous standby when one of the two ends. */
class SynchronousStandbyTest {

    @TempDir
    private Path temporary;

    private LocalPostgres primary;

    @BeforeEach
    void start() {
        primary = LocalPostgres.in(temporary.resolve("primary"));
        primary.start();
    }

    @AfterEach
    void stop() {
        primary.remove();
    }

    @Test
    void takesOverAtThePortOfThePrimary() throws SQLException {
        // Given
        run("CREATE TABLE kept AS SELECT 1 AS n");
        SynchronousStandby standby = SynchronousStandby.of(primary, temporary.resolve("standby"));
        run("INSERT INTO kept VALUES (2)");
        int port = primary.port();
        long pid = primary.pid();

        // When
        standby.takeOver();

        // Then
        assertThat(primary.port()).isEqualTo(port);
        assertThat(primary.pid()).isNotEqualTo(pid);
        assertThat(rows(primary, "SELECT n FROM kept ORDER BY n")).containsExactly("1", "2");
        assertThat(rows(primary, "SELECT timeline_id FROM pg_control_checkpoint()"))
                .containsExactly("2");
        run("INSERT INTO kept VALUES (3)");
        assertThat(temporary.resolve("standby")).doesNotExist();
    }

    @Test
    void aNewOneTakesOverAgain() throws SQLException {
        // Given
        SynchronousStandby.of(primary, temporary.resolve("first")).takeOver();
        run("CREATE TABLE kept AS SELECT 1 AS n");
        SynchronousStandby second = SynchronousStandby.of(primary, temporary.resolve("second"));
        run("INSERT INTO kept VALUES (2)");

        // When
        second.takeOver();

        // Then
        assertThat(rows(primary, "SELECT n FROM kept ORDER BY n")).containsExactly("1", "2");
    }

    @Test
    void thePrimaryGoesOnWithoutAStandbyThatIsLost() throws SQLException {
        // Given
        SynchronousStandby standby = SynchronousStandby.of(primary, temporary.resolve("standby"));
        ProcessHandle.of(standby.pid()).orElseThrow().destroyForcibly();
        while (!standby.isLost()) {
            Thread.onSpinWait();
        }

        // When
        run("CREATE TABLE kept AS SELECT 1 AS n");

        // Then
        assertThat(rows(primary, "SELECT n FROM kept")).containsExactly("1");
        assertThat(rows(primary, "SELECT slot_name FROM pg_replication_slots")).isEmpty();
    }

    @Test
    void aCommitWaitsForAStandbyThatIsSilentUntilItIsLost() throws Exception {
        // Given
        SynchronousStandby standby = SynchronousStandby.of(primary, temporary.resolve("standby"));
        run("CREATE TABLE kept (n int)");
        freeze(standby.pid());

        // When
        CompletableFuture<Void> insert = CompletableFuture.runAsync(() -> {
            try {
                run("INSERT INTO kept VALUES (1)");
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });

        // Then
        while (rows(primary, "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                .isEmpty()) {
            assertThat(insert).isNotDone();
        }
        while (!standby.isLost()) {
            Thread.onSpinWait();
        }
        insert.join();
        assertThat(rows(primary, "SELECT n FROM kept")).containsExactly("1");
    }

    private static void freeze(long pid) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", "-STOP", Long.toString(pid)));
        ProcessHandle.of(pid).orElseThrow().descendants().forEach(child -> command.add(Long.toString(child.pid())));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    @Test
    void timesBeforeAndAfterAreRecovered() throws SQLException {
        // Given
        PostgresBackup backup = PostgresBackup.of(primary, temporary.resolve("backup"));
        run("CREATE TABLE kept AS SELECT 1 AS n");
        SynchronousStandby standby = SynchronousStandby.of(primary, temporary.resolve("standby"));
        Instant before = now();
        run("INSERT INTO kept VALUES (2)");
        standby.takeOver();
        run("INSERT INTO kept VALUES (3)");
        Instant after = now();
        run("DROP TABLE kept");

        // When
        LocalPostgres earlier = backup.recoveredIn(temporary.resolve("earlier"), primary, before);
        LocalPostgres later = backup.recoveredIn(temporary.resolve("later"), primary, after);

        // Then
        assertThat(rows(earlier, "SELECT n FROM kept ORDER BY n")).containsExactly("1");
        assertThat(rows(later, "SELECT n FROM kept ORDER BY n")).containsExactly("1", "2", "3");
        earlier.remove();
        later.remove();
    }

    @Test
    void aCopyAwaitsNobody() throws SQLException {
        // Given
        SynchronousStandby standby = SynchronousStandby.of(primary, temporary.resolve("standby"));
        PostgresBackup backup = PostgresBackup.of(primary, temporary.resolve("backup"));

        // When
        LocalPostgres restored = backup.restoredIn(temporary.resolve("restored"));

        // Then
        assertThat(rows(restored, "SHOW synchronous_standby_names")).containsExactly("");
        restored.remove();
        standby.remove();
    }

    private Instant now() throws SQLException {
        return Instant.parse(rows(primary, "SELECT to_char(clock_timestamp(), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
                .get(0));
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = primary.connect();
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
