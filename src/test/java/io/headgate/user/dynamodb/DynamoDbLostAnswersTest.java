package io.headgate.user.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
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
import io.headgate.user.UserStore;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** What becomes of requests whose answers are lost on the way, or that reach nobody. */
class DynamoDbLostAnswersTest {

    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final int ALL_ATTEMPTS = 3;
    private static final Map<String, String> IMPATIENT =
            Map.of("read-timeout", "2S", "write-timeout", "3S", "attempt-timeout", "1S");

    private static LocalTable table;
    private static DynamoDbAsyncClient directClient;
    private static UserStore direct;

    private CuttingProxy proxy;
    private DynamoDbAsyncClient client;
    private UserStore store;
    private UserStore impatient;

    @BeforeAll
    static void createTable() {
        table = LocalTable.create();
        directClient = LocalTable.client(LocalTable.endpoint());
        direct = new DynamoDbUserStore(directClient, table.config(Map.of()));
    }

    @AfterAll
    static void closeTable() {
        directClient.close();
    }

    @BeforeEach
    void connect() throws IOException {
        proxy = new CuttingProxy(LocalTable.endpoint());
        client = LocalTable.client(proxy.endpoint());
        store = new DynamoDbUserStore(client, table.config(Map.of()));
        impatient = new DynamoDbUserStore(client, table.config(IMPATIENT));
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        proxy.close();
    }

    @Test
    void updateWithoutAnswerIsUnknownAndDoneOnce() {
        User user = await(direct.create(someUser()));
        proxy.lose("UpdateItem", 1);

        ThrowingCallable update = () -> await(store.update(user.id().key(), nameChange(), null));

        assertFails(update, ErrorCode.OUTCOME_UNKNOWN);
        assertThat(find(user)).isEqualTo(nameChange().applyTo(user));
        assertThat(proxy.passedOn()).isEqualTo(1);
    }

    @Test
    void updateThatHangsIsUnknownAndDoneOnce() {
        User user = await(direct.create(someUser()));
        proxy.lose("UpdateItem", 1).bySilence();

        ThrowingCallable update = () -> await(impatient.update(user.id().key(), nameChange(), 1));

        assertFails(update, ErrorCode.OUTCOME_UNKNOWN);
        assertThat(find(user)).isEqualTo(nameChange().applyTo(user));
        assertThat(proxy.passedOn()).isEqualTo(1);
    }

    @Test
    void creationWithoutAnswerIsSentAgainAndDoneOnce() {
        User user = someUser();
        proxy.lose("TransactWriteItems", ALL_ATTEMPTS - 1);

        User created = await(store.create(user));

        assertThat(created).isEqualTo(user);
        assertThat(find(user)).isEqualTo(user);
        assertThat(proxy.passedOn()).isEqualTo(ALL_ATTEMPTS);
    }

    @Test
    void creationThatHangsIsSentAgainAndDoneOnce() {
        User user = someUser();
        proxy.lose("TransactWriteItems", 1).bySilence();

        User created = await(impatient.create(user));

        assertThat(created).isEqualTo(user);
        assertThat(find(user)).isEqualTo(user);
    }

    @Test
    void creationWithoutAnyAnswerIsUnknown() {
        User user = someUser();
        proxy.lose("TransactWriteItems", ALL_ATTEMPTS);

        ThrowingCallable creation = () -> await(store.create(user));

        assertFails(creation, ErrorCode.OUTCOME_UNKNOWN);
        assertThat(find(user)).isEqualTo(user);
    }

    @Test
    void creationIsUnknownWhenTheServerGoesAwayAfterIt() {
        User user = someUser();
        proxy.lose("TransactWriteItems", 1).andGoAway();

        ThrowingCallable creation = () -> await(store.create(user));

        assertFails(creation, ErrorCode.OUTCOME_UNKNOWN);
        assertThat(find(user)).isEqualTo(user);
    }

    @Test
    void changeOfAnEmailWithoutAnswerIsDoneOnce() {
        User user = await(direct.create(someUser()));
        UserChange change = new UserChange(someEmail(), null, null, null, null, T0.plusSeconds(1));
        proxy.lose("TransactWriteItems", 1);

        User updated = await(store.update(user.id().key(), change, 1));

        assertThat(updated).isEqualTo(change.applyTo(user));
        assertThat(find(user)).isEqualTo(updated);
        assertThat(await(direct.findByEmails(Set.of(user.email(), updated.email()), Consistency.STRONG)))
                .containsOnlyKeys(updated.email());
    }

    @Test
    void deletionWithoutAnswerIsDoneOnce() {
        User user = await(direct.create(someUser()));
        proxy.lose("TransactWriteItems", 1);

        User deleted = await(store.delete(user.id().key(), null));

        assertThat(deleted).isEqualTo(user);
        assertThat(await(direct.findByKeys(Set.of(user.id().key()), Consistency.STRONG)))
                .isEmpty();
    }

    @Test
    void readWithoutAnswerIsSentAgain() {
        User user = await(direct.create(someUser()));
        proxy.lose("BatchGetItem", ALL_ATTEMPTS - 1);

        Map<String, User> found = await(store.findByKeys(Set.of(user.id().key()), Consistency.STRONG));

        assertThat(found).containsExactly(Map.entry(user.id().key(), user));
    }

    @Test
    void readWithoutAnyAnswerIsUnavailable() {
        proxy.lose("BatchGetItem", ALL_ATTEMPTS);

        ThrowingCallable read = () -> await(store.findByEmails(Set.of(someEmail()), Consistency.STRONG));

        assertFails(read, ErrorCode.UNAVAILABLE);
    }

    @Test
    void readIsUnavailableWhenTheServerGoesAway() {
        proxy.lose("BatchGetItem", 1).andGoAway();

        ThrowingCallable read = () -> await(store.findByKeys(Set.of("a"), Consistency.EVENTUAL));

        assertFails(read, ErrorCode.UNAVAILABLE);
    }

    @Test
    void listThatHangsExceedsItsDeadline() {
        proxy.lose("Query", Integer.MAX_VALUE).bySilence();

        ThrowingCallable list =
                () -> await(impatient.list(new UserQuery(UserFilter.ALL, UserOrder.DEFAULT, null, null, 10)));

        assertFails(list, ErrorCode.DEADLINE_EXCEEDED);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void nothingReachesAServerThatIsAway(Function<UserStore, Uni<?>> request) throws IOException {
        try (Socket reserved = new Socket()) {
            // Bound, so that nobody else gets the port, and listening to nobody.
            reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            DynamoDbAsyncClient nowhere = LocalTable.client(URI.create("http://127.0.0.1:" + reserved.getLocalPort()));
            UserStore away = new DynamoDbUserStore(nowhere, table.config(Map.of()));

            ThrowingCallable call = () -> await(request.apply(away));

            assertFails(call, ErrorCode.UNAVAILABLE);
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void absentTableIsNamed(Function<UserStore, Uni<?>> request) {
        UserStore lost = new DynamoDbUserStore(directClient, LocalTable.absent().config(Map.of()));

        ThrowingCallable call = () -> await(request.apply(lost));

        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(call)
                .withMessageContaining("no table Users-")
                .withMessageContaining("headgate.dynamodb.table")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .satisfies(e -> assertThat(e.awsErrorCode()).isEqualTo("ResourceNotFoundException"));
    }

    static Stream<Function<UserStore, Uni<?>>> requests() {
        return Stream.of(
                store -> store.findByKeys(Set.of("a"), Consistency.STRONG),
                store -> store.findByEmails(Set.of("a@example.com"), Consistency.STRONG),
                store -> store.list(new UserQuery(UserFilter.ALL, UserOrder.DEFAULT, null, null, 10)),
                store -> store.count(UserFilter.ALL),
                store -> store.create(someUser()),
                store -> store.update("a", nameChange(), null),
                store -> store.update("a", new UserChange("b@example.com", null, null, null, null, T0), null),
                store -> store.delete("a", 1));
    }

    private static User find(User user) {
        String key = user.id().key();
        Map<String, User> found = await(direct.findByKeys(Set.of(key), Consistency.STRONG));
        assertThat(found).containsOnlyKeys(key);
        return found.values().iterator().next();
    }

    private static UserChange nameChange() {
        return new UserChange(null, "Grace", null, null, null, T0.plusSeconds(1));
    }

    private static User someUser() {
        UserId id = new UserId(Store.DYNAMODB, UUID.randomUUID().toString());
        return new User(id, someEmail(), "Ada", null, UserStatus.ACTIVE, Attributes.NONE, T0, T0, 1);
    }

    private static String someEmail() {
        return UUID.randomUUID() + "@example.com";
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code) {
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(15));
    }
}
