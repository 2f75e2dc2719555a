package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * A {@link LocalPostgres} that follows another one: it replays the log that the other one streams to it, and answers reads
 * meanwhile. See <a href="https://www.postgresql.org/docs/17/warm-standby.html">Log-Shipping Standby Servers</a>.
 *
 * @param source the server that it follows, also when that one is replaced
 * @param server the standby itself
 * @param name what the source knows it by: its application name and its replication slot
 */
public record PostgresStandby(LocalPostgres source, LocalPostgres server, String name) {

    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final long MILLIS_BETWEEN_LOOKS = 10;

    /** After how long without a sign of it a standby that still has its connection does not follow. */
    private static final String LONGEST_SILENCE = "5 s";

    /** Makes a standby of a running server, whose clients go on reading and writing, and returns when it follows. */
    public static PostgresStandby of(LocalPostgres source, Path directory, String name) {
        PostgresStandby standby = new PostgresStandby(source, LocalPostgres.in(directory), name);
        try {
            standby.follow(Map.of());
            standby.copySource();
            standby.server.start();
            standby.awaitFollowing();
            return standby;
        } catch (LocalCloudException e) {
            standby.remove();
            throw e;
        }
    }

    private void copySource() {
        try (Connection administrator = source.connectAsAdministrator();
                Statement statement = administrator.createStatement()) {
            keepLog(administrator);
            PostgresCopy.of(source, server.data(), statement);
            Files.createFile(server.data().resolve("standby.signal"));
        } catch (SQLException | IOException e) {
            throw new LocalCloudException("Cannot make a standby: " + e.getMessage(), e);
        }
    }

    /** Makes the source keep what the standby has not received yet. */
    public void keepLog(Connection administrator) throws SQLException {
        try (PreparedStatement slot =
                administrator.prepareStatement("SELECT pg_create_physical_replication_slot(?, true)"
                        + " WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = ?)")) {
            slot.setString(1, name);
            slot.setString(2, name);
            slot.execute();
        }
    }

    /** Tells the standby whom to follow, and sets further parameters of it. */
    void follow(Map<String, String> parameters) {
        Map<String, String> all = new TreeMap<>(parameters);
        all.put(
                "primary_conninfo",
                "host=127.0.0.1 port=%d user=%s password=%s application_name=%s"
                        .formatted(source.port(), PostgresBinaries.ADMINISTRATOR, PostgresBinaries.PASSWORD, name));
        all.put("primary_slot_name", name);
        all.put("wal_receiver_status_interval", "1s");
        all.put("wal_retrieve_retry_interval", "100ms");
        server.configure(all);
    }

    private void awaitFollowing() {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        try (Connection administrator = source.connectAsAdministrator()) {
            while (!follows(administrator)) {
                if (System.nanoTime() > deadline) {
                    throw new LocalCloudException("A standby did not follow within " + LONGEST_START);
                }
                Thread.sleep(MILLIS_BETWEEN_LOOKS);
            }
        } catch (SQLException e) {
            throw new LocalCloudException("Cannot ask for standbys: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalCloudException("Interrupted while waiting for a standby", e);
        }
    }

    /** Whether the source streams to it all that is new, and hears of it. */
    public boolean follows(Connection administrator) throws SQLException {
        try (PreparedStatement query = administrator.prepareStatement(
                "SELECT FROM pg_stat_replication WHERE application_name = ? AND state = 'streaming'"
                        + " AND coalesce(reply_time, backend_start) > clock_timestamp() - interval '" + LONGEST_SILENCE
                        + "'")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Makes it anew, with its port and directory: where it has what its source lost, it can't follow any more. */
    public void rebuild() {
        server.crash();
        server.retire();
        copySource();
        server.start();
        awaitFollowing();
    }

    /** Lets it be a server of its own with what it has received. */
    public void promote() {
        try (Connection administrator = server.connectAsAdministrator();
                Statement statement = administrator.createStatement()) {
            statement.execute("SELECT pg_promote()");
        } catch (SQLException e) {
            throw new LocalCloudException("Cannot promote a standby: " + e.getMessage(), e);
        }
        server.configure(Map.of());
        forgetLog();
    }

    /** Receives what its source commits, and does not show it. */
    public void pauseReplay() {
        ask("SELECT pg_wal_replay_pause()");
        while (!isReplayPaused()) {
            ask("SELECT pg_sleep(0.01)");
        }
    }

    public void resumeReplay() {
        ask("SELECT pg_wal_replay_resume()");
    }

    public boolean isReplayPaused() {
        return ask("SELECT CASE WHEN pg_is_in_recovery() THEN pg_get_wal_replay_pause_state() END")
                .equals("paused");
    }

    /** Shows what its source commits only so much later. */
    public void delayReplay(Duration delay) {
        follow(Map.of("recovery_min_apply_delay", delay.toMillis() + "ms"));
    }

    /** How much it has received and not replayed. */
    public long bytesToReplay() {
        return Long.parseLong(ask("SELECT coalesce(pg_last_wal_receive_lsn() - pg_last_wal_replay_lsn(), 0)::bigint"));
    }

    /** Where the source's log ends, in bytes. */
    public long endOfSource() {
        return Long.parseLong(ask(source, "SELECT (pg_current_wal_lsn() - '0/0')::bigint"));
    }

    /** Up to where it has replayed its source's log, in bytes. */
    public long replayed() {
        return Long.parseLong(ask("SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint"));
    }

    private String ask(String sql) {
        return ask(server, sql);
    }

    private static String ask(LocalPostgres asked, String sql) {
        try (Connection administrator = asked.connectAsAdministrator();
                Statement statement = administrator.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        } catch (SQLException e) {
            throw new LocalCloudException("Cannot ask a server: " + e.getMessage(), e);
        }
    }

    /** Ends it and removes its files, and what the source keeps for it where the source can be asked. */
    public void remove() {
        server.crash();
        server.remove();
        forgetLog();
    }

    private void forgetLog() {
        try (Connection administrator = source.connectAsAdministrator();
                PreparedStatement drop = administrator.prepareStatement("SELECT pg_drop_replication_slot(slot_name)"
                        + " FROM pg_replication_slots WHERE slot_name = ? AND NOT active")) {
            drop.setString(1, name);
            drop.execute();
        } catch (SQLException e) {
            // It is down. Another standby of this name takes the slot over.
        }
    }
}
