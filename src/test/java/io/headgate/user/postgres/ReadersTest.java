package io.headgate.user.postgres;

import static io.headgate.Conditions.until;
import static io.headgate.user.postgres.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import io.headgate.localcloud.PostgresStandby;
import io.headgate.user.Attributes;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.StringFilter;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.headgate.user.UserFilter;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.headgate.user.UserStore;
import io.headgate.user.cache.Gateway;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which server serves a read, with a primary and two standbys that stream from it. */
class ReadersTest {

    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
    private static final UserChange RENAMING = new UserChange(null, "Grace", null, null, null, T0.plusSeconds(1));

    @SuppressWarnings("NullAway.Init")
    private static LocalCloud cloud;

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private static PostgresStandby first;

    @SuppressWarnings("NullAway.Init")
    private static PostgresStandby second;

    @SuppressWarnings("NullAway.Init")
    private Gate gate;

    @SuppressWarnings("NullAway.Init")
    private Readers readers;

    @SuppressWarnings("NullAway.Init")
    private SimpleMeterRegistry meters;

    @BeforeAll
    static void open() {
        cloud = LocalCloud.start(LocalCloudConfig.onFreePorts());
        database = TestDatabase.on(cloud.postgres());
        first = PostgresStandby.of(cloud.postgres(), directory("a"), "a");
        second = PostgresStandby.of(cloud.postgres(), directory("b"), "b");
    }

    @AfterAll
    static void close() {
        database.close();
        first.remove();
        second.remove();
        cloud.close();
    }

    @BeforeEach
    void connectThroughTheGate() {
        gate = Gate.to(cloud.postgres().port(), database.vertx());
        meters = new SimpleMeterRegistry();
    }

    @AfterEach
    void everyServerRunsAgain() {
        readers.close();
        cloud.postgres().start();
        first.server().start();
        second.server().start();
        first.resumeReplay();
        second.resumeReplay();
    }

    @Test
    void readersServeEventualReadsInTurnAndThePrimaryStrongOnes() {
        PostgresUserStore store = started(Limits.GENEROUS, first, second);
        User user = created(store);
        long before = served("reader");

        for (int i = 0; i < 10; i++) {
            assertThat(await(store.count(named(user)))).isOne();
        }
        await(store.findByKeys(Set.of(user.id().key()), Consistency.STRONG));

        assertThat(served("reader") - before).isEqualTo(10);
        assertThat(served("primary")).isOne();
        assertThat(meters.find("headgate.postgres.reader.lag").gauges())
                .hasSize(2)
                .allSatisfy(gauge -> assertThat(gauge.value()).isBetween(0.0, 30.0));
    }

    @Test
    void everyChangeIsSeenByTheReadThatFollows() {
        PostgresUserStore store = started(Limits.GENEROUS, first, second);
        for (int i = 0; i < 200; i++) {
            User user = someUser();
            await(store.create(user));

            assertThat(await(store.count(named(user)))).isOne();
        }
        assertThat(served("reader") + served("primary")).isEqualTo(200);
    }

    @Test
    void readerThatStandsStillServesNothingOfWhatItLacks() {
        PostgresUserStore store = started(Limits.GENEROUS, first);
        first.pauseReplay();

        User user = created(store);

        assertThat(await(store.count(named(user)))).isOne();
        assertThat(served("reader")).isZero();
    }

    @Test
    void readerThatLagsMoreThanItMayIsLeftOutUntilItHasCaughtUp() {
        Limits limits = Limits.GENEROUS.withReaderMaxLag(Duration.ofMillis(500));
        PostgresUserStore store = started(limits, first);
        first.pauseReplay();
        // Another gateway's change, which this one knows nothing of.
        User user = created(new PostgresUserStore(database.pool(1), Limits.GENEROUS));
        until(() -> readers.next(false) == null);

        assertThat(await(store.count(named(user)))).isOne();

        assertThat(served("reader")).isZero();
        first.resumeReplay();
        until(() -> readers.next(false) != null);
    }

    @Test
    void readerThatDiesIsReplacedWithoutAFailure() {
        PostgresUserStore store = started(Limits.GENEROUS, first, second);
        User user = created(store);
        first.server().stop();

        for (int i = 0; i < 6; i++) {
            assertThat(await(store.count(named(user)))).isOne();
        }

        first.server().start();
        until(() -> readers.usable() == 2);
    }

    @Test
    void eventualReadsGoOnWhileThePrimaryIsDown() {
        PostgresUserStore store = started(Limits.GENEROUS, first);
        User user = created(store);
        cloud.postgres().stop();

        assertThat(await(store.count(named(user)))).isOne();
        assertThat(await(store.findByKeys(Set.of(user.id().key()), Consistency.EVENTUAL)))
                .containsEntry(user.id().key(), user);
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> await(store.findByKeys(Set.of(user.id().key()), Consistency.STRONG)))
                .extracting(GatewayException::code)
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void cacheGivesWhatAReaderHasWhileThePrimaryIsDownAndKeepsItNot() {
        PostgresUserStore store = started(Limits.GENEROUS, first);
        User user = created(store);
        try (Gateway gateway = Gateway.started(Map.of())) {
            UserStore cached = gateway.over(store);
            cloud.postgres().stop();

            Map<String, User> byKey = await(cached.findByKeys(Set.of(user.id().key()), Consistency.EVENTUAL));
            Map<String, User> byEmail = await(cached.findByEmails(Set.of(user.email()), Consistency.EVENTUAL));

            assertThat(byKey.values()).containsExactly(user);
            assertThat(byEmail.values()).containsExactly(user);
            cloud.postgres().start();
            // Past the cache, which therefore would show what it kept.
            User changed = await(store.update(user.id().key(), RENAMING, null));
            assertThat(await(cached.findByKeys(Set.of(user.id().key()), Consistency.EVENTUAL))
                            .values())
                    .containsExactly(changed);
        }
    }

    @Test
    void acknowledgedChangeThatAReaderLacksIsNotHiddenWhileThePrimaryIsDown() {
        PostgresUserStore store = started(Limits.of(Duration.ofSeconds(2)), first);
        first.pauseReplay();
        User user = created(store);
        cloud.postgres().stop();

        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> await(store.count(named(user))))
                .extracting(GatewayException::code)
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void changeOfUnknownOutcomeIsLookedForOnThePrimary() {
        PostgresUserStore store = started(Limits.of(Duration.ofSeconds(2)), first);
        User user = created(store);
        // Prepares the statement, so that it is executed as soon as it is sent.
        await(store.update(user.id().key(), new UserChange(null, "Mary", null, null, null, T0), null));
        until(() -> readers.next(false) != null);
        first.pauseReplay();
        gate.loseAnswers();
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> await(store.update(user.id().key(), RENAMING, null)))
                .extracting(GatewayException::code)
                .isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        gate.open();

        User read = await(store.findByKeys(Set.of(user.id().key()), Consistency.EVENTUAL))
                .get(user.id().key());

        assertThat(read).isNotNull().extracting(User::name).isEqualTo("Grace");
    }

    @Test
    void promotedReaderFollowsNobodyAndIsNotUsed() {
        PostgresStandby promoted = PostgresStandby.of(cloud.postgres(), directory("c"), "c");
        try {
            PostgresUserStore store = started(Limits.GENEROUS, promoted);
            promoted.promote();
            until(() -> readers.usable() == 0);

            User user = created(store);

            assertThat(await(store.count(named(user)))).isOne();
            assertThat(served("reader")).isZero();
        } finally {
            promoted.remove();
        }
    }

    private PostgresUserStore started(Limits limits, PostgresStandby... servers) {
        Map<String, Readers.Pools> pools = new LinkedHashMap<>();
        for (PostgresStandby each : servers) {
            int port = each.server().port();
            pools.put("127.0.0.1:" + port, new Readers.Pools(database.pool(2, port), database.pool(1, port)));
        }
        readers = Readers.of(database.pool(1, gate.port()), pools, limits, meters);
        readers.start(database.vertx());
        PostgresUserStore store = new PostgresUserStore(database.pool(2, gate.port()), readers, limits, meters);
        until(() -> readers.usable() == servers.length);
        return store;
    }

    private long served(String target) {
        return (long) meters.get("headgate.postgres.reads")
                .tag("target", target)
                .counter()
                .count();
    }

    private static User created(PostgresUserStore store) {
        return await(store.create(someUser()));
    }

    private static UserFilter named(User user) {
        return new UserFilter(new StringFilter(user.email(), null, null, null), null, null, null, null);
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

    private static Path directory(String name) {
        return cloud.postgres().directory().resolveSibling("standby-" + name);
    }
}
