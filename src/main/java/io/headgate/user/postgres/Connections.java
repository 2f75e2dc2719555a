package io.headgate.user.postgres;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Runs each statement once, on a connection taken for it, within time limits, and gives the connection back to the pool or
 * closes it, whatever happens.
 *
 * <p>A statement that reaches its limit is cancelled on the server, and what the server answers to that is the outcome.
 * Its connection is not used again: a cancellation that comes late would hit the next statement, and a connection whose
 * peer is silent would keep its place in the pool.
 */
final class Connections {

    /** No connection could be had: the statement was not sent. */
    static final class NotSentException extends RuntimeException {
        NotSentException(Throwable cause) {
            super("no connection to PostgreSQL", cause, false, false);
        }
    }

    /** The server answered neither the statement nor its cancellation in time. */
    static final class NoAnswerException extends RuntimeException {
        NoAnswerException(Throwable cause) {
            super("no answer from PostgreSQL", cause, false, false);
        }
    }

    private final Pool pool;
    private final Duration connectionLimit;
    private final Duration cancelLimit;

    static Connections of(Pool pool, PostgresConfig config) {
        return new Connections(pool, config.connectionLimit(), config.cancelLimit());
    }

    Connections(Pool pool, Duration connectionLimit, Duration cancelLimit) {
        this.pool = pool;
        this.connectionLimit = connectionLimit;
        this.cancelLimit = cancelLimit;
    }

    /**
     * The rows that a statement gives, once they are committed. Fails with {@link NotSentException}, {@link
     * NoAnswerException}, or what the driver failed with.
     */
    Future<RowSet<Row>> run(Statement statement, Duration limit) {
        return run(connection -> execute(statement, connection), limit);
    }

    /** What statements on one connection give, sent one behind the other. Fails as one statement does. */
    <T> Future<T> run(Function<SqlConnection, Future<T>> statements, Duration limit) {
        return connection().compose(connection -> run(statements, limit, connection));
    }

    static Future<RowSet<Row>> execute(Statement statement, SqlConnection connection) {
        return connection.preparedQuery(statement.sql()).execute(statement.tuple());
    }

    private Future<SqlConnection> connection() {
        Future<SqlConnection> connection = pool.getConnection();
        return within(connectionLimit, connection).recover(e -> {
            // One that comes after the limit goes back at once.
            connection.onSuccess(SqlConnection::close);
            return Future.failedFuture(new NotSentException(e));
        });
    }

    private <T> Future<T> run(Function<SqlConnection, Future<T>> statements, Duration limit, SqlConnection connection) {
        // Unhandled, the driver prints what the statement fails with anyway.
        connection.exceptionHandler(e -> {});
        Future<T> answer = statements.apply(connection);
        return within(limit, answer).onSuccess(rows -> connection.close()).recover(e -> {
            if (e instanceof TimeoutException) {
                return cancel(connection, answer);
            }
            if (PostgresFailures.isOfThisConnection(e)) {
                discard(connection);
            } else {
                connection.close();
            }
            return Future.failedFuture(e);
        });
    }

    private <T> Future<T> cancel(SqlConnection connection, Future<T> answer) {
        PgConnection.cast(connection).cancelRequest();
        return within(cancelLimit, answer)
                .onComplete(outcome -> discard(connection))
                .recover(e -> Future.failedFuture(e instanceof TimeoutException ? new NoAnswerException(e) : e));
    }

    /**
     * Closes the socket, so that the pool drops the connection; {@code close()} would put it back. Only then it is given
     * back, for the pool to count it as no longer used.
     */
    private static void discard(SqlConnection connection) {
        SocketConnectionBase driver = (SocketConnectionBase)
                ((SqlConnectionInternal) connection).unwrap().unwrap();
        if (driver.isValid()) {
            Context context = Vertx.currentContext();
            connection.closeHandler(closed -> context.runOnContext(dropped -> connection.close()));
            driver.socket().close();
        } else {
            connection.close();
        }
    }

    private static <T> Future<T> within(Duration limit, Future<T> future) {
        return future.timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }
}
