package io.headgate.user;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Users over all stores: checks what comes in, asks each store once, and merges what they answer. */
public final class UserService {

    private final Map<Store, UserStore> stores = new EnumMap<>(Store.class);
    private final Map<Store, GatheredReads<User>> gathered = new EnumMap<>(Store.class);
    private final Clock clock;

    public UserService(Collection<? extends UserStore> stores, Clock clock) {
        stores.forEach(store -> {
            this.stores.put(store.store(), store);
            gathered.put(store.store(), new GatheredReads<>(store::findByKeysInParts));
        });
        this.clock = clock;
    }

    /** Whether an EVENTUAL read of one user may lack what other processes changed. */
    public boolean lagsByKey(Store store) {
        return store(store).lagsByKey();
    }

    /** The stores of a list: all where {@code store} is {@code null}. */
    public Set<Store> storesOf(@Nullable Store store) {
        return store == null ? stores.keySet() : Set.of(store);
    }

    /** The users with these ids, by id, in one batch a store; an id that names no user is absent from the map. */
    public Uni<Map<UserId, User>> findByIds(Set<UserId> ids, Consistency consistency) {
        Map<Store, Set<String>> keys = ids.stream()
                .collect(Collectors.groupingBy(UserId::store, Collectors.mapping(UserId::key, Collectors.toSet())));
        List<Uni<Map<String, User>>> reads = keys.entrySet().stream()
                .map(entry -> read(entry.getKey(), entry.getValue(), consistency))
                .toList();
        return joined(reads).map(batches -> {
            Map<UserId, User> users = new HashMap<>();
            batches.forEach(batch -> batch.values().forEach(user -> users.put(user.id(), user)));
            return users;
        });
    }

    /**
     * The same of one user, EVENTUAL: tells {@code outcome} once, on any thread, who it is, {@code null} where nobody is, or the
     * failure. What is given ends a read that nobody waits for.
     */
    public Cancellable find(UserId id, BiConsumer<? super @Nullable User, ? super @Nullable Throwable> outcome) {
        return gathered(id.store()).find(id.key(), outcome);
    }

    private Uni<Map<String, User>> read(Store store, Set<String> keys, Consistency consistency) {
        return consistency == Consistency.STRONG
                ? store(store).findByKeys(keys, consistency)
                : gathered(store).find(keys);
    }

    /** The users of one store with these e-mail addresses, by address; one that nobody has is absent from the map. */
    public Uni<Map<String, User>> findByEmails(Store store, Set<String> emails) {
        Set<String> possible = new LinkedHashSet<>(emails);
        possible.forEach(UserRules::checkEmail);
        return store(store).findByEmails(possible, Consistency.EVENTUAL);
    }

    /** One page of a list; of all stores merged into one order where {@code store} is {@code null}. */
    public Uni<UserPage> page(@Nullable Store store, UserFilter filter, UserOrder order, UserPage.Request page) {
        check(filter);
        // One more than asked for tells whether the list goes on behind the page.
        UserQuery query = page.query(filter, order);
        List<Uni<List<User>>> reads =
                chosen(store).stream().map(each -> each.list(query)).toList();
        return joined(reads)
                .map(lists -> page.cut(lists.stream()
                        .flatMap(List::stream)
                        .sorted(query.order().users())
                        .limit(query.limit())
                        .toList()));
    }

    /** How many users match. */
    public Uni<Long> count(@Nullable Store store, UserFilter filter) {
        check(filter);
        List<Uni<Long>> counts =
                chosen(store).stream().map(each -> each.count(filter)).toList();
        return joined(counts)
                .map(each -> each.stream().mapToLong(Long::longValue).sum());
    }

    /**
     * Creates a user.
     *
     * @param key the key inside the store; a random UUID when {@code null}
     */
    public Uni<User> create(
            Store store,
            @Nullable String key,
            String email,
            String name,
            @Nullable String phone,
            UserStatus status,
            Attributes attributes) {
        String chosenKey = key != null ? key : UUID.randomUUID().toString();
        UserRules.checkKey(chosenKey);
        UserRules.checkEmail(email);
        UserRules.checkName(name);
        UserRules.checkPhone(phone);
        Instant now = now();
        User user = new User(new UserId(store, chosenKey), email, name, phone, status, attributes, now, now, 1);
        return store(store).create(user);
    }

    /** Changes a user; {@code expectedVersion}, where given, must be the current one. */
    public Uni<User> update(
            UserId id,
            @Nullable String email,
            @Nullable String name,
            UserChange.@Nullable Phone phone,
            @Nullable UserStatus status,
            @Nullable Attributes attributes,
            @Nullable Integer expectedVersion) {
        if (email != null) {
            UserRules.checkEmail(email);
        }
        if (name != null) {
            UserRules.checkName(name);
        }
        if (phone != null) {
            UserRules.checkPhone(phone.number());
        }
        UserChange change = new UserChange(email, name, phone, status, attributes, now());
        return store(id.store()).update(id.key(), change, expectedVersion);
    }

    /** Deletes a user and gives what was deleted. */
    public Uni<User> delete(UserId id, @Nullable Integer expectedVersion) {
        return store(id.store()).delete(id.key(), expectedVersion);
    }

    private static void check(UserFilter filter) {
        check("filter.email", filter.email());
        check("filter.name", filter.name());
    }

    private static void check(String name, @Nullable StringFilter filter) {
        if (filter != null) {
            checkText(name + ".eq", filter.eq());
            checkText(name + ".startsWith", filter.startsWith());
            checkText(name + ".contains", filter.contains());
            if (filter.in() != null) {
                filter.in().forEach(value -> UserRules.checkText(name + ".in", value));
            }
        }
    }

    private static void checkText(String name, @Nullable String text) {
        if (text != null) {
            UserRules.checkText(name, text);
        }
    }

    /** To the microsecond, which is what PostgreSQL keeps. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private Collection<UserStore> chosen(@Nullable Store store) {
        return store == null ? stores.values() : List.of(store(store));
    }

    private UserStore store(Store store) {
        return configured(stores, store);
    }

    private GatheredReads<User> gathered(Store store) {
        return configured(gathered, store);
    }

    private static <T> T configured(Map<Store, T> all, Store store) {
        T found = all.get(store);
        if (found == null) {
            throw GatewayException.of(ErrorCode.FAILED_PRECONDITION, "store " + store + " is not configured here");
        }
        return found;
    }

    private static <T> Uni<List<T>> joined(List<Uni<T>> unis) {
        if (unis.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return unis.size() == 1
                ? unis.get(0).map(List::of)
                : Uni.join().all(unis).andFailFast();
    }
}
