package io.headgate.user.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import io.headgate.user.Position;
import io.headgate.user.Store;
import io.headgate.user.StringFilter;
import io.headgate.user.UserChange;
import io.headgate.user.UserFilter;
import io.headgate.user.UserOrder;
import io.headgate.user.UserOrder.Direction;
import io.headgate.user.UserOrder.Field;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStatus;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How PostgreSQL carries out the statements, asked of its planner on a large table. */
class UserSqlPlanTest {

    private static final int USERS = Integer.getInteger("headgate.test.users", 50_000);
    private static final int PAGE = 50;

    /* Of 1,000 users 989 are active, 10 invited, one is suspended; a third has one name; values come in no order of the table. */
    private static final String FILL = """
            INSERT INTO users
            SELECT md5('key' || i), md5('email' || i) || '@example.com',
              CASE WHEN i %% 3 = 0 THEN 'Ada Lovelace' ELSE initcap(md5('name' || i / 2)) END, NULL,
              CASE WHEN i %% 1000 = 0 THEN 'SUSPENDED' WHEN i %% 100 = 1 THEN 'INVITED' ELSE 'ACTIVE' END,
              '{"plan": "pro"}', timestamptz '2026-01-01' + hashint4(i) * interval '1 ms', now(), 1
            FROM generate_series(1, %d) AS i""".formatted(USERS);

    private static final String COMMON_NAME = "Ada Lovelace";

    private static final Pattern BUFFERS = Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?");

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private static Pool pool;

    @BeforeAll
    static void fill() {
        database = TestDatabase.on(LocalCloud.shared().postgres());
        pool = database.pool(1);
        TestDatabase.await(pool.query(FILL).execute());
        TestDatabase.await(pool.query("VACUUM ANALYZE users").execute());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @ParameterizedTest
    @MethodSource("orders")
    void everyOrderIsReadFromItsIndex(UserOrder order, double depth) {
        UserQuery query = new UserQuery(UserFilter.ALL, order, place(order, depth), null, PAGE);

        String plan = plan(UserListSql.list(query));

        assertThat(plan).contains("using " + index(order.field())).doesNotContain("Sort", "Seq Scan");
    }

    @ParameterizedTest
    @MethodSource("filtersOnTheColumnOfTheOrder")
    void aFilterOnTheColumnOfTheOrderIsReadFromItsIndex(UserFilter filter, UserOrder order) {
        UserQuery query = new UserQuery(filter, order, null, null, PAGE);

        String plan = plan(UserListSql.list(query));

        assertThat(plan).contains("Index Cond").doesNotContain("Sort", "Seq Scan");
    }

    @ParameterizedTest
    @MethodSource("filters")
    void everyFilterIsServedByAnIndex(UserFilter filter, String index) {
        Statement list = UserListSql.list(new UserQuery(filter, UserOrder.DEFAULT, null, null, PAGE));

        String plan = plan(list);

        assertThat(plan).contains(index).doesNotContain("Seq Scan");
        assertThat(plan(UserListSql.count(filter))).contains(index).doesNotContain("Seq Scan");
    }

    @ParameterizedTest
    @MethodSource("keyed")
    void usersAreFoundByKeysWithoutKnowingThem(Statement statement) {
        String generic = "EXPLAIN (GENERIC_PLAN) " + statement.sql();

        List<String> plan = TestDatabase.lines(pool, generic);

        assertThat(plan).anyMatch(line -> line.contains("Index")).noneMatch(line -> line.contains("Seq Scan"));
    }

    @ParameterizedTest
    @MethodSource("filteredOrders")
    void aPageDeepInAListCostsWhatTheFirstCosts(UserFilter filter, UserOrder order) {
        int first = buffers(new UserQuery(filter, order, null, null, PAGE));

        int deep = buffers(new UserQuery(filter, order, place(order, 0.9), null, PAGE));

        assertThat(deep).isLessThanOrEqualTo(first + PAGE / 5).isLessThan(3 * PAGE);
    }

    @ParameterizedTest
    @MethodSource("filtersThatBeginDeep")
    void aFilterThatBeginsFarBehindTheCursorCostsWhatTheFirstPageCosts(UserFilter filter, UserOrder order) {
        int first = buffers(new UserQuery(filter, order, null, null, PAGE));

        int behind = buffers(new UserQuery(filter, order, place(order, 0.001), null, PAGE));

        assertThat(behind).isLessThanOrEqualTo(first + PAGE / 5).isLessThan(3 * PAGE);
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void aPageDeepAmongUsersOfOneNameCostsWhatTheFirstCosts(Direction direction) {
        UserOrder order = new UserOrder(Field.NAME, direction);
        UserFilter filter = name(new StringFilter(COMMON_NAME, null, null, null));
        int first = buffers(new UserQuery(filter, order, null, null, PAGE));
        String deepKey = direction == Direction.ASC ? "f" : "1";

        int deep = buffers(new UserQuery(
                filter, order, new Position(Field.NAME, null, COMMON_NAME, deepKey, Store.POSTGRES), null, PAGE));

        assertThat(deep).isLessThanOrEqualTo(first + PAGE / 5).isLessThan(3 * PAGE);
    }

    static Stream<Arguments> filtersThatBeginDeep() {
        return everyOrder().map(order -> {
            boolean ascending = order.direction() == Direction.ASC;
            Instant time = Instant.parse(ascending ? "2026-01-20T00:00:00Z" : "2025-12-12T00:00:00Z");
            return Arguments.of(
                    switch (order.field()) {
                        case CREATED_AT ->
                            new UserFilter(null, null, null, ascending ? time : null, ascending ? null : time);
                        case EMAIL -> email(new StringFilter(null, null, ascending ? "f" : "0", null));
                        case NAME -> name(new StringFilter(null, null, ascending ? "F" : "0", null));
                    },
                    order);
        });
    }

    static Stream<Arguments> orders() {
        return everyOrder().flatMap(order -> Stream.of(0.0, 0.5, 0.9).map(depth -> Arguments.of(order, depth)));
    }

    static Stream<Arguments> filtersOnTheColumnOfTheOrder() {
        return everyOrder()
                .map(order -> Arguments.of(
                        switch (order.field()) {
                            case CREATED_AT -> createdFrom("2026-01-02T00:00:00Z");
                            case EMAIL -> email(new StringFilter(null, null, "a", null));
                            case NAME -> name(new StringFilter(null, null, "A", null));
                        },
                        order));
    }

    static Stream<Arguments> filters() {
        return Stream.of(
                Arguments.of(email(new StringFilter("nobody@example.com", null, null, null)), "users_email_key"),
                Arguments.of(email(new StringFilter(null, Set.of("a@b.c", "d@e.f"), null, null)), "users_email_key"),
                Arguments.of(email(new StringFilter(null, null, "abcd", null)), "users_email_key"),
                Arguments.of(email(new StringFilter(null, null, null, "bcdef")), "users_email_trgm_idx"),
                Arguments.of(name(new StringFilter("Nobody", null, null, null)), "users_name_idx"),
                Arguments.of(name(new StringFilter(null, Set.of("Nobody", "None"), null, null)), "users_name_idx"),
                Arguments.of(name(new StringFilter(null, null, "Abcd", null)), "users_name_idx"),
                Arguments.of(name(new StringFilter(null, null, null, "bcdef")), "users_name_trgm_idx"),
                Arguments.of(status(UserStatus.SUSPENDED), "users_status_idx"),
                Arguments.of(status(UserStatus.INVITED, UserStatus.SUSPENDED), "users_status_idx"),
                Arguments.of(createdFrom("2026-01-25T00:00:00Z"), "users_created_at_idx"));
    }

    static Stream<Statement> keyed() {
        UserChange change = new UserChange("a@b.c", null, null, null, null, Instant.EPOCH);
        return Stream.of(
                UserSql.findByKeys(Set.of("a", "b")),
                UserSql.findByEmails(Set.of("a@b.c")),
                UserSql.update("a", change, 1),
                UserSql.delete("a", null));
    }

    static Stream<Arguments> filteredOrders() {
        return everyOrder()
                .flatMap(order -> Stream.of(
                                UserFilter.ALL,
                                status(UserStatus.ACTIVE),
                                status(UserStatus.ACTIVE, UserStatus.SUSPENDED),
                                // These let most users in, and begin long before a cursor deep in the list.
                                createdFrom("2025-12-20T00:00:00Z"),
                                email(new StringFilter(null, null, "", null)),
                                name(new StringFilter(null, null, "", null)))
                        .map(filter -> Arguments.of(filter, order)));
    }

    private static Stream<UserOrder> everyOrder() {
        return Stream.of(Field.values())
                .flatMap(field -> Stream.of(Direction.values()).map(direction -> new UserOrder(field, direction)));
    }

    /** The place behind which the given part of all users is behind; none for 0. */
    private static @Nullable Position place(UserOrder order, double depth) {
        if (depth == 0) {
            return null;
        }
        String columns = "%1$s %2$s, user_id %2$s".formatted(order.field(), order.direction());
        Row row = TestDatabase.await(pool.preparedQuery("SELECT user_id, email, name, created_at FROM users ORDER BY "
                                + columns + " OFFSET " + (long) (depth * USERS) + " LIMIT 1")
                        .execute())
                .iterator()
                .next();
        return new Position(
                order.field(),
                order.field() == Field.CREATED_AT ? row.getOffsetDateTime(3).toInstant() : null,
                order.field() == Field.CREATED_AT ? null : row.getString(order.field() == Field.EMAIL ? 1 : 2),
                row.getString(0),
                Store.POSTGRES);
    }

    private static String plan(Statement statement) {
        return String.join("\n", TestDatabase.lines(pool, "EXPLAIN " + statement.sql(), statement.tuple()));
    }

    /** How many pages of 8 KiB are touched. */
    private static int buffers(UserQuery query) {
        Statement statement = UserListSql.list(query);
        String explain = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + statement.sql();
        String plan = String.join("\n", TestDatabase.lines(pool, explain, statement.tuple()));
        Matcher buffers = BUFFERS.matcher(plan);
        assertThat(buffers.find()).as(plan).isTrue();
        return number(buffers.group(1)) + number(buffers.group(2));
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static String index(Field field) {
        return switch (field) {
            case CREATED_AT -> "users_created_at_idx";
            case EMAIL -> "users_email_key";
            case NAME -> "users_name_idx";
        };
    }

    private static UserFilter email(StringFilter email) {
        return new UserFilter(email, null, null, null, null);
    }

    private static UserFilter name(StringFilter name) {
        return new UserFilter(null, name, null, null, null);
    }

    private static UserFilter status(UserStatus... status) {
        return new UserFilter(null, null, Set.of(status), null, null);
    }

    private static UserFilter createdFrom(String instant) {
        return new UserFilter(null, null, null, Instant.parse(instant), null);
    }
}
