package io.headgate.user.cache;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.headgate.user.UserFilter;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStore;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory that keeps every promise of the port, and whose reads and writes can be held: so a test decides in
 * which order things happen.
 */
final class ModelUserStore implements UserStore {

    /** How often the store was asked for users by key or by e-mail address. */
    final AtomicInteger reads = new AtomicInteger();

    private final Map<String, User> users = new ConcurrentHashMap<>();
    private volatile @Nullable Hold afterRead;
    private volatile @Nullable Hold beforeWrite;
    private volatile @Nullable Hold afterWrite;
    private volatile boolean answersLost;
    private volatile int slowness;

    /** Lets the next read see the store now, and answer when the hold is released. */
    Hold holdReadAnswer() {
        Hold hold = new Hold();
        afterRead = hold;
        return hold;
    }

    /** Lets the next write begin, and be made when the hold is released. */
    Hold holdWrite() {
        Hold hold = new Hold();
        beforeWrite = hold;
        return hold;
    }

    /** Lets the next write be made, and answered when the hold is released. */
    Hold holdWriteAnswer() {
        Hold hold = new Hold();
        afterWrite = hold;
        return hold;
    }

    /** Lets writes be answered with OUTCOME_UNKNOWN at once, and be made when they are held no more. */
    void loseAnswers(boolean lose) {
        answersLost = lose;
    }

    /** Lets each step of a call take up to so many milliseconds. */
    void slow(int milliseconds) {
        slowness = milliseconds;
    }

    @Override
    public Store store() {
        return Store.POSTGRES;
    }

    @Override
    public Uni<Map<String, User>> findByKeys(Set<String> keys, Consistency consistency) {
        return read(() -> {
            Map<String, User> found = new HashMap<>();
            keys.forEach(key -> users.computeIfPresent(key, (same, user) -> {
                found.put(key, user);
                return user;
            }));
            return found;
        });
    }

    @Override
    public Uni<Map<String, User>> findByEmails(Set<String> emails, Consistency consistency) {
        return read(() -> {
            Map<String, User> found = new HashMap<>();
            users.values().stream()
                    .filter(user -> emails.contains(user.email()))
                    .forEach(user -> found.put(user.email(), user));
            return found;
        });
    }

    @Override
    public Uni<List<User>> list(UserQuery query) {
        return Uni.createFrom()
                .item(() -> users.values().stream()
                        .filter(query::covers)
                        .sorted(query.order().users())
                        .limit(query.limit())
                        .toList());
    }

    @Override
    public Uni<Long> count(UserFilter filter) {
        return Uni.createFrom()
                .item(() -> users.values().stream().filter(filter::matches).count());
    }

    @Override
    public Uni<User> create(User user) {
        return write(() -> {
            if (users.containsKey(user.id().key()) || isTaken(user.email())) {
                throw GatewayException.of(ErrorCode.ALREADY_EXISTS, "the key or the e-mail address is taken");
            }
            users.put(user.id().key(), user);
            return user;
        });
    }

    @Override
    public Uni<User> update(String key, UserChange change, @Nullable Integer expectedVersion) {
        return write(() -> {
            User user = current(key, expectedVersion);
            if (change.email() != null && !change.email().equals(user.email()) && isTaken(change.email())) {
                throw GatewayException.of(ErrorCode.ALREADY_EXISTS, "the e-mail address is taken");
            }
            User changed = change.applyTo(user);
            users.put(key, changed);
            return changed;
        });
    }

    @Override
    public Uni<User> delete(String key, @Nullable Integer expectedVersion) {
        return write(() -> {
            User user = current(key, expectedVersion);
            users.remove(key);
            return user;
        });
    }

    private User current(String key, @Nullable Integer expectedVersion) {
        User user = users.get(key);
        if (user == null) {
            throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no such user");
        }
        if (expectedVersion != null && expectedVersion != user.version()) {
            throw GatewayException.of(ErrorCode.CONFLICT, "the user has another version");
        }
        return user;
    }

    private boolean isTaken(String email) {
        return users.values().stream().anyMatch(user -> user.email().equals(email));
    }

    private Uni<Map<String, User>> read(Supplier<Map<String, User>> read) {
        return Uni.createFrom().deferred(() -> {
            reads.incrementAndGet();
            Hold hold = afterRead;
            afterRead = null;
            return slowly().map(begun -> locked(read))
                    .call(this::slowly)
                    .call(found -> hold == null ? Uni.createFrom().voidItem() : hold.passed());
        });
    }

    private Uni<User> write(Supplier<User> write) {
        return Uni.createFrom().deferred(() -> {
            Hold before = beforeWrite;
            Hold after = afterWrite;
            beforeWrite = null;
            afterWrite = null;
            Uni<User> written =
                    (before == null ? Uni.createFrom().voidItem() : before.passed()).map(passed -> locked(write));
            if (answersLost) {
                written.subscribe().with(made -> {}, refused -> {});
                return Uni.createFrom().failure(GatewayException.of(ErrorCode.OUTCOME_UNKNOWN, "the answer was lost"));
            }
            return after == null ? written : written.call(after::passed);
        });
    }

    private Uni<Void> slowly() {
        int longest = slowness;
        Uni<Void> now = Uni.createFrom().voidItem();
        return longest == 0
                ? now
                : now.onItem()
                        .delayIt()
                        .by(Duration.ofNanos(
                                1 + ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(longest))));
    }

    private synchronized <T> T locked(Supplier<T> work) {
        return work.get();
    }
}
