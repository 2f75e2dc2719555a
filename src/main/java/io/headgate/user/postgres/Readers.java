package io.headgate.user.postgres;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The servers that follow the primary, and may serve EVENTUAL reads where that is proven to be harmless: a reader is used
 * when it shows every change that this process has answered, and lags behind the primary less than {@code
 * headgate.postgres.reader-max-lag}. While the primary is away, the lag is as it was when that was last seen.
 */
public final class Readers {

    private static final Duration CHECK_LIMIT = Duration.ofSeconds(1);

    private final List<Reader> readers;
    private final @Nullable Connections primary;
    private final Horizon horizon;
    private final Duration interval;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile @Nullable Replication replication;
    private volatile boolean closed;

    private Readers(List<Reader> readers, @Nullable Connections primary, Horizon horizon, Duration interval) {
        this.readers = readers;
        this.primary = primary;
        this.horizon = horizon;
        this.interval = interval;
    }

    /**
     * A pool for reads and one of a single connection for looking how far the server is.
     *
     * @param reads not used where the server is the primary
     */
    public record Pools(Pool reads, Pool watch) {}

    /** No readers: every read goes to the primary. */
    public static Readers none() {
        return new Readers(List.of(), null, new Horizon(Duration.ZERO, System::nanoTime), Duration.ZERO);
    }

    /**
     * Readers that are not used before {@link #start}.
     *
     * @param primary a pool of one connection to the primary
     * @param readers by host and port
     */
    public static Readers of(Pool primary, Map<String, Pools> readers, PostgresConfig config, MeterRegistry meters) {
        Horizon horizon = new Horizon(config.readerMaxLag(), System::nanoTime);
        List<Reader> made = readers.entrySet().stream()
                .map(each -> new Reader(
                        each.getKey(),
                        Connections.of(each.getValue().reads(), config),
                        Connections.of(each.getValue().watch(), config),
                        horizon))
                .toList();
        made.forEach(reader -> Gauge.builder("headgate.postgres.reader.lag", reader, Reader::lagSeconds)
                .description("How far a reader lags behind the primary at the most; NaN while it is not used")
                .baseUnit("seconds")
                .tag("reader", reader.name())
                .register(meters));
        return new Readers(made, Connections.of(primary, config), horizon, config.readerCheckInterval());
    }

    /** Looks from now on how far each server is. */
    public void start(Vertx vertx) {
        if (!readers.isEmpty()) {
            repeat(vertx, this::checkPrimary);
            readers.forEach(reader -> repeat(vertx, () -> check(reader)));
        }
    }

    /** Looks no more. */
    public void close() {
        closed = true;
    }

    boolean isEmpty() {
        return readers.isEmpty();
    }

    /** The reader whose turn it is among those that may serve; {@code null} when none may. */
    @Nullable
    Reader next(boolean evenWithDoubt) {
        if (replication == null || horizon.needed(evenWithDoubt).isEmpty()) {
            return null;
        }
        List<Reader> usable = readers.stream().filter(Reader::isUsable).toList();
        return usable.isEmpty() ? null : usable.get(Math.floorMod(turn.getAndIncrement(), usable.size()));
    }

    /** How many readers answered when last asked, and lagged less than they may. */
    int usable() {
        return (int) readers.stream().filter(Reader::isUsable).count();
    }

    Future<RowSet<Row>> read(Reader reader, Statement statement, boolean evenWithDoubt, Duration limit) {
        Replication known = replication;
        return known == null
                ? Future.failedFuture(new Reader.BehindException())
                : reader.read(statement, known, evenWithDoubt, limit);
    }

    /** Makes a change on a connection to the primary, and notes where the primary is then. */
    Future<RowSet<Row>> change(Statement statement, SqlConnection connection) {
        Future<RowSet<Row>> rows = Connections.execute(statement, connection);
        Replication known = replication;
        Future<@Nullable Long> place = known == null
                ? Future.succeededFuture()
                : Connections.execute(known.placeOfPrimary(), connection)
                        .map(Readers::place)
                        .otherwiseEmpty();
        return rows.compose(changed -> place.map(at -> {
            horizon.changed(at);
            return changed;
        }));
    }

    /** Notes that a change may have been made. */
    void doubt() {
        horizon.doubted();
    }

    static @Nullable Long place(RowSet<Row> rows) {
        return rows.iterator().next().getLong(0);
    }

    private void repeat(Vertx vertx, Supplier<Future<Void>> check) {
        Context context = vertx.getOrCreateContext();
        context.runOnContext(begun -> once(vertx, check));
    }

    private void once(Vertx vertx, Supplier<Future<Void>> check) {
        if (!closed) {
            Context context = vertx.getOrCreateContext();
            check.get()
                    .onComplete(checked -> context.runOnContext(
                            ended -> vertx.setTimer(interval.toMillis(), again -> once(vertx, check))));
        }
    }

    private Future<Void> checkPrimary() {
        Connections asked = primary;
        if (asked == null) {
            return Future.succeededFuture();
        }
        return kind(asked)
                .compose(kind -> {
                    long moment = System.nanoTime();
                    return asked.run(kind.placeOfPrimary(), CHECK_LIMIT)
                            .onSuccess(rows -> horizon.sampled(
                                    moment, rows.iterator().next().getLong(0)));
                })
                .onFailure(failure -> horizon.primaryAway())
                .transform(checked -> Future.succeededFuture());
    }

    private Future<Void> check(Reader reader) {
        Replication known = replication;
        return known == null ? Future.succeededFuture() : reader.check(known, CHECK_LIMIT);
    }

    private Future<Replication> kind(Connections asked) {
        Replication known = replication;
        return known != null
                ? Future.succeededFuture(known)
                : asked.run(Replication.IS_AURORA, CHECK_LIMIT)
                        .map(rows -> rows.iterator().next().getBoolean(0) ? Replication.AURORA : Replication.STREAMING)
                        .onSuccess(kind -> replication = kind);
    }
}
