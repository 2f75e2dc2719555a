package io.headgate.user.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.localcloud.LocalCloud;
import io.headgate.user.Attributes;
import io.headgate.user.Consistency;
import io.headgate.user.Position;
import io.headgate.user.Store;
import io.headgate.user.StringFilter;
import io.headgate.user.User;
import io.headgate.user.UserFilter;
import io.headgate.user.UserOrder;
import io.headgate.user.UserOrder.Direction;
import io.headgate.user.UserOrder.Field;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStatus;
import io.headgate.user.UserStore;
import io.headgate.user.UserStoreContract;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUserStoreTest extends UserStoreContract {

    private static final Queue<String> statements = new ConcurrentLinkedQueue<>();

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private static UserStore store;

    @BeforeAll
    static void open() {
        Vertx vertx = Vertx.builder().withTracer(options -> new Reporter()).build();
        database = TestDatabase.on(LocalCloud.shared().postgres(), vertx);
        store = new PostgresUserStore(database.pool(10), Limits.GENEROUS);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Override
    protected UserStore store() {
        return store;
    }

    @Override
    protected Set<UserOrder.Field> servedOrders() {
        return EnumSet.allOf(UserOrder.Field.class);
    }

    @Override
    protected boolean servesTextSearch() {
        return true;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE users; --",
                "$1",
                "$$",
                "\\",
                "\\'",
                "%",
                "_",
                "\"",
                "NULL",
                "{a,b}",
                "E'\\x41'",
                "a\nb",
                "?"
            })
    void textThatLooksLikeSqlIsText(String text) {
        User user = create(named(text + UUID.randomUUID()));

        Map<String, User> found = await(store.findByKeys(Set.of(text, user.id().key()), Consistency.STRONG));

        assertThat(found.values()).containsExactly(user);
        for (StringFilter name : List.of(
                new StringFilter(user.name(), null, null, null),
                new StringFilter(null, Set.of(text, user.name()), null, null),
                new StringFilter(null, null, user.name(), null),
                new StringFilter(null, null, null, user.name()))) {
            assertThat(list(name, Field.NAME, Direction.ASC, null, null)).containsExactly(user);
        }
        assertThat(await(store.findByEmails(Set.of(text), Consistency.STRONG))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\ud7ff", "\uffff", "\udbff\udfff", "a\udbff\udfff", "%", "\\", "🦊"})
    void aPrefixIsThatOfTheModel(String end) {
        String prefix = UUID.randomUUID() + end;
        List<User> users = Stream.of("", "a", "\u0001", "\uffff", "\udbff\udfff", "z")
                .map(rest -> create(named(prefix + rest)))
                .toList();
        create(named(prefix.substring(0, 36)));
        create(named(prefix.substring(0, 36) + "b"));
        create(named(prefix.substring(0, 36) + "\ue000"));

        List<User> found =
                list(new StringFilter(null, null, prefix, null), Field.CREATED_AT, Direction.ASC, null, null);

        assertThat(found).containsExactlyInAnyOrderElementsOf(users);
        assertThat(list(new StringFilter(null, null, prefix, null), Field.NAME, Direction.DESC, null, null))
                .containsExactlyInAnyOrderElementsOf(users);
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void usersOfOneNameArePaged(Direction direction) {
        String name = "Ada " + UUID.randomUUID();
        UserOrder order = new UserOrder(Field.NAME, direction);
        List<User> users = IntStream.range(0, 6)
                .mapToObj(i -> create(named(name)))
                .sorted(order.users())
                .toList();
        Position after = Position.of(users.get(1), Field.NAME);
        Position until = Position.of(users.get(4), Field.NAME);

        List<User> found = list(new StringFilter(name, null, null, null), Field.NAME, direction, after, until);

        assertThat(found).isEqualTo(users.subList(2, 4));
    }

    @Test
    void aPlaceOutsideOfTheFilterLeavesTheFilterAlone() {
        String prefix = UUID.randomUUID().toString();
        User user = create(named(prefix));
        Position first = new Position(Field.NAME, null, "\u0001", "0", Store.POSTGRES);
        Position last = new Position(Field.NAME, null, "\udbff\udfff", "0", Store.POSTGRES);

        List<User> found = list(new StringFilter(null, null, prefix, null), Field.NAME, Direction.ASC, first, last);

        assertThat(found).containsExactly(user);
        assertThat(list(new StringFilter(prefix, null, null, null), Field.NAME, Direction.DESC, last, first))
                .containsExactly(user);
        assertThat(list(new StringFilter(prefix, null, null, null), Field.NAME, Direction.ASC, last, null))
                .isEmpty();
    }

    @Test
    void timesAreComparedExactly() {
        User user = create(someUser());
        Instant at = user.createdAt();
        StringFilter itself = new StringFilter(user.email(), null, null, null);

        assertThat(await(store.count(new UserFilter(itself, null, null, at, at.plusNanos(1)))))
                .isEqualTo(1);
        assertThat(await(store.count(new UserFilter(itself, null, null, at.plusNanos(1), null))))
                .isZero();
        assertThat(await(store.count(new UserFilter(itself, null, null, null, at))))
                .isZero();
    }

    @Test
    void whatIsTakenIsNamed() {
        User user = create(someUser());
        User other = someUser();

        assertThatThrownBy(() -> create(user)).hasMessageContaining("userId");
        assertThatThrownBy(() -> create(new User(
                        other.id(),
                        user.email(),
                        "Ada",
                        null,
                        UserStatus.ACTIVE,
                        Attributes.NONE,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        1)))
                .hasMessageContaining("email");
    }

    @Test
    void aCallIsOneStatementHoweverMuchItAsksFor() {
        Set<String> keys = IntStream.range(0, 500).mapToObj(Integer::toString).collect(Collectors.toSet());
        User user = create(someUser());
        String key = user.id().key();
        statements.clear();

        await(store.findByKeys(keys, Consistency.STRONG));
        await(store.findByEmails(keys, Consistency.STRONG));
        await(store.list(new UserQuery(UserFilter.ALL, UserOrder.DEFAULT, null, null, 1000)));
        await(store.count(UserFilter.ALL));
        await(store.update(key, emailChange(someEmail()), 1));
        await(store.delete(key, 2));

        assertThat(statements).hasSize(6);
    }

    @Test
    void anUnusableLimitIsNamed() {
        assertThatThrownBy(() -> new PostgresUserStore(database.pool(1), Limits.of(Duration.ZERO)))
                .hasMessageContaining("headgate.postgres.connection-limit");
    }

    private static List<User> list(
            StringFilter name, Field field, Direction direction, @Nullable Position after, @Nullable Position until) {
        UserFilter filter = new UserFilter(null, name, null, null, null);
        return await(store.list(new UserQuery(filter, new UserOrder(field, direction), after, until, 100)));
    }

    private static User create(User user) {
        return await(store.create(user));
    }

    private User named(String name) {
        User user = someUser();
        return new User(
                user.id(),
                user.email(),
                name,
                null,
                user.status(),
                user.attributes(),
                user.createdAt(),
                user.updatedAt(),
                1);
    }

    /** Remembers the SQL that the driver reports to have sent. */
    private static final class Reporter implements VertxTracer<Object, Object> {
        @Override
        public <R> @Nullable Object sendRequest(
                Context context,
                SpanKind kind,
                TracingPolicy policy,
                R request,
                String operation,
                BiConsumer<String, String> headers,
                TagExtractor<R> tags) {
            statements.add(tags.extract(request).getOrDefault("db.statement", operation));
            return null;
        }
    }
}
