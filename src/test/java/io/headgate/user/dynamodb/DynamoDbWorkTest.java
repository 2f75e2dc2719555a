package io.headgate.user.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.user.Attributes;
import io.headgate.user.Consistency;
import io.headgate.user.Position;
import io.headgate.user.Store;
import io.headgate.user.StringFilter;
import io.headgate.user.User;
import io.headgate.user.UserFilter;
import io.headgate.user.UserId;
import io.headgate.user.UserOrder;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStatus;
import io.headgate.user.UserStore;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** How much DynamoDB has to do for a request: how many requests, and how many items it reads. */
class DynamoDbWorkTest {

    private static final int COUNT = 2_000;
    private static final int RARE = 100;
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final UserOrder DESCENDING = new UserOrder(UserOrder.Field.CREATED_AT, UserOrder.Direction.DESC);

    /** One of a page of 51 falls to a shard 6.4 times, with a standard deviation of 2.5. */
    private static final int MOST_READ_FOR_A_PAGE = UserItem.SHARD_COUNT * (7 + 8 + 1);

    private static final List<User> USERS =
            IntStream.range(0, COUNT).mapToObj(DynamoDbWorkTest::user).toList();

    private static final Traffic TRAFFIC = new Traffic();
    private static LocalTable table;
    private static DynamoDbAsyncClient client;
    private static UserStore store;

    @BeforeAll
    static void load() {
        table = LocalTable.create();
        client = LocalTable.client(LocalTable.endpoint(), TRAFFIC);
        store = store(Map.of());
        LocalTable.load(client, table.name(), USERS);
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @BeforeEach
    void forget() {
        TRAFFIC.reset();
    }

    @Test
    void hundredKeysAreOneRequest() {
        Set<String> keys =
                USERS.stream().limit(100).map(user -> user.id().key()).collect(Collectors.toSet());

        Map<String, User> found = await(store.findByKeys(keys, Consistency.EVENTUAL));

        assertThat(found).hasSize(100);
        assertThat(TRAFFIC.requests()).isEqualTo(Map.of("BatchGetItem", 1));
    }

    @Test
    void hundredAddressesAreTwoRequests() {
        Set<String> emails = USERS.stream().limit(100).map(User::email).collect(Collectors.toSet());

        Map<String, User> found = await(store.findByEmails(emails, Consistency.STRONG));

        assertThat(found).hasSize(100);
        assertThat(TRAFFIC.requests()).isEqualTo(Map.of("BatchGetItem", 2));
    }

    @Test
    void absentAddressesAreOneRequest() {
        Map<String, User> found =
                await(store.findByEmails(Set.of("nobody@example.com", "no.one@example.com"), Consistency.STRONG));

        assertThat(found).isEmpty();
        assertThat(TRAFFIC.requests()).isEqualTo(Map.of("BatchGetItem", 1));
    }

    @Test
    void nothingIsAskedForWhatCannotBe() {
        UserFilter noStatus = new UserFilter(null, null, Set.of(), null, null);
        UserFilter noTime = new UserFilter(null, null, null, T0.plusSeconds(1), T0);

        List<User> list = await(store.list(query(noStatus, UserOrder.DEFAULT, null, 50)));

        assertThat(list).isEmpty();
        assertThat(await(store.count(noTime))).isZero();
        assertThat(await(store.findByKeys(Set.of("email#" + USERS.get(0).email()), Consistency.STRONG)))
                .isEmpty();
        assertThat(TRAFFIC.requests()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(UserOrder.Direction.class)
    void pageOfFiftyIsOneRoundOfRequestsHoweverDeep(UserOrder.Direction direction) {
        UserOrder order = new UserOrder(UserOrder.Field.CREATED_AT, direction);
        List<User> all = USERS.stream().sorted(order.users()).toList();
        for (int depth : List.of(0, 50, 1_000, 1_900)) {
            TRAFFIC.reset();
            Position after = depth == 0 ? null : Position.of(all.get(depth - 1), UserOrder.Field.CREATED_AT);

            List<User> page = await(store.list(query(UserFilter.ALL, order, after, 51)));

            assertThat(page).isEqualTo(all.subList(depth, depth + 51));
            assertThat(TRAFFIC.requests()).isEqualTo(Map.of("Query", UserItem.SHARD_COUNT));
            assertThat(TRAFFIC.evaluated()).isLessThanOrEqualTo(MOST_READ_FOR_A_PAGE);
        }
    }

    @Test
    void walkThroughTheListMeetsEveryUserOnceAndNoOtherItem() {
        List<User> seen = new ArrayList<>();
        List<User> page;

        do {
            Position after = seen.isEmpty() ? null : Position.of(seen.get(seen.size() - 1), UserOrder.Field.CREATED_AT);
            page = await(store.list(query(UserFilter.ALL, UserOrder.DEFAULT, after, 300)));
            seen.addAll(page);
        } while (!page.isEmpty());

        assertThat(seen).isEqualTo(USERS);
    }

    @ParameterizedTest
    @EnumSource(UserOrder.Direction.class)
    void pagesAreFullHoweverRareTheMatches(UserOrder.Direction direction) {
        UserOrder order = new UserOrder(UserOrder.Field.CREATED_AT, direction);
        List<User> all = USERS.stream()
                .filter(user -> user.status() == UserStatus.SUSPENDED)
                .sorted(order.users())
                .toList();

        List<User> first = await(store.list(query(rare(null), order, null, 7)));

        assertThat(first).isEqualTo(all.subList(0, 7));
        Position after = Position.of(all.get(6), UserOrder.Field.CREATED_AT);
        assertThat(await(store.list(query(rare(null), order, after, 50)))).isEqualTo(all.subList(7, COUNT / RARE));
        assertThat(TRAFFIC.requests().get("Query")).isLessThan(80);
    }

    @Test
    void listThatTakesTooMuchReadingIsRefusedUntilNarrowed() {
        UserStore bounded = store(Map.of("max-items-per-list", "500"));

        ThrowingCallable list = () -> await(bounded.list(query(rare(null), DESCENDING, null, 10)));

        assertThatExceptionOfType(GatewayException.class).isThrownBy(list).satisfies(e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
            assertThat(e.retryable()).isFalse();
            assertThat(e).hasMessageContaining("500").hasMessageContaining("narrow createdAt");
        });
        assertThat(TRAFFIC.evaluated()).isBetween(500, 500 + UserItem.SHARD_COUNT);
        Instant lately = T0.plusSeconds(COUNT - 400);
        assertThat(await(bounded.list(query(rare(lately), DESCENDING, null, 10))))
                .hasSize(400 / RARE);
    }

    @Test
    void countReadsNoMoreThanItMay() {
        UserStore sufficient = store(Map.of("max-items-per-count", Integer.toString(COUNT)));
        UserStore bounded = store(Map.of("max-items-per-count", Integer.toString(COUNT - 1)));

        long count = await(sufficient.count(UserFilter.ALL));

        assertThat(count).isEqualTo(COUNT);
        assertThat(await(sufficient.count(rare(null)))).isEqualTo(COUNT / RARE);
        TRAFFIC.reset();
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> await(bounded.count(UserFilter.ALL)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
        assertThat(TRAFFIC.evaluated()).isBetween(COUNT, COUNT + UserItem.SHARD_COUNT);
        assertThat(await(bounded.count(rare(T0.plusSeconds(COUNT / 2))))).isEqualTo(COUNT / RARE / 2);
    }

    @Test
    void boundsMayBeOfAnyYearAndAnyPrecision() {
        Instant first = USERS.get(0).createdAt();
        Instant second = USERS.get(1).createdAt();

        long all = await(store.count(new UserFilter(null, null, null, Instant.MIN, Instant.MAX)));

        assertThat(all).isEqualTo(COUNT);
        assertThat(await(store.count(new UserFilter(null, null, null, first.plusNanos(1), second.plusNanos(1)))))
                .isEqualTo(1);
        assertThat(await(store.count(new UserFilter(null, null, null, first.minusNanos(1), second))))
                .isEqualTo(1);
        assertThat(await(store.count(new UserFilter(null, null, null, Instant.MAX, null))))
                .isZero();
        assertThat(await(store.count(new UserFilter(null, null, null, null, Instant.MIN))))
                .isZero();
        Position between = new Position(UserOrder.Field.CREATED_AT, first.plusNanos(1), null, "~", Store.POSTGRES);
        assertThat(await(store.list(query(UserFilter.ALL, UserOrder.DEFAULT, between, 1))))
                .containsExactly(USERS.get(1));
        assertThat(await(store.list(query(UserFilter.ALL, DESCENDING, between, 2))))
                .containsExactly(USERS.get(0));
    }

    @ParameterizedTest
    @EnumSource(UserOrder.Field.class)
    void namedAddressesAreServedInAnyOrderWithAnyFilter(UserOrder.Field field) {
        List<User> named = USERS.subList(100, 200);
        StringFilter emails =
                new StringFilter(null, named.stream().map(User::email).collect(Collectors.toSet()), "user", "1");
        StringFilter names = new StringFilter(null, null, null, "7");
        UserFilter filter = new UserFilter(emails, names, Set.of(UserStatus.ACTIVE), T0, null);
        UserOrder order = new UserOrder(field, UserOrder.Direction.DESC);

        List<User> list = await(store.list(query(filter, order, null, 500)));

        assertThat(list)
                .hasSize(19)
                .isEqualTo(named.stream()
                        .filter(filter::matches)
                        .sorted(order.users())
                        .toList());
        assertThat(TRAFFIC.requests()).isEqualTo(Map.of("BatchGetItem", 2));
        assertThat(await(store.count(filter))).isEqualTo(19);
    }

    @Test
    void moreThanHundredNamedAddressesAreRefused() {
        Set<String> emails = USERS.stream().limit(101).map(User::email).collect(Collectors.toSet());
        UserFilter filter = new UserFilter(new StringFilter(null, emails, null, null), null, null, null, null);

        ThrowingCallable count = () -> await(store.count(filter));

        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(count)
                .withMessageContaining("up to 100")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    @Test
    void addressesThatNobodyCanHaveAreSimplyNotFound() {
        StringFilter impossible = new StringFilter(null, Set.of("", "x".repeat(5_000), "🦊"), null, null);

        long count = await(store.count(new UserFilter(impossible, null, null, null, null)));

        assertThat(count).isZero();
    }

    private static UserStore store(Map<String, String> properties) {
        return new DynamoDbUserStore(client, table.config(properties));
    }

    private static UserFilter rare(@Nullable Instant createdFrom) {
        return new UserFilter(null, null, Set.of(UserStatus.SUSPENDED), createdFrom, null);
    }

    private static UserQuery query(UserFilter filter, UserOrder order, @Nullable Position after, int limit) {
        return new UserQuery(filter, order, after, null, limit);
    }

    private static User user(int i) {
        Instant createdAt = T0.plusSeconds(i);
        return new User(
                new UserId(Store.DYNAMODB, "user-%05d".formatted(i)),
                "user%05d@example.com".formatted(i),
                "User " + i,
                null,
                i % RARE == 0 ? UserStatus.SUSPENDED : UserStatus.ACTIVE,
                Attributes.NONE,
                createdAt,
                createdAt,
                1);
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }
}
