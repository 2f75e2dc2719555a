package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

/**
 * The standby that a {@link LocalPostgres} awaits before it acknowledges a commit, so that it can take the primary's place
 * at the primary's port and nothing acknowledged is lost. See <a
 * href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html">Multi-AZ DB instance
 * deployments</a>.
 */
public final class SynchronousStandby implements AutoCloseable {

    private static final String NAME = "standby";
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);
    private static final int QUESTIONS_UNTIL_LOST = 2;
    private static final long MILLIS_BETWEEN_LOOKS = 2;

    private final LocalPostgres primary;
    private final PostgresStandby standby;
    private boolean isOver;
    private long lastQuestion = System.nanoTime();
    private int questionsInVain;

    private SynchronousStandby(LocalPostgres primary, PostgresStandby standby) {
        this.primary = primary;
        this.standby = standby;
    }

    /** Makes the standby of a running server, and returns when no commit is acknowledged without it any more. */
    public static SynchronousStandby of(LocalPostgres primary, Path directory) {
        PostgresStandby standby = PostgresStandby.of(primary, directory, NAME);
        SynchronousStandby synchronous = new SynchronousStandby(primary, standby);
        try {
            synchronous.beginToAwait();
            return synchronous;
        } catch (SQLException | LocalCloudException e) {
            synchronous.remove();
            throw new LocalCloudException("Cannot make a synchronous standby: " + e.getMessage(), e);
        }
    }

    /**
     * A commit waits for the standby when the checkpointer has read that it should. A second reload, once it is seen, tells
     * that the signals of the first one are sent; a checkpoint, that the checkpointer has heeded its one.
     */
    private void beginToAwait() throws SQLException {
        try (Connection administrator = primary.connectAsAdministrator();
                Statement statement = administrator.createStatement()) {
            String loaded = string(statement, "SELECT pg_conf_load_time()");
            primary.configure(Map.of("synchronous_standby_names", NAME));
            loaded = awaitReload(statement, loaded);
            statement.execute("SELECT pg_reload_conf()");
            awaitReload(statement, loaded);
            statement.execute("CHECKPOINT");
            statement.execute("SELECT pg_logical_emit_message(true, 'headgate', 'a commit that the standby has')");
        }
    }

    private static String awaitReload(Statement statement, String before) throws SQLException {
        while (true) {
            String now = string(statement, "SELECT pg_conf_load_time()");
            if (!now.equals(before)) {
                return now;
            }
            pause();
        }
    }

    /**
     * Lets the primary go on without the standby where that has ended or fallen silent, and removes it. A primary that is
     * down loses nothing by waiting.
     *
     * @return whether the standby is gone
     */
    public synchronized boolean isLost() {
        if (isOver) {
            return true;
        }
        if (standby.server().isRunning() && isTrusted()) {
            return false;
        }
        remove();
        return true;
    }

    private boolean isTrusted() {
        if (System.nanoTime() - lastQuestion > BETWEEN_QUESTIONS.toNanos()) {
            lastQuestion = System.nanoTime();
            questionsInVain = follows() ? 0 : questionsInVain + 1;
        }
        return questionsInVain < QUESTIONS_UNTIL_LOST;
    }

    /** True where the primary can't be asked. */
    private boolean follows() {
        if (!primary.isRunning()) {
            return true;
        }
        try (Connection administrator = primary.connectAsAdministrator()) {
            return standby.follows(administrator);
        } catch (SQLException e) {
            return true;
        }
    }

    /**
     * Ends the primary as a failure of power does, and promotes the standby in its place: at its port, in its directory,
     * with its archive. The standby is used up then; another one can be made.
     */
    public synchronized void takeOver() {
        if (isOver) {
            throw new LocalCloudException("There is no standby to take over");
        }
        isOver = true;
        shortenRecovery();
        primary.replace(this::putInPlace);
        primary.configure(Map.of());
        try (Connection administrator = primary.connectAsAdministrator()) {
            primary.archive().complete(administrator);
        } catch (SQLException | IOException e) {
            throw new LocalCloudException("Cannot archive what the standby had: " + e.getMessage(), e);
        } finally {
            standby.server().remove();
        }
    }

    /** Lets the standby have little to replay when it starts again, where there is time for that. */
    private void shortenRecovery() {
        try (Connection ofPrimary = primary.connectAsAdministrator();
                Statement onPrimary = ofPrimary.createStatement();
                Connection ofStandby = standby.server().connectAsAdministrator();
                Statement onStandby = ofStandby.createStatement()) {
            onPrimary.execute("CHECKPOINT");
            String end = string(onPrimary, "SELECT pg_current_wal_flush_lsn()");
            while (string(onStandby, "SELECT pg_last_wal_replay_lsn() < '" + end + "'")
                    .equals("t")) {
                pause();
            }
            onStandby.execute("CHECKPOINT");
        } catch (SQLException e) {
            // The primary is gone already.
        }
    }

    private void putInPlace() {
        // Stops at once, but not within the write of a page.
        standby.server().crash();
        Path data = primary.data();
        try {
            Files.move(data, standby.server().directory().resolve("data-of-the-primary"));
            Files.move(standby.server().data(), data);
            Files.delete(data.resolve("standby.signal"));
            Files.createFile(data.resolve("recovery.signal"));
        } catch (IOException e) {
            throw new LocalCloudException("Cannot put the standby in place: " + e.getMessage(), e);
        }
        primary.configure(Map.of(
                "restore_command",
                primary.archive().restoreTimelinesCommand(),
                // Nobody sees it read-only.
                "hot_standby",
                "off"));
    }

    /** The process id of its server. */
    long pid() {
        return standby.server().pid();
    }

    /** Ends it, and lets the primary go on without. */
    public synchronized void remove() {
        isOver = true;
        primary.configure(Map.of());
        standby.remove();
    }

    /** Ends its server, and leaves all else as it is: the primary ends as well. */
    @Override
    public void close() {
        standby.server().close();
    }

    private static String string(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(MILLIS_BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalCloudException("Interrupted while waiting for PostgreSQL", e);
        }
    }
}
