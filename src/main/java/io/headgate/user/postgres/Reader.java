package io.headgate.user.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A server that follows the primary, and how far it had come when it was last asked. */
final class Reader {

    /** The reader is not where it must be for this read. */
    static final class BehindException extends RuntimeException {
        BehindException() {
            super("the reader is behind", null, false, false);
        }
    }

    private final String name;
    private final Connections connections;
    private final Connections watch;
    private final Horizon horizon;
    private volatile @Nullable Long place;
    private volatile boolean usable;

    /**
     * @param connections for reads
     * @param watch for looking how far it is, which waits for no read
     */
    Reader(String name, Connections connections, Connections watch, Horizon horizon) {
        this.name = name;
        this.connections = connections;
        this.watch = watch;
        this.horizon = horizon;
    }

    /** Host and port. */
    String name() {
        return name;
    }

    /** Whether it is worth a try: when last asked it answered, and lagged less than it may. */
    boolean isUsable() {
        Long at = place;
        return usable && at != null && horizon.isRecent(at);
    }

    /** Its lag in seconds, NaN when it is not known. */
    double lagSeconds() {
        Long at = place;
        OptionalLong lag = usable && at != null ? horizon.lag(at) : OptionalLong.empty();
        return lag.isPresent() ? lag.getAsLong() / 1e9 : Double.NaN;
    }

    /**
     * What a read gives here. The reader is first asked, on the same connection, where it is: the read's snapshot is later.
     * Fails with {@link BehindException} when that is not far enough.
     */
    Future<RowSet<Row>> read(Statement statement, Replication replication, boolean evenWithDoubt, Duration limit) {
        OptionalLong needed = horizon.needed(evenWithDoubt);
        if (needed.isEmpty()) {
            return Future.failedFuture(new BehindException());
        }
        return connections
                .run(
                        connection -> {
                            Future<@Nullable Long> at = Connections.execute(replication.placeOfReader(), connection)
                                    .map(Readers::place);
                            Future<RowSet<Row>> rows = Connections.execute(statement, connection);
                            return at.transform(shown -> rows.transform(read -> shown.succeeded()
                                            && suffices(shown.result(), needed.getAsLong())
                                    ? rows
                                    : Future.failedFuture(shown.failed() ? shown.cause() : new BehindException())));
                        },
                        limit)
                .onFailure(failure -> usable = usable && !PostgresFailures.isOutage(failure));
    }

    /** Looks where it is. Completes in any case. */
    Future<Void> check(Replication replication, Duration limit) {
        return watch.run(replication.placeOfReader(), limit).map(Readers::place).transform(looked -> {
            place = looked.succeeded() ? looked.result() : null;
            usable = place != null;
            return Future.succeededFuture();
        });
    }

    private boolean suffices(@Nullable Long at, long needed) {
        return at != null && at >= needed && horizon.isRecent(at);
    }
}
