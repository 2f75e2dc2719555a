package io.headgate.user.postgres;

/**
 * How readers follow a primary, and how it is told how far each is: by a place, a number that grows with every change. A
 * reader at a place shows all that was committed on the primary before the primary was there.
 */
enum Replication {

    /** PostgreSQL's own: a place is one in the write-ahead log. A reader that was promoted follows nobody. */
    STREAMING(
            "SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint",
            "SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint END"),

    /**
     * Aurora's, where readers have no log: a place is a time in microseconds. Aurora tells in milliseconds how far each of
     * its readers lags, and when that was measured; the one that lags most counts, for connections to the reader endpoint
     * lead to any of them, and a second more, for the clocks of a cluster differ.
     *
     * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora_replica_status.html">
     *     aurora_replica_status</a>
     */
    AURORA("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", """
            SELECT (extract(epoch FROM min(last_update_timestamp
                    - replica_lag_in_msec * interval '1 millisecond') - interval '1 second') * 1000000)::bigint
            FROM aurora_replica_status() WHERE session_id <> 'MASTER_SESSION_ID'""");

    /** One row, {@code true} on Aurora. */
    static final Statement IS_AURORA = Statement.of("SELECT to_regproc('aurora_replica_status') IS NOT NULL");

    private final String ofPrimary;
    private final String ofReader;

    Replication(String ofPrimary, String ofReader) {
        this.ofPrimary = ofPrimary;
        this.ofReader = ofReader;
    }

    /** One row: the place where the primary is. */
    Statement placeOfPrimary() {
        return Statement.of(ofPrimary);
    }

    /** One row: the place where a reader is, {@code null} when it follows nobody. */
    Statement placeOfReader() {
        return Statement.of(ofReader);
    }
}
