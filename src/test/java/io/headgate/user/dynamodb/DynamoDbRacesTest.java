package io.headgate.user.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.user.Attributes;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.headgate.user.UserStore;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Changes of the same users and addresses at one time. */
class DynamoDbRacesTest {

    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int NAMES = 4;
    private static final int CHANGES = 200;

    /** What a change may meet when others are made at the same time. */
    private static final Set<ErrorCode> EXPECTED =
            EnumSet.of(ErrorCode.ALREADY_EXISTS, ErrorCode.NOT_FOUND, ErrorCode.CONFLICT);

    private LocalTable table;
    private DynamoDbAsyncClient client;
    private UserStore store;

    @BeforeEach
    void createTable() {
        table = LocalTable.create();
        client = LocalTable.client(LocalTable.endpoint());
        store = new DynamoDbUserStore(
                client, table.config(Map.of("write-timeout", "60S", "attempt-timeout", "30S", "read-timeout", "60S")));
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void addressThatManyWantGoesToOne() {
        List<User> users = IntStream.range(0, 8)
                .mapToObj(i -> await(store.create(user("user-" + i, "user-" + i + "@example.com"))))
                .toList();
        List<Uni<String>> updates = users.stream()
                .map(user -> outcome(store.update(user.id().key(), emailChange("wanted@example.com"), null)))
                .toList();

        List<String> outcomes = await(Uni.join().all(updates).andFailFast());

        assertThat(outcomes).containsOnlyOnce("done").containsOnly("done", "ALREADY_EXISTS");
        assertThatAddressesAreThoseOfUsers(8);
    }

    @Test
    void addressesAndUsersAgreeAfterAnyChanges() {
        Random random = new Random(5);
        List<Uni<String>> changes =
                IntStream.range(0, CHANGES).mapToObj(i -> someChange(random)).toList();

        List<String> outcomes =
                await(Uni.join().all(changes).usingConcurrencyOf(16).andFailFast());

        assertThat(outcomes).contains("done", "ALREADY_EXISTS", "NOT_FOUND");
        assertThatAddressesAreThoseOfUsers(NAMES);
    }

    private Uni<String> someChange(Random random) {
        String key = "user-" + random.nextInt(NAMES);
        String email = "user-" + random.nextInt(NAMES) + "@example.com";
        Integer version = random.nextInt(4) == 0 ? 1 : null;
        return outcome(
                switch (random.nextInt(4)) {
                    case 0 -> store.delete(key, version);
                    case 1 -> store.update(key, emailChange(email), version);
                    default -> store.create(user(key, email));
                });
    }

    /** Each user's address has an item that names the user, and there is no other item. */
    private void assertThatAddressesAreThoseOfUsers(int most) {
        List<Map<String, AttributeValue>> items = await(Uni.createFrom()
                        .completionStage(() -> client.scan(
                                request -> request.tableName(table.name()).consistentRead(true))))
                .items();
        Set<Map<String, AttributeValue>> users = new HashSet<>();
        Set<Map<String, AttributeValue>> addresses = new HashSet<>();
        items.forEach(item -> (item.containsKey(UserItem.OWNER) ? addresses : users).add(item));
        Set<Map<String, AttributeValue>> expected = new HashSet<>();
        users.forEach(item ->
                expected.add(UserItem.ofEmail(UserItem.text(item, UserItem.EMAIL), UserItem.text(item, UserItem.KEY))));
        assertThat(addresses).isEqualTo(expected);
        // None may be left: the last changes of all may be deletions.
        assertThat(users).hasSizeBetween(0, most).hasSameSizeAs(addresses);
    }

    private static Uni<String> outcome(Uni<User> change) {
        return change.map(user -> "done")
                .onFailure(e -> e instanceof GatewayException failure && EXPECTED.contains(failure.code()))
                .recoverWithItem(e -> ((GatewayException) e).code().name());
    }

    private static UserChange emailChange(String email) {
        return new UserChange(email, null, null, null, null, T0.plusSeconds(1));
    }

    private static User user(String key, String email) {
        return new User(
                new UserId(Store.DYNAMODB, key), email, "Ada", null, UserStatus.ACTIVE, Attributes.NONE, T0, T0, 1);
    }

    private static <T> T await(Uni<T> uni) {
        return Objects.requireNonNull(uni.await().atMost(LIMIT));
    }
}
