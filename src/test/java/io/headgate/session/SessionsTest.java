package io.headgate.session;

import static io.headgate.redis.DataFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.redis.DataFixture;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsTest {

    @TempDir
    private Path directory;

    private DataFixture redis;
    private Sessions here;
    private Sessions there;

    @BeforeEach
    void start() {
        redis = new DataFixture(directory);
        here = sessions(Map.of(), Map.of());
        there = sessions(Map.of(), Map.of());
    }

    @AfterEach
    void close() {
        redis.close();
    }

    private Sessions sessions(Map<String, String> link, Map<String, String> settings) {
        return new Sessions(
                redis.replica(link), DataFixture.config(SessionConfig.class, settings), InstantSource.system());
    }

    @Test
    void createdSessionIsFoundByItsTokenAtEachReplica() {
        NewSession created = create("ada", Map.of("device", "phone", "tags", List.of("a", 1)));

        assertThat(await(there.find(created.token()))).isEqualTo(created.session());
        assertThat(created.session().user()).isEqualTo("ada");
        assertThat(created.session().attributes()).isEqualTo(Map.of("device", "phone", "tags", List.of("a", 1)));
        assertThat(await(there.find("A".repeat(43)))).isNull();
        assertThat(await(there.find("?"))).isNull();
    }

    @Test
    void tokenHas256BitsAndIsKeptNowhere() {
        NewSession created = create("ada", Map.of());

        assertThat(Base64.getUrlDecoder().decode(created.token())).hasSize(32);
        assertThat(redis.contents()).contains("ada").doesNotContain(created.token());
    }

    @Test
    void sessionLivesAnHourIfNothingElseIsSaid() {
        create("ada", Map.of());

        for (Object key : redis.ask(Command.KEYS, "*")) {
            assertThat(redis.ask(Command.TTL, key).toLong()).isBetween(3500L, 3600L);
        }
    }

    @Test
    void touchedSessionLivesAsLongAgain() {
        NewSession created = await(here.create("ada", Map.of(), Duration.ofHours(2)));

        Session touched = await(there.touch(created.token()));
        while (!touched.expiresAt().isAfter(created.session().expiresAt())) {
            touched = await(there.touch(created.token()));
        }

        assertThat(await(here.find(created.token()))).isEqualTo(touched);
        assertThat(Duration.between(created.session().expiresAt(), touched.expiresAt()))
                .isLessThan(Duration.ofMinutes(2));
    }

    @Test
    void endedSessionCannotBeTouched() {
        NewSession created = await(here.create("ada", Map.of(), Duration.ofSeconds(1)));

        while (await(here.find(created.token())) != null) {
            Thread.onSpinWait();
        }

        assertNotFound(() -> await(there.touch(created.token())));
        // Its record ends a round trip before its user's entry, by which sessions are counted.
        while (!redis.contents().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(await(here.revoke(created.token()))).isFalse();
        assertThat(await(here.revokeAll("ada"))).isZero();
    }

    @Test
    void revokedSessionNeverLivesAgainWhateverTouchesItMeanwhile() {
        for (int round = 0; round < 300; round++) {
            String token = create("ada", Map.of()).token();

            await(Uni.join()
                    .all(List.of(
                            attempt(here.touch(token)),
                            attempt(there.touch(token)),
                            attempt(here.revoke(token)),
                            attempt(there.touch(token)),
                            attempt(here.touch(token))))
                    .andFailFast());

            assertThat(await(there.find(token))).isNull();
            assertNotFound(() -> await(here.touch(token)));
        }
        assertThat(await(here.revokeAll("ada"))).isZero();
    }

    @Test
    void allSessionsOfAUserEndAtOnceAndNoOtherUsers() {
        for (int round = 0; round < 30; round++) {
            List<String> tokens = Stream.generate(() -> create("ada", Map.of()).token())
                    .limit(20)
                    .toList();
            String others = create("eve", Map.of()).token();

            List<Object> outcomes = await(Uni.join()
                    .all(Stream.concat(
                                    Stream.of(attempt(here.revokeAll("ada"))),
                                    tokens.stream()
                                            .flatMap(token ->
                                                    Stream.of(attempt(here.touch(token)), attempt(there.touch(token)))))
                            .toList())
                    .andFailFast());

            assertThat(outcomes.get(0)).isEqualTo(20);
            tokens.forEach(token -> {
                assertThat(await(there.find(token))).isNull();
                assertNotFound(() -> await(there.touch(token)));
            });
            assertThat(await(there.find(others))).isNotNull();
        }
    }

    @Test
    void sessionThatIsCreatedWhileAllAreRevokedLivesOrNotForGood() {
        for (int round = 0; round < 100; round++) {
            String user = "user-" + round;
            Uni<NewSession> creation =
                    here.create(user, Map.of(), null).memoize().indefinitely();
            await(Uni.join()
                    .all(List.of(attempt(creation), attempt(there.revokeAll(user))))
                    .andFailFast());
            String token = await(creation).token();

            boolean lives = await(there.find(token)) != null;

            assertThat(await(here.revokeAll(user))).isEqualTo(lives ? 1 : 0);
            assertThat(await(there.find(token))).isNull();
        }
    }

    @Test
    void whatRedisLosesEndsASessionAndNothingRevivesIt() {
        NewSession created = create("ada", Map.of());

        redis.ask(Command.DEL, "hg:sessions:ada");

        assertNotFound(() -> await(here.touch(created.token())));
        create("ada", Map.of());
        assertNotFound(() -> await(here.touch(created.token())));
    }

    @Test
    void userHasABoundedNumberOfSessions() {
        Sessions bounded = sessions(Map.of(), Map.of("max-per-user", "2"));
        String first = await(bounded.create("ada", Map.of(), null)).token();
        await(bounded.create("ada", Map.of(), null));

        assertCode(ErrorCode.RESOURCE_EXHAUSTED, () -> await(bounded.create("ada", Map.of(), null)));

        await(bounded.revoke(first));
        assertThat(await(bounded.create("ada", Map.of(), null))).isNotNull();
    }

    @Test
    void attributesAloneTakeAsManyBytesAsAreAllowed() {
        String user = "é".repeat(256);
        String text = "é".repeat((4_096 - "{'text':''}".length() - 1) / 2);

        NewSession created = create(user, Map.of("text", text + "a"));

        assertThat(await(here.find(created.token()))).isEqualTo(created.session());
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> create("ada", Map.of("text", text + "aa")));
    }

    @Test
    void whatIsTooLargeIsRefused() {
        Map<String, Object> large = Map.of("text", "a".repeat(5_000));

        assertCode(ErrorCode.INVALID_ARGUMENT, () -> await(here.create("ada", large, null)));
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> await(here.create("a".repeat(257), Map.of(), null)));
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> await(here.create(" ", Map.of(), null)));
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> await(here.create("ada", Map.of(), Duration.ZERO)));
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> await(here.create("ada", Map.of(), Duration.ofDays(31))));
        assertThat(redis.contents()).isEmpty();
    }

    @Test
    void nothingIsGuessedWhileRedisIsAway() {
        String token = create("ada", Map.of()).token();
        redis.server().stop();

        Stream.<Uni<?>>of(
                        here.find(token),
                        here.touch(token),
                        here.revoke(token),
                        here.revokeAll("ada"),
                        here.create("ada", Map.of(), null))
                .forEach(each -> assertCode(ErrorCode.UNAVAILABLE, () -> {
                    // The first ones may be sent before the connection is known to be broken.
                    await(each.onFailure(SessionsTest::isUnknown)
                            .retry()
                            .withBackOff(DataFixture.PAUSE, DataFixture.PAUSE)
                            .indefinitely());
                }));
    }

    @Test
    void revocationWhoseAnswerIsLostIsUnknownAndMadeOnce() {
        Sessions impatient = sessions(Map.of("data-timeout", "100ms"), Map.of());
        String token = create("ada", Map.of()).token();
        await(impatient
                .find(token)
                .onFailure()
                .retry()
                .withBackOff(DataFixture.PAUSE, DataFixture.PAUSE)
                .indefinitely());
        redis.server().pause();

        assertCode(ErrorCode.OUTCOME_UNKNOWN, () -> await(impatient.revokeAll("ada")));

        redis.server().resume();
        while (await(here.find(token)) != null) {
            Thread.onSpinWait();
        }
    }

    @Test
    void fullRedisRefusesAndChangesNothing() {
        String token = create("ada", Map.of()).token();
        redis.ask(Command.CONFIG, "SET", "maxmemory", "1");

        assertCode(ErrorCode.UNAVAILABLE, () -> create("ada", Map.of("key", UUID.randomUUID())));

        assertThat(await(here.find(token))).isNotNull();
        assertThat(await(here.revoke(token))).isTrue();
    }

    private static boolean isUnknown(Throwable failure) {
        return failure instanceof GatewayException known && known.code() == ErrorCode.OUTCOME_UNKNOWN;
    }

    private NewSession create(String user, Map<String, Object> attributes) {
        return await(here.create(user, attributes, null));
    }

    /** Its item or its failure. */
    private static Uni<Object> attempt(Uni<?> uni) {
        return uni.<Object>map(item -> item).onFailure().recoverWithItem(failure -> failure);
    }

    private static void assertNotFound(ThrowingCallable call) {
        assertCode(ErrorCode.NOT_FOUND, call);
    }

    private static void assertCode(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }
}
