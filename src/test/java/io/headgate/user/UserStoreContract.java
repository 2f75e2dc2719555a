package io.headgate.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.json.Json;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link UserStore} promises; each adapter and each decorator runs it on real servers. */
public abstract class UserStoreContract {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final UserChange NO_CHANGE = new UserChange(null, null, null, null, null, T0.plusSeconds(1));

    /** The store under test. It may hold users of other tests. */
    protected abstract UserStore store();

    /** The orders that the store has an index for. */
    protected abstract Set<UserOrder.Field> servedOrders();

    /** Whether lists may be filtered by the beginning or a part of a name or e-mail address. */
    protected abstract boolean servesTextSearch();

    @Test
    void createdUserIsFoundByKeyAndByEmail() {
        User user = someUser();

        User created = await(store().create(user));

        assertThat(created).isEqualTo(user);
        assertThat(find(user.id().key())).isEqualTo(user);
        assertThat(await(store().findByKeys(Set.of(user.id().key()), Consistency.EVENTUAL)))
                .containsOnlyKeys(user.id().key());
        assertThat(findByEmails(Set.of(user.email()))).containsExactly(Map.entry(user.email(), user));
    }

    @Test
    void manyAreFoundInOneBatchAndTheAbsentAreLeftOut() {
        List<User> users = IntStream.range(0, 230).mapToObj(i -> someUser()).toList();
        await(Uni.join().all(users.stream().map(store()::create).toList()).andFailFast());
        Set<String> keys = new HashSet<>(Set.of("nobody-" + UUID.randomUUID()));
        Set<String> emails = new HashSet<>(Set.of("nobody-" + UUID.randomUUID() + "@example.com"));
        users.forEach(user -> keys.add(user.id().key()));
        users.forEach(user -> emails.add(user.email()));

        Map<String, User> byKey = await(store().findByKeys(keys, Consistency.STRONG));

        assertThat(byKey.values()).containsExactlyInAnyOrderElementsOf(users);
        assertThat(findByEmails(emails).values()).containsExactlyInAnyOrderElementsOf(users);
    }

    @Test
    void nothingIsFoundForNothing() {
        Map<String, User> found = await(store().findByKeys(Set.of(), Consistency.STRONG));

        assertThat(found).isEmpty();
        assertThat(findByEmails(Set.of())).isEmpty();
    }

    @Test
    void keyIsTakenOnce() {
        User user = create(someUser());
        User other = new UserBuilder(someUser()).key(user.id().key()).build();

        ThrowingCallable second = () -> await(store().create(other));

        assertFails(second, ErrorCode.ALREADY_EXISTS);
        assertThat(find(user.id().key())).isEqualTo(user);
        assertThat(findByEmails(Set.of(other.email()))).isEmpty();
    }

    @Test
    void emailIsTakenOnce() {
        User user = create(someUser());
        User other = new UserBuilder(someUser()).email(user.email()).build();

        ThrowingCallable second = () -> await(store().create(other));

        assertFails(second, ErrorCode.ALREADY_EXISTS);
        assertThat(await(store().findByKeys(Set.of(other.id().key()), Consistency.STRONG)))
                .isEmpty();
        assertThat(findByEmails(Set.of(user.email())).values()).containsExactly(user);
    }

    @Test
    void updateSetsWhatIsGivenAndNothingElse() {
        User user = create(someUser());
        UserChange change = new UserChange(null, "Grace", null, UserStatus.SUSPENDED, null, T0.plusSeconds(9));

        User updated = await(store().update(user.id().key(), change, null));

        assertThat(updated).isEqualTo(change.applyTo(user));
        assertThat(find(user.id().key())).isEqualTo(updated);
        assertThat(updated.version()).isEqualTo(2);
    }

    @Test
    void updateSetsAllAtOnceAndRemovesThePhone() {
        User user = create(new UserBuilder(someUser()).phone("+44 20 7946 0000").build());
        UserChange change = new UserChange(
                someEmail(),
                "Grace",
                new UserChange.Phone(null),
                UserStatus.INVITED,
                attributes("{\"a\": [1, null]}"),
                T0.plusSeconds(9));

        User updated = await(store().update(user.id().key(), change, 1));

        assertThat(updated).isEqualTo(change.applyTo(user));
        assertThat(updated.phone()).isNull();
        assertThat(find(user.id().key())).isEqualTo(updated);
    }

    @Test
    void anUpdateOfNothingIsANewVersion() {
        User user = create(someUser());

        User updated = await(store().update(user.id().key(), NO_CHANGE, null));

        assertThat(updated).isEqualTo(NO_CHANGE.applyTo(user));
    }

    @Test
    void aChangedEmailFreesTheOldOne() {
        User user = create(someUser());
        String email = someEmail();
        await(store().update(user.id().key(), emailChange(email), null));

        User heir = create(new UserBuilder(someUser()).email(user.email()).build());

        assertThat(findByEmails(Set.of(user.email(), email)))
                .hasEntrySatisfying(
                        user.email(), found -> assertThat(found.id()).isEqualTo(heir.id()))
                .hasEntrySatisfying(email, found -> assertThat(found.id()).isEqualTo(user.id()));
    }

    @Test
    void anEmailMayBeSetToItself() {
        User user = create(someUser());

        User updated = await(store().update(user.id().key(), emailChange(user.email()), 1));

        assertThat(updated.version()).isEqualTo(2);
        assertThat(findByEmails(Set.of(user.email())).values()).containsExactly(updated);
    }

    @Test
    void anEmailCantBeTakenByAnUpdate() {
        User user = create(someUser());
        User other = create(someUser());

        ThrowingCallable taking = () -> await(store().update(other.id().key(), emailChange(user.email()), null));

        assertFails(taking, ErrorCode.ALREADY_EXISTS);
        assertThat(find(other.id().key())).isEqualTo(other);
        assertThat(findByEmails(Set.of(other.email())).values()).containsExactly(other);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, -1, Integer.MAX_VALUE})
    void anotherVersionIsAConflictAndChangesNothing(int version) {
        User user = create(someUser());
        String key = user.id().key();

        ThrowingCallable update = () -> await(store().update(key, NO_CHANGE, version));

        assertFails(update, ErrorCode.CONFLICT);
        assertFails(() -> await(store().update(key, emailChange(someEmail()), version)), ErrorCode.CONFLICT);
        assertFails(() -> await(store().delete(key, version)), ErrorCode.CONFLICT);
        assertThat(find(key)).isEqualTo(user);
        assertThat(findByEmails(Set.of(user.email())).values()).containsExactly(user);
    }

    @Test
    void whatIsNotThereCantBeChanged() {
        String key = UUID.randomUUID().toString();

        ThrowingCallable update = () -> await(store().update(key, NO_CHANGE, null));

        assertFails(update, ErrorCode.NOT_FOUND);
        assertFails(() -> await(store().update(key, emailChange(someEmail()), 1)), ErrorCode.NOT_FOUND);
        assertFails(() -> await(store().delete(key, null)), ErrorCode.NOT_FOUND);
        assertFails(() -> await(store().delete(key, 1)), ErrorCode.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deletedUserIsGivenAndGone(boolean withVersion) {
        User user = create(someUser());

        User deleted = await(store().delete(user.id().key(), withVersion ? 1 : null));

        assertThat(deleted).isEqualTo(user);
        assertThat(await(store().findByKeys(Set.of(user.id().key()), Consistency.STRONG)))
                .isEmpty();
        assertThat(findByEmails(Set.of(user.email()))).isEmpty();
        create(user);
    }

    @Test
    void concurrentUpdatesAreAllKept() {
        User user = create(someUser());
        int writers = 32;
        List<Uni<User>> updates = IntStream.range(0, writers)
                .mapToObj(i -> new UserChange(
                        i % 4 == 0 ? someEmail() : null,
                        i % 4 == 1 ? "Name " + i : null,
                        i % 4 == 2 ? new UserChange.Phone("+" + i) : null,
                        null,
                        i % 4 == 3 ? attributes("{\"writer\": " + i + "}") : null,
                        T0.plusSeconds(i)))
                .map(change -> store().update(user.id().key(), change, null))
                .toList();

        List<User> answers = await(Uni.join().all(updates).andFailFast());

        User last = find(user.id().key());
        assertThat(last.version()).isEqualTo(1 + writers);
        assertThat(answers)
                .extracting(User::version)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(2, 1 + writers).boxed().toList());
        assertThat(last.name()).startsWith("Name ");
        assertThat(last.phone()).startsWith("+");
        assertThat(last.attributes().values()).containsKey("writer");
        // Each version holds its writer's change and all that the one before it held.
        TreeMap<Integer, User> versions = new TreeMap<>();
        answers.forEach(answer -> versions.put(answer.version(), answer));
        User before = user;
        for (User after : versions.values()) {
            long changed = IntStream.of(
                            before.email().equals(after.email()) ? 0 : 1,
                            before.name().equals(after.name()) ? 0 : 1,
                            Objects.equals(before.phone(), after.phone()) ? 0 : 1,
                            before.attributes().equals(after.attributes()) ? 0 : 1)
                    .sum();
            assertThat(changed).isEqualTo(1);
            before = after;
        }
        assertThat(last).isEqualTo(versions.lastEntry().getValue());
    }

    @Test
    void ofConcurrentUpdatesOfOneVersionOneWins() {
        User user = create(someUser());
        List<Uni<Boolean>> updates = IntStream.range(0, 16)
                .mapToObj(i -> succeeded(store().update(user.id().key(), NO_CHANGE, 1), ErrorCode.CONFLICT))
                .toList();

        List<Boolean> wins = await(Uni.join().all(updates).andFailFast());

        assertThat(wins).containsOnlyOnce(true);
        assertThat(find(user.id().key()).version()).isEqualTo(2);
    }

    @Test
    void ofConcurrentCreationsWithOneEmailOneWins() {
        String email = someEmail();
        List<Uni<Boolean>> creations = IntStream.range(0, 16)
                .mapToObj(i -> new UserBuilder(someUser()).email(email).build())
                .map(user -> succeeded(store().create(user), ErrorCode.ALREADY_EXISTS))
                .toList();

        List<Boolean> wins = await(Uni.join().all(creations).andFailFast());

        assertThat(wins).containsOnlyOnce(true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"nested\": {\"null\": null, \"list\": [null, [], {}, [null]], \"empty\": \"\"}}",
                "{\"text\": \"emoji 👩‍👩‍👧‍👦, combining é (e + ́), right-to-left שלום, \\u0001 \\t \\\" \\\\ \"}",
                "{\"emoji 🦊\": true, \"ключ\": false, \"a.b\": 1, \"a b\": 2, \"#\": 3, \":\": 4, \"$1\": 5, \"'\": 6}",
                "{\"n\": [0, -0, 1, 1.0, 1.50, 100, 1e2, -12.5, 9007199254740993, 0.1, 1e-7]}",
                "{\"n\": [12345678901234567890123456789012345678, 0.12345678901234567890123456789012345678]}",
                "{\"n\": [1e-130, 9.9999999999999999999999999999999999999e125, -9.9e125, 1e37, 1e38, 1e39]}"
            })
    void attributesComeBackUnchanged(String json) {
        User user = new UserBuilder(someUser()).attributes(attributes(json)).build();

        await(store().create(user));

        User found = find(user.id().key());
        assertThat(found).isEqualTo(user);
        assertThat(found.attributes().json()).isEqualTo(user.attributes().json());
    }

    @Test
    void theLargestAndTheDeepestAttributesFit() {
        String large = "{\"" + "k".repeat(1000) + "\": \"" + "é".repeat((Attributes.MAX_BYTES - 1010) / 2) + "\"}";
        String deep = "{\"a\":".repeat(Attributes.MAX_DEPTH) + "1" + "}".repeat(Attributes.MAX_DEPTH);
        User largest = new UserBuilder(someUser())
                .attributes(attributes(large))
                .name("ñ".repeat(UserRules.MAX_NAME_LENGTH))
                .key("🦊".repeat(UserRules.MAX_KEY_LENGTH / 4) + UUID.randomUUID())
                .build();
        User deepest = new UserBuilder(someUser()).attributes(attributes(deep)).build();

        await(store().create(largest));
        await(store().create(deepest));

        assertThat(find(largest.id().key())).isEqualTo(largest);
        assertThat(find(deepest.id().key())).isEqualTo(deepest);
    }

    @Test
    void textComesBackUnchanged() {
        User user = new UserBuilder(someUser())
                .key("ключ 🦊 " + UUID.randomUUID())
                .name("Zoë Åström-O'Hara 李小龍 👩🏽‍🚀 \t e\u0301")
                .phone("+1 (555) 010-0199 доб. 7")
                .build();

        await(store().create(user));

        assertThat(find(user.id().key())).isEqualTo(user);
    }

    @ParameterizedTest
    @EnumSource(UserOrder.Direction.class)
    void listsAreThoseOfAModel(UserOrder.Direction direction) {
        Instant from = someMoment();
        List<User> users = createMany(60, from);
        Random random = new Random(7);
        for (UserOrder.Field field : servedOrders()) {
            UserOrder order = new UserOrder(field, direction);
            for (int i = 0; i < 40; i++) {
                UserFilter filter = someFilter(random, users, from);
                List<Position> places =
                        new ArrayList<>(List.of(somePlace(random, users, field), somePlace(random, users, field)));
                places.sort(order.positions());
                UserQuery query = new UserQuery(
                        filter,
                        order,
                        random.nextInt(3) == 0 ? null : places.get(0),
                        random.nextInt(3) == 0 ? null : places.get(1),
                        1 + random.nextInt(random.nextBoolean() ? 8 : 80));

                List<User> list = await(store().list(query));

                assertThat(list)
                        .as("%s", query)
                        .containsExactlyElementsOf(users.stream()
                                .filter(query::covers)
                                .sorted(order.users())
                                .limit(query.limit())
                                .toList());
            }
        }
    }

    @Test
    void countsAreThoseOfAModel() {
        Instant from = someMoment();
        List<User> users = createMany(60, from);
        Random random = new Random(11);
        for (int i = 0; i < 30; i++) {
            UserFilter filter = someFilter(random, users, from);

            long count = await(store().count(filter));

            assertThat(count)
                    .as("%s", filter)
                    .isEqualTo(users.stream().filter(filter::matches).count());
        }
    }

    @Test
    void usersThatComeAndGoMakeAListNeitherSkipNorRepeatAnother() {
        for (UserOrder.Field field : servedOrders()) {
            for (UserOrder.Direction direction : UserOrder.Direction.values()) {
                Instant from = someMoment();
                UserFilter filter = new UserFilter(null, null, null, from, from.plusSeconds(1000));
                List<User> users = createMany(40, from);
                Collections.shuffle(users, new Random(3));
                List<User> staying = users.subList(0, 20);
                List<User> leaving = new ArrayList<>(users.subList(20, 40));
                UserOrder order = new UserOrder(field, direction);
                List<User> seen = new ArrayList<>();
                Position after = null;

                List<User> page;
                do {
                    page = await(store().list(new UserQuery(filter, order, after, null, 5)));
                    seen.addAll(page);
                    if (!page.isEmpty()) {
                        after = Position.of(page.get(page.size() - 1), field);
                        // The one that the cursor stands on goes too, where it may.
                        User last = page.get(page.size() - 1);
                        if (leaving.remove(last)) {
                            await(store().delete(last.id().key(), null));
                        }
                        if (!leaving.isEmpty()) {
                            await(store().delete(
                                            leaving.remove(leaving.size() - 1)
                                                    .id()
                                                    .key(),
                                            null));
                        }
                        createMany(2, from);
                    }
                } while (!page.isEmpty() && seen.size() < 400);

                assertThat(seen).doesNotHaveDuplicates().containsAll(staying);
                assertThat(seen).isSortedAccordingTo(order.users());
            }
        }
    }

    @Test
    void whatNoIndexServesIsRefusedByName() {
        for (UserOrder.Field field : EnumSet.allOf(UserOrder.Field.class)) {
            if (!servedOrders().contains(field)) {
                UserQuery query =
                        new UserQuery(UserFilter.ALL, new UserOrder(field, UserOrder.Direction.ASC), null, null, 5);

                ThrowingCallable list = () -> await(store().list(query));

                assertFails(list, ErrorCode.INVALID_ARGUMENT);
            }
        }
        if (!servesTextSearch()) {
            for (UserFilter filter : List.of(
                    new UserFilter(null, new StringFilter("x", null, null, null), null, null, null),
                    new UserFilter(null, new StringFilter(null, null, null, "x"), null, null, null),
                    new UserFilter(new StringFilter(null, null, "x", null), null, null, null, null),
                    new UserFilter(new StringFilter(null, null, null, "x"), null, null, null, null))) {
                assertFails(
                        () -> await(store().list(new UserQuery(filter, UserOrder.DEFAULT, null, null, 5))),
                        ErrorCode.INVALID_ARGUMENT);
                assertFails(() -> await(store().count(filter)), ErrorCode.INVALID_ARGUMENT);
            }
        }
    }

    private UserFilter someFilter(Random random, List<User> users, Instant from) {
        Instant createdFrom = random.nextBoolean() ? from : from.plusSeconds(random.nextInt(15));
        Instant createdBefore =
                random.nextBoolean() ? from.plusSeconds(1000) : from.plusSeconds(10 + random.nextInt(20));
        Set<UserStatus> status = random.nextInt(3) == 0
                ? random.nextInt(5) == 0 ? Set.of() : Set.of(UserStatus.ACTIVE, UserStatus.INVITED)
                : null;
        StringFilter email = null;
        StringFilter name = null;
        switch (random.nextInt(6)) {
            case 0 -> email = new StringFilter(pick(random, users).email(), null, null, null);
            case 1 ->
                email = new StringFilter(
                        null,
                        Set.of(
                                pick(random, users).email(),
                                "nobody@example.com",
                                pick(random, users).email() + ".uk"),
                        null,
                        null);
            case 2 -> email = new StringFilter(null, Set.of(), null, null);
            case 3 -> {
                if (servesTextSearch()) {
                    name = new StringFilter(
                            null, null, pick(random, users).name().substring(0, 3), null);
                }
            }
            case 4 -> {
                if (servesTextSearch()) {
                    name = new StringFilter(null, null, null, random.nextBoolean() ? "%" : "_1");
                    email = new StringFilter(null, null, null, "a");
                }
            }
            default -> {
                // by time and status alone
            }
        }
        return new UserFilter(email, name, status, createdFrom, createdBefore);
    }

    /** The place of a user, of the other store's user of the same value and key, or of none at all. */
    private Position somePlace(Random random, List<User> users, UserOrder.Field field) {
        Position place = Position.of(pick(random, users), field);
        return switch (random.nextInt(4)) {
            case 0 -> place.in(place.store() == Store.POSTGRES ? Store.DYNAMODB : Store.POSTGRES);
            case 1 -> new Position(place.field(), place.instant(), place.text(), place.key() + "!", place.store());
            default -> place;
        };
    }

    /** Users with many equal values, among them such as differ in the order of UTF-16 and of code points. */
    private List<User> createMany(int count, Instant from) {
        Random random = new Random(from.hashCode());
        String[] names = {"Ada", "ada", "Ａda", "🦊 Ada", "Ada%_1", "Åda", "Ada\\", "Bob O'Neill"};
        List<User> users = IntStream.range(0, count)
                .mapToObj(i -> new UserBuilder(someUser())
                        .name(names[random.nextInt(names.length)] + " " + random.nextInt(5))
                        .status(pick(random, List.of(UserStatus.values())))
                        .key((i % 7 == 0 ? "🦊" : i % 7 == 1 ? "ｚ" : "") + UUID.randomUUID())
                        .createdAt(from.plusSeconds(random.nextInt(30)).plus(random.nextInt(2), ChronoUnit.MICROS))
                        .build())
                .toList();
        await(Uni.join().all(users.stream().map(store()::create).toList()).andFailFast());
        return new ArrayList<>(users);
    }

    /** A second of the past century that no other test has users in. */
    private static Instant someMoment() {
        return Instant.ofEpochSecond(
                -new Random().nextInt(1_000_000) * 2000L, 1000 * (long) new Random().nextInt(999_998));
    }

    private static <T> T pick(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private User create(User user) {
        return await(store().create(user));
    }

    /** What is found strongly; what is found eventually in the process that made all changes is the same. */
    private Map<String, User> findByEmails(Set<String> emails) {
        Map<String, User> found = await(store().findByEmails(emails, Consistency.STRONG));
        assertThat(await(store().findByEmails(emails, Consistency.EVENTUAL))).isEqualTo(found);
        return found;
    }

    private User find(String key) {
        User found = await(store().findByKeys(Set.of(key), Consistency.STRONG)).get(key);
        assertThat(found).isNotNull();
        return Objects.requireNonNull(found);
    }

    protected User someUser() {
        return new User(
                new UserId(store().store(), UUID.randomUUID().toString()),
                someEmail(),
                "Ada Lovelace",
                null,
                UserStatus.ACTIVE,
                attributes("{\"plan\": \"pro\"}"),
                T0,
                T0,
                1);
    }

    protected static String someEmail() {
        return UUID.randomUUID() + "@example.com";
    }

    protected static UserChange emailChange(String email) {
        return new UserChange(email, null, null, null, null, T0.plusSeconds(5));
    }

    protected static Attributes attributes(String json) {
        return Attributes.of(Json.read(json));
    }

    private static Uni<Boolean> succeeded(Uni<User> change, ErrorCode otherwise) {
        return change.map(user -> true)
                .onFailure(e -> e instanceof GatewayException failure && failure.code() == otherwise)
                .recoverWithItem(false);
    }

    protected static void assertFails(ThrowingCallable call, ErrorCode code) {
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    protected static <T> T await(Uni<T> uni) {
        return uni.await().atMost(LIMIT);
    }

    /** A user with some fields changed. */
    private static final class UserBuilder {
        private final User user;
        private String key;
        private String email;
        private String name;
        private @Nullable String phone;
        private UserStatus status;
        private Attributes attributes;
        private Instant createdAt;

        UserBuilder(User user) {
            this.user = user;
            this.key = user.id().key();
            this.email = user.email();
            this.name = user.name();
            this.phone = user.phone();
            this.status = user.status();
            this.attributes = user.attributes();
            this.createdAt = user.createdAt();
        }

        UserBuilder key(String value) {
            key = value;
            return this;
        }

        UserBuilder email(String value) {
            email = value;
            return this;
        }

        UserBuilder name(String value) {
            name = value;
            return this;
        }

        UserBuilder phone(String value) {
            phone = value;
            return this;
        }

        UserBuilder status(UserStatus value) {
            status = value;
            return this;
        }

        UserBuilder attributes(Attributes value) {
            attributes = value;
            return this;
        }

        UserBuilder createdAt(Instant value) {
            createdAt = value;
            return this;
        }

        User build() {
            return new User(
                    new UserId(user.id().store(), key),
                    email,
                    name,
                    phone,
                    status,
                    attributes,
                    createdAt,
                    createdAt,
                    1);
        }
    }
}
