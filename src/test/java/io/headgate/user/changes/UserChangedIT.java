package io.headgate.user.changes;

import static io.headgate.user.changes.Changes.awaitName;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import io.headgate.user.Store;
import io.headgate.user.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What other programs change behind the gateway's back, as subscribers and readers of a packaged gateway see it. */
class UserChangedIT {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static LocalCloud cloud;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() {
        cloud = LocalCloud.start(LocalCloudConfig.onFreePorts());
        gateway = GatewayProcess.start(Changes.configuration(cloud));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        cloud.close();
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriberSeesEachChangeOfOthersInOrder(Store store) {
        String after = Changes.end(gateway);
        try (Program program = Program.of(store, cloud)) {
            program.create("ada", "Ada");
            program.rename("ada", "Ada King", 2);
            program.suspend("ada", 3);
            program.delete("ada");
        }

        try (Subscriber subscriber = Subscriber.of(gateway, after, Map.of("store", store))) {
            assertThat(subscriber.next(4))
                    .containsExactly("CREATED ada 1", "UPDATED ada 2", "UPDATED ada 3", "DELETED ada 3");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriberSeesWhatIsAskedForAlone(Store store) {
        String after = Changes.end(gateway);
        try (Program program = Program.of(store, cloud)) {
            program.create("one", "One");
            program.create("two", "Two");
            program.suspend("two", 2);
            program.rename("one", "Uno", 2);
        }

        String one = new UserId(store, "one").global();
        try (Subscriber byId = Subscriber.of(gateway, after, Map.of("id", one));
                Subscriber byStatus =
                        Subscriber.of(gateway, after, Map.of("status", List.of("SUSPENDED"), "store", store))) {
            assertThat(byId.next(2)).containsExactly("CREATED one 1", "UPDATED one 2");
            assertThat(byStatus.next(1)).containsExactly("UPDATED two 2");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoComesBackGoesOnBehindTheLastChangeSeen(Store store) {
        String after = Changes.end(gateway);
        try (Program program = Program.of(store, cloud)) {
            program.create("back", "Back");
            String seen;
            try (Subscriber subscriber = Subscriber.of(gateway, after, Map.of("store", store))) {
                seen = subscriber.next().cursor();
            }
            program.rename("back", "Back again", 2);
            program.rename("back", "Back for good", 3);

            try (Subscriber subscriber = Subscriber.of(gateway, seen, Map.of("store", store))) {
                assertThat(subscriber.next(2)).containsExactly("UPDATED back 2", "UPDATED back 3");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsCachedIsDroppedWithinASecond(Store store) {
        Changes.end(gateway);
        try (Program program = Program.of(store, cloud)) {
            program.create("cached", "before");
            awaitName(gateway, store, "cached", "before");
            for (int version = 2; version < 8; version++) {
                long changedAt = System.nanoTime();
                program.rename("cached", "name " + version, version);

                awaitName(gateway, store, "cached", "name " + version);

                assertThat(Duration.ofNanos(System.nanoTime() - changedAt)).isLessThan(SECOND);
            }
            program.delete("cached");
            awaitName(gateway, store, "cached", null);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAddressThatNobodyHadIsFoundOnceSomebodyHasIt(Store store) {
        Changes.end(gateway);
        String query = "{ userByEmail(email: \"late@example.com\", store: " + store + ") { name } }";
        assertThat(gateway.ask(query, Map.of()).join().get("userByEmail")).isNull();

        try (Program program = Program.of(store, cloud)) {
            program.create("late", "Late");
        }

        while (gateway.ask(query, Map.of()).join().get("userByEmail") == null) {
            Thread.onSpinWait();
        }
    }

    @Test
    void largeTransactionsAndLargeAttributesComeWhole() {
        String after = Changes.end(gateway);
        try (PostgresProgram program = new PostgresProgram(cloud.postgres())) {
            program.execute(
                    "INSERT INTO users SELECT 'bulk' || n, 'bulk' || n || '@example.com', 'Bulk', NULL, 'ACTIVE',"
                            + " jsonb_build_object('text',"
                            + " (SELECT string_agg(md5(n || '-' || m), '') FROM generate_series(1, 200) m)), now(), now(), 1"
                            + " FROM generate_series(1, 1500) n");
            program.execute("UPDATE users SET name = 'Bulk 2', version = 2 WHERE user_id LIKE 'bulk%'");
        }

        try (Subscriber subscriber = Subscriber.of(gateway, after, Map.of("store", "POSTGRES"))) {
            List<Subscriber.Event> events = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                events.add(subscriber.next());
            }
            assertThat(events.subList(0, 1500))
                    .extracting(Subscriber.Event::version)
                    .containsOnly(1);
            assertThat(events.subList(1500, 3000)).allSatisfy(event -> {
                assertThat(event.version()).isEqualTo(2);
                Map<?, ?> attributes =
                        (Map<?, ?>) Objects.requireNonNull(event.user().get("attributes"));
                assertThat(String.valueOf(attributes.get("text"))).hasSize(6400);
            });
        }
    }

    @Test
    void shardsAreReadBehindTheirParents() {
        String after = Changes.end(gateway);
        try (Program program = Program.of(Store.DYNAMODB, cloud)) {
            program.create("rolled", "Rolled");
            for (int version = 2; version <= 40; version++) {
                if (version % 4 == 0) {
                    cloud.dynamoDb().rollShards("Users");
                }
                program.rename("rolled", "Rolled " + version, version);
            }
        }

        String id = new UserId(Store.DYNAMODB, "rolled").global();
        try (Subscriber subscriber = Subscriber.of(gateway, after, Map.of("id", id))) {
            for (int version = 1; version <= 40; version++) {
                assertThat(subscriber.next().version()).isEqualTo(version);
            }
        }
    }

    @Test
    void aUserWhoIsGivenAnotherKeyIsDeletedAndCreated() {
        String after = Changes.end(gateway);
        try (PostgresProgram program = new PostgresProgram(cloud.postgres())) {
            program.create("old-key", "Moved");
            program.execute("UPDATE users SET user_id = 'new-key', version = 2 WHERE user_id = 'old-key'");
        }

        try (Subscriber subscriber = Subscriber.of(gateway, after, Map.of("store", "POSTGRES"))) {
            assertThat(subscriber.next(3))
                    .containsExactly("CREATED old-key 1", "DELETED old-key 1", "CREATED new-key 2");
        }
    }

    @Test
    void aCursorBeyondTheEndIsRefused() {
        String end = new String(Base64.getUrlDecoder().decode(Changes.end(gateway)), StandardCharsets.UTF_8);
        String beyond = end.substring(0, end.indexOf(':')) + ":4711000000";
        String cursor = Base64.getUrlEncoder().withoutPadding().encodeToString(beyond.getBytes(StandardCharsets.UTF_8));
        try (Subscriber subscriber = Subscriber.of(gateway, cursor, Map.of())) {
            assertThat(subscriber.errorCode()).isEqualTo("INVALID_ARGUMENT");
        }
    }

    @Test
    void aCursorThatNobodyGaveIsRefused() {
        try (Subscriber subscriber = Subscriber.of(gateway, "bm9uc2Vuc2U", Map.of())) {
            assertThat(subscriber.errorCode()).isEqualTo("INVALID_ARGUMENT");
        }
    }
}
