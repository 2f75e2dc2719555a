package io.headgate.user.postgres;

import static io.headgate.user.postgres.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.user.Attributes;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.headgate.user.UserFilter;
import io.headgate.user.UserId;
import io.headgate.user.UserOrder;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers are told when PostgreSQL or the way to it fails, and whether it is true. */
class PostgresFailureTest {

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
    private static final UserChange RENAMING = new UserChange(null, "Grace", null, null, null, T0.plusSeconds(1));

    private static final UsedConnections used = new UsedConnections();

    @SuppressWarnings("NullAway.Init")
    private static LocalPostgres server;

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    /** Straight to the server, to see the truth. */
    @SuppressWarnings("NullAway.Init")
    private static PostgresUserStore truth;

    @SuppressWarnings("NullAway.Init")
    private Gate gate;

    /** One connection, so that a test sees when it is left in a bad state. */
    @SuppressWarnings("NullAway.Init")
    private Pool pool;

    @BeforeAll
    static void open() {
        server = LocalCloud.shared().postgres();
        database = TestDatabase.on(server, used.vertx());
        truth = new PostgresUserStore(database.pool(2), Limits.GENEROUS);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void connectThroughTheGate() {
        gate = Gate.to(server.port(), database.vertx());
        pool = database.pool(1, gate.port());
    }

    @AfterEach
    void everyConnectionWasGivenBack() {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (used.count() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(used.count()).isZero();
        await(pool.close());
    }

    @Test
    void aStoppedServerIsUnavailableUntilItRunsAgain() {
        PostgresUserStore store = patient();
        User user = create();
        await(store.findByKeys(Set.of(user.id().key()), Consistency.STRONG));
        server.stop();
        Outcome read;
        Outcome write;
        try {
            read = outcome(store.findByEmails(Set.of(user.email()), Consistency.STRONG));

            write = outcome(store.update(user.id().key(), RENAMING, null));
        } finally {
            server.start();
        }

        assertThat(read.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(write.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(await(store.findByEmails(Set.of(user.email()), Consistency.STRONG))
                        .values())
                .containsExactly(user);
    }

    @Test
    void aServerThatTakesNoConnectionIsUnavailableWithinTheLimit() {
        gate.loseAnswers();

        Outcome write = outcome(impatient().update("ada", RENAMING, null));

        assertThat(write.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void aPoolWithoutAFreeConnectionIsUnavailableAndLosesNone() {
        SqlConnection taken = await(pool.getConnection());

        Outcome write = outcome(impatient().create(someUser()));

        assertThat(write.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        await(taken.close());
        assertThat(outcome(patient().count(UserFilter.ALL)).code()).isNull();
    }

    @Test
    void aDatabaseWithoutFreeConnectionsIsUnavailable() {
        String guest = database.name();
        sql("CREATE ROLE \"" + guest + "\" LOGIN PASSWORD 'guest'");
        sql("GRANT ALL ON users TO \"" + guest + "\"");
        sql("ALTER DATABASE \"" + database.name() + "\" CONNECTION LIMIT 0");
        Pool guests = database.pool(1, server.port(), guest, "guest");
        PostgresUserStore store = new PostgresUserStore(guests, Limits.GENEROUS);

        Outcome write = outcome(store.create(someUser()));

        assertThat(write.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        sql("ALTER DATABASE \"" + database.name() + "\" CONNECTION LIMIT -1");
        assertThat(outcome(store.create(someUser())).code()).isNull();
    }

    @Test
    void aReadWhoseConnectionBreaksIsTriedOnceMore() {
        PostgresUserStore store = patient();
        User user = create();
        await(store.findByKeys(Set.of("nobody"), Consistency.STRONG));
        Future<Void> lost = gate.loseAnswers();
        CompletableFuture<Map<String, User>> read =
                store.findByEmails(Set.of(user.email()), Consistency.STRONG).subscribeAsCompletionStage();
        await(lost);
        gate.open();

        gate.breakConnections();

        assertThat(read.join().values()).containsExactly(user);
    }

    @Test
    void aReadThatIsNotAnsweredIsTooLateAndItsConnectionReplaced() {
        User user = create();
        await(patient().findByEmails(Set.of(user.email()), Consistency.STRONG));
        gate.loseAnswers();

        Outcome read = outcome(hasty(SHORT).findByEmails(Set.of(user.email()), Consistency.STRONG));

        assertThat(read.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        gate.open();
        assertThat(await(patient().findByEmails(Set.of(user.email()), Consistency.STRONG))
                        .values())
                .containsExactly(user);
    }

    @Test
    void aChangeWhoseAnswerIsLostMayHaveBeenMade() {
        User user = create();
        await(patient().update(user.id().key(), RENAMING, null));
        Future<Void> lost = gate.loseAnswers();

        Outcome write = outcome(hasty(SHORT).update(user.id().key(), RENAMING, null));

        assertThat(write.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        await(lost);
        assertThat(found(user).version()).isEqualTo(3);
        gate.open();
        assertThat(await(patient().update(user.id().key(), RENAMING, null)).version())
                .isEqualTo(4);
    }

    @Test
    void aChangeWhoseConnectionBreaksMayHaveBeenMade() {
        PostgresUserStore store = patient();
        User user = create();
        await(store.update(user.id().key(), RENAMING, null));
        Future<Void> lost = gate.loseAnswers();
        CompletableFuture<User> write =
                store.update(user.id().key(), RENAMING, null).subscribeAsCompletionStage();
        await(lost);
        gate.open();

        gate.breakConnections();

        assertThat(outcome(write).code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        assertThat(found(user).version()).isEqualTo(3);
        assertThat(await(store.update(user.id().key(), RENAMING, null)).version())
                .isEqualTo(4);
    }

    @Test
    void aChangeThatWaitsForALockIsCancelledAndNotMade() throws SQLException {
        User user = create();
        try (Connection other = lock(user)) {

            Outcome write = outcome(hasty(LONG).update(user.id().key(), RENAMING, null));

            assertThat(write.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
            assertThat(outcome(patient().count(UserFilter.ALL)).code()).isNull();
            assertThat(other.isValid(0)).isTrue();
        }
        assertThat(found(user)).isEqualTo(user);
        assertThat(await(patient().update(user.id().key(), RENAMING, 1)).name()).isEqualTo("Grace");
    }

    @Test
    void aChangeWhoseConnectionTheServerEndsIsOfUnknownOutcome() throws SQLException {
        PostgresUserStore store = patient();
        User user = create();
        try (Connection other = lock(user)) {
            CompletableFuture<User> write =
                    store.update(user.id().key(), RENAMING, null).subscribeAsCompletionStage();
            long waiting = backendThatWaitsForALock(other);

            sql("SELECT pg_terminate_backend(" + waiting + ")");

            assertThat(outcome(write).code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        }
        assertThat(found(user)).isEqualTo(user);
        assertThat(outcome(store.update(user.id().key(), RENAMING, 1)).code()).isNull();
    }

    @Test
    void aChangeThatGaveWayToAnotherIsMadeAfterIt() throws SQLException {
        await(pool.query("SET default_transaction_isolation = 'repeatable read'")
                .execute());
        PostgresUserStore store = patient();
        User user = create();
        CompletableFuture<User> write;
        try (Connection other = lock(user)) {
            write = store.update(user.id().key(), RENAMING, null).subscribeAsCompletionStage();
            backendThatWaitsForALock(other);
            other.createStatement()
                    .execute("UPDATE users SET version = 7 WHERE user_id = '"
                            + user.id().key() + "'");

            other.commit();
        }

        assertThat(write.join().version()).isEqualTo(8);
    }

    @Test
    void aChangeThatWaitedForADeletionFindsNoUser() throws SQLException {
        User user = create();
        CompletableFuture<User> write;
        try (Connection other = lock(user)) {
            other.createStatement()
                    .execute("DELETE FROM users WHERE user_id = '" + user.id().key() + "'");
            write = patient().update(user.id().key(), RENAMING, 1).subscribeAsCompletionStage();
            backendThatWaitsForALock(other);

            other.commit();
        }

        assertThat(outcome(write).code()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void aServerThatOnlyReadsIsUnavailableForChangesAndNotAskedAgain() {
        PostgresUserStore store = patient();
        await(pool.query("SET default_transaction_read_only = on").execute());

        Outcome write = outcome(store.create(someUser()));

        assertThat(write.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(outcome(store.create(someUser())).code()).isNull();
    }

    @Test
    void ofAChangeThatIsNoLongerAwaitedTheConnectionGoesBack() throws SQLException {
        PostgresUserStore store = patient();
        User user = create();
        try (Connection other = lock(user)) {
            CompletableFuture<User> write =
                    store.update(user.id().key(), RENAMING, null).subscribeAsCompletionStage();
            backendThatWaitsForALock(other);

            write.cancel(false);
        }

        assertThat(outcome(store.count(UserFilter.ALL)).code()).isNull();
        assertThat(found(user).name()).isEqualTo("Grace");
    }

    @Test
    void messagesTellNothingOfTheServer() {
        sql("ALTER TABLE users RENAME TO hidden");
        Outcome read;
        try {
            read = outcome(patient().list(new UserQuery(UserFilter.ALL, UserOrder.DEFAULT, null, null, 1)));
        } finally {
            sql("ALTER TABLE hidden RENAME TO users");
        }

        assertThat(read.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(Objects.requireNonNull(read.failure())).hasMessageNotContainingAny("users", "127.0.0.1", "SELECT");
        assertThat(read.failure()).hasCauseInstanceOf(Exception.class);
    }

    /** Waits longer than any test takes, over the pool under test. */
    private PostgresUserStore patient() {
        return new PostgresUserStore(pool, Limits.GENEROUS);
    }

    /** Does not wait long for a connection. */
    private PostgresUserStore impatient() {
        return new PostgresUserStore(pool, new Limits(SHORT, LONG, LONG, LONG));
    }

    /** Does not wait long for an answer. */
    private PostgresUserStore hasty(Duration cancelLimit) {
        return new PostgresUserStore(pool, new Limits(LONG, SHORT, SHORT, cancelLimit));
    }

    private static User create() {
        return await(truth.create(someUser()));
    }

    private static User found(User user) {
        String key = user.id().key();
        return Objects.requireNonNull(
                await(truth.findByKeys(Set.of(key), Consistency.STRONG)).get(key));
    }

    private static User someUser() {
        String key = UUID.randomUUID().toString();
        return new User(
                new UserId(Store.POSTGRES, key),
                key + "@example.com",
                "Ada",
                null,
                UserStatus.ACTIVE,
                Attributes.NONE,
                T0,
                T0,
                1);
    }

    /** A connection that holds the lock on a user until it is closed. */
    private static Connection lock(User user) throws SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        connection
                .createStatement()
                .execute("SELECT FROM users WHERE user_id = '" + user.id().key() + "' FOR UPDATE");
        return connection;
    }

    private static long backendThatWaitsForALock(Connection connection) throws SQLException {
        while (true) {
            try (ResultSet waiting =
                    connection.createStatement().executeQuery("SELECT pid FROM pg_locks WHERE NOT granted")) {
                if (waiting.next()) {
                    return waiting.getLong(1);
                }
            }
        }
    }

    private static void sql(String sql) {
        try (Connection connection = database.connect()) {
            connection.createStatement().execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Outcome outcome(Uni<?> call) {
        return outcome(call.subscribeAsCompletionStage());
    }

    private static Outcome outcome(CompletableFuture<?> call) {
        try {
            call.join();
            return new Outcome(null);
        } catch (CompletionException e) {
            return new Outcome((GatewayException) e.getCause());
        }
    }

    /** How a call ended; without failure when it succeeded. */
    private record Outcome(@Nullable GatewayException failure) {
        @Nullable
        ErrorCode code() {
            return failure == null ? null : failure.code();
        }
    }
}
