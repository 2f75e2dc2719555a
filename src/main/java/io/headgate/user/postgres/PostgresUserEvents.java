package io.headgate.user.postgres;

import io.headgate.user.Store;
import io.headgate.user.UserEventSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The changes of users in PostgreSQL, by logical replication: a slot that decodes the write-ahead log with {@code pgoutput},
 * and a publication of the table. It makes both where they are missing, and lets the table's old rows be logged whole. The
 * slot is read without moving it, and moved once what was read has been taken.
 *
 * <p>A slot that is gone, that the server gave up ({@code max_slot_wal_keep_size}), or that somebody else has moved, is a gap:
 * reading {@linkplain Batch#begins begins} anew.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">Replication Management
 *     Functions</a>
 */
public final class PostgresUserEvents implements UserEventSource {

    static final String PARTITION = "wal";
    static final String TABLE = "users";

    private static final Logger LOG = Logger.getLogger(PostgresUserEvents.class);

    /** Longer than a transaction with changes of all users takes to be taken, of which each step has its own limit. */
    private static final Duration LONGEST_READ = Duration.ofHours(1);

    private static final Duration LONGEST_STEP = Duration.ofSeconds(30);

    /** Messages at once: a change in a transaction of its own has three. */
    private static final int PAGE = 300;

    private static final int MESSAGES = 20_000;

    /** Bytes of the log that one look decodes, so that each page of a slot that is far behind comes within its time limit. */
    private static final long DECODED = 256 << 20;

    /** By how many bytes of changes that are none of users' the slot may be behind. */
    private static final long KEPT = 1 << 20;

    private static final Set<String> OF_A_BROKEN_SLOT = Set.of("42704", "55000", "58P01");

    private static final String STATE = """
            SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint,
              s.wal_status, (s.confirmed_flush_lsn - '0/0')::bigint,
              s.slot_name IS NULL OR (s.plugin = 'pgoutput' AND s.database = current_database()),
              c.relreplident = 'f',
              EXISTS (SELECT FROM pg_publication_tables p WHERE p.pubname = $1 AND p.tablename = 'users'),
              current_setting('max_slot_wal_keep_size') = '-1',
              coalesce(pg_current_wal_flush_lsn() - s.restart_lsn, 0)::bigint,
              left(pg_walfile_name(pg_current_wal_flush_lsn()), 8)
            FROM pg_class c LEFT JOIN pg_replication_slots s ON s.slot_name = $1
            WHERE c.oid = 'users'::regclass""";

    private static final String PEEK = """
            SELECT data FROM pg_logical_slot_peek_binary_changes(
              $1::text::name, $2::text::pg_lsn, $3, 'proto_version', '1', 'publication_names', $1::text)""";

    private static final String IN_UTC = "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'";
    private static final String CREATE_SLOT =
            "SELECT (lsn - '0/0')::bigint FROM pg_create_logical_replication_slot($1::text::name, 'pgoutput')";
    private static final String DROP_SLOT =
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1";
    private static final String ADVANCE = "SELECT pg_replication_slot_advance($1::text::name, $2::text::pg_lsn)";

    private final Connections connections;
    private final String slot;
    /** The position from which the slot could not be read. */
    private @Nullable WalPosition brokenAt;

    private final AtomicLong retained = new AtomicLong();
    private boolean isWarned;
    private long seen = -1;

    /**
     * @param primary connections to the primary, of a user who owns the table and may replicate
     * @param slot the slot's name, and the publication's: letters, digits and underscores
     */
    public PostgresUserEvents(Pool primary, PostgresConfig config, String slot, MeterRegistry meters) {
        this.connections = Connections.of(primary, config);
        this.slot = slot;
        Gauge.builder("headgate.changes.slot.retained", retained, AtomicLong::get)
                .description("How much the slot keeps of the write-ahead log, as this replica has last seen it")
                .baseUnit("bytes")
                .register(meters);
    }

    /**
     * How the slot is.
     *
     * @param timeline the history of the log
     * @param written where the write-ahead log ends
     * @param confirmed to where it was moved; {@code null} where there is none that can be read
     */
    private record State(
            String timeline, long written, @Nullable Long confirmed, boolean isLogged, boolean isPublished) {}

    @Override
    public Store store() {
        return Store.POSTGRES;
    }

    @Override
    public Uni<Boolean> read(Map<String, String> positions, Sink sink) {
        String kept = positions.get(PARTITION);
        WalPosition position = kept == null ? null : WalPosition.parse(kept);
        return Uni.createFrom()
                .completionStage(() -> connections
                        .run(connection -> read(connection, position, sink), LONGEST_READ)
                        .toCompletionStage());
    }

    private Future<Boolean> read(SqlConnection connection, @Nullable WalPosition position, Sink sink) {
        return state(connection).compose(state -> {
            Long confirmed = state.confirmed;
            if (confirmed == null || !state.isPublished || isBroken(state, position)) {
                return remake(connection, state).compose(place -> begin(state, place, sink));
            }
            if (position == null || confirmed > position.place()) {
                // The log of changes was lost, or somebody else has moved the slot.
                return begin(state, confirmed, sink);
            }
            if (state.written == seen) {
                return Future.succeededFuture(false);
            }
            Future<Void> logged = state.isLogged ? Future.succeededFuture() : logOldRows(connection);
            return logged.compose(done -> inTransaction(connection, within -> changes(within, position, state, sink)))
                    .compose(last -> moved(connection, last, state, sink));
        });
    }

    /** Whether the slot can't be read from there, or another server took over, which may lack what was read of the former. */
    private boolean isBroken(State state, @Nullable WalPosition position) {
        return position != null
                && (position.equals(brokenAt) || !position.timeline().equals(state.timeline));
    }

    private Future<State> state(SqlConnection connection) {
        return step(connection.preparedQuery(STATE).execute(Tuple.of(slot))).map(rows -> {
            Row row = rows.iterator().next();
            if (!row.getBoolean(3)) {
                throw new IllegalStateException("the slot of headgate.changes.slot is of another database or plugin");
            }
            if (row.getBoolean(6) && !isWarned) {
                isWarned = true;
                LOG.warn("max_slot_wal_keep_size is not set: PostgreSQL keeps what no gateway reads, without a bound");
            }
            retained.set(row.getLong(7));
            boolean isLost = row.getString(1) == null || row.getString(1).equals("lost");
            return new State(
                    row.getString(8),
                    row.getLong(0),
                    isLost ? null : row.getLong(2),
                    row.getBoolean(4),
                    row.getBoolean(5));
        });
    }

    /** Gives where the new slot begins. */
    private Future<Long> remake(SqlConnection connection, State state) {
        Future<Void> logged = state.isLogged ? Future.succeededFuture() : logOldRows(connection);
        return logged.compose(done -> state.isPublished ? Future.<Void>succeededFuture() : publish(connection))
                .compose(published -> step(connection.preparedQuery(DROP_SLOT).execute(Tuple.of(slot))))
                .compose(dropped -> step(connection.preparedQuery(CREATE_SLOT).execute(Tuple.of(slot))))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    private Future<Void> publish(SqlConnection connection) {
        String publication = '"' + slot + '"';
        return inTransaction(
                connection,
                within -> step(within.query("SET LOCAL client_min_messages = warning; DROP PUBLICATION IF EXISTS "
                                        + publication + "; CREATE PUBLICATION " + publication + " FOR TABLE users")
                                .execute())
                        .mapEmpty());
    }

    /** Without old rows, nothing tells the status of a user who was deleted, nor large attributes that did not change. */
    private Future<Void> logOldRows(SqlConnection connection) {
        return inTransaction(
                connection,
                within -> step(within.query("SET LOCAL lock_timeout = '1s'; ALTER TABLE users REPLICA IDENTITY FULL")
                                .execute())
                        .mapEmpty());
    }

    private Future<Boolean> begin(State state, long place, Sink sink) {
        brokenAt = null;
        seen = -1;
        return append(sink, Batch.beginning(PARTITION, new WalPosition(state.timeline, place, 0).toString()))
                .map(begun -> true);
    }

    /** Hands on what there is, page by page, so that no transaction is too large. */
    private Future<Reading> changes(SqlConnection connection, WalPosition from, State state, Sink sink) {
        Reading reading = new Reading(from, Math.min(state.written, from.place() + DECODED));
        String upTo = WalPosition.lsn(reading.upTo);
        return step(connection.query(IN_UTC).execute())
                .compose(inUtc -> step(connection.prepare(PEEK)))
                .compose(statement -> pages(statement.cursor(Tuple.of(slot, upTo, MESSAGES)), reading, sink)
                        .compose(done -> step(statement.close())))
                .map(reading)
                .onFailure(failure -> {
                    boolean isOfSlot =
                            failure instanceof PgException refusal && OF_A_BROKEN_SLOT.contains(refusal.getSqlState());
                    brokenAt = isOfSlot ? from : null;
                });
    }

    private Future<Void> pages(Cursor cursor, Reading reading, Sink sink) {
        return step(cursor.read(PAGE)).compose(rows -> {
            rows.forEach(row -> reading.output.take(row.getBuffer(0)));
            reading.messages += rows.size();
            Batch batch = reading.output.batch();
            reading.position = WalPosition.parse(String.valueOf(batch.position()));
            boolean isEmpty = batch.events().isEmpty() && batch.unreadable().isEmpty() && !batch.begins();
            Future<Void> taken = isEmpty ? Future.succeededFuture() : append(sink, batch);
            return taken.compose(done -> {
                if (!isEmpty) {
                    reading.taken = reading.position;
                }
                return cursor.hasMore() ? pages(cursor, reading, sink) : step(cursor.close());
            });
        });
    }

    /** Moves the slot behind what was taken, never further; gives whether there is more. */
    private Future<Boolean> moved(SqlConnection connection, Reading reading, State state, Sink sink) {
        boolean isWhole = reading.messages < MESSAGES;
        boolean isAtEnd = isWhole && reading.upTo == state.written;
        long confirmed = Objects.requireNonNull(state.confirmed);
        long end = isWhole ? Math.max(reading.position.place(), reading.upTo) : reading.position.place();
        boolean isBehind = reading.taken.changes() > 0 || !isWhole || end - confirmed > KEPT;
        Future<Void> taken = isBehind && end > reading.taken.place()
                ? append(sink, Batch.moved(PARTITION, reading.position.at(end).toString()))
                        .onSuccess(done -> reading.taken = reading.position.at(end))
                : Future.succeededFuture();
        return taken.compose(done -> reading.taken.place() > confirmed
                        ? step(connection.preparedQuery(ADVANCE).execute(Tuple.of(slot, reading.taken.lsn())))
                                .mapEmpty()
                        : Future.<Void>succeededFuture())
                .map(done -> {
                    seen = isAtEnd ? state.written : -1;
                    return !isAtEnd;
                });
    }

    private static Future<Void> append(Sink sink, Batch batch) {
        return Future.fromCompletionStage(
                sink.append(batch).onFailure().transform(NotTakenException::new).subscribeAsCompletionStage(),
                Vertx.currentContext());
    }

    private static <T> Future<T> inTransaction(SqlConnection connection, Function<SqlConnection, Future<T>> work) {
        return step(connection.begin())
                .compose(transaction -> work.apply(connection)
                        .transform(outcome -> outcome.succeeded()
                                ? step(transaction.commit()).map(outcome.result())
                                : step(transaction.rollback())
                                        .transform(ended -> Future.failedFuture(outcome.cause()))));
    }

    private static <T> Future<T> step(Future<T> future) {
        return future.timeout(LONGEST_STEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The sink failed, which says nothing about the connection to PostgreSQL. */
    private static final class NotTakenException extends RuntimeException {
        NotTakenException(Throwable cause) {
            super("changes were not taken: " + cause.getMessage(), cause, false, false);
        }
    }

    /** How far one look at the slot has come. */
    private static final class Reading {

        private final PgOutput output;
        /** Where what is decoded ends. */
        private final long upTo;
        /** Behind what was decoded. */
        private WalPosition position;
        /** Behind what the sink has taken. */
        private WalPosition taken;

        private int messages;

        Reading(WalPosition from, long upTo) {
            this.output = new PgOutput(from);
            this.upTo = upTo;
            this.position = from;
            this.taken = from;
        }
    }
}
