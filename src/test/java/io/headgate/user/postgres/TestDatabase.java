package io.headgate.user.postgres;

import io.headgate.localcloud.LocalPostgres;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A migrated database of its own on a local server, with a Vert.x whose pools it closes. */
final class TestDatabase implements AutoCloseable {

    private final LocalPostgres server;
    private final String name = "users_" + UUID.randomUUID();
    private final Vertx vertx;

    private TestDatabase(LocalPostgres server, Vertx vertx) {
        this.server = server;
        this.vertx = vertx;
    }

    static TestDatabase on(LocalPostgres server) {
        return on(server, Vertx.vertx());
    }

    static TestDatabase on(LocalPostgres server, Vertx vertx) {
        TestDatabase database = emptyOn(server, vertx);
        try (Connection connection = server.connect(database.name);
                Statement statement = connection.createStatement()) {
            statement.execute(UsersSchema.statementsSince(0));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return database;
    }

    /** One that is not migrated. */
    static TestDatabase emptyOn(LocalPostgres server) {
        return emptyOn(server, Vertx.vertx());
    }

    private static TestDatabase emptyOn(LocalPostgres server, Vertx vertx) {
        TestDatabase database = new TestDatabase(server, vertx);
        server.createDatabase(database.name);
        return database;
    }

    String name() {
        return name;
    }

    Vertx vertx() {
        return vertx;
    }

    Pool pool(int size) {
        return pool(size, server.port());
    }

    /** A pool that connects to another port of this machine, where something leads on to the server. */
    Pool pool(int size, int port) {
        return pool(size, port, server.user(), server.password());
    }

    Pool pool(int size, int port, String user, String password) {
        PgConnectOptions options = PgConnectOptions.fromUri(server.reactiveUrl(name))
                .setPort(port)
                .setUser(user)
                .setPassword(password)
                .setCachePreparedStatements(true);
        return PgBuilder.pool()
                .connectingTo(options)
                .with(new PoolOptions().setMaxSize(size))
                .using(vertx)
                .build();
    }

    /** A connection apart from all pools. */
    Connection connect() throws SQLException {
        return server.connect(name);
    }

    /** The first column of what PostgreSQL answers, row by row. */
    static List<String> lines(Pool pool, String sql, Tuple parameters) {
        return lines(await(pool.preparedQuery(sql).execute(parameters)));
    }

    static List<String> lines(Pool pool, String sql) {
        return lines(await(pool.query(sql).execute()));
    }

    private static List<String> lines(RowSet<Row> rows) {
        List<String> lines = new ArrayList<>();
        rows.forEach(row -> lines.add(String.valueOf(row.getValue(0))));
        return lines;
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(60));
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
