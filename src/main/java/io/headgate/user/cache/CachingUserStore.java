package io.headgate.user.cache;

import io.headgate.error.GatewayException;
import io.headgate.user.Announcements;
import io.headgate.user.Announcements.Announcement;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.headgate.user.UserCodec;
import io.headgate.user.UserFilter;
import io.headgate.user.UserId;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStore;
import io.headgate.user.UserTags;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store of users with a cache before it, by key and by e-mail address. A read that begins after a change was
 * answered never shows what was before; what becomes of the cache can make an answer later, but neither wrong nor a failure. Lists
 * and counts are the store's.
 *
 * <p>Once subscribed to, a change runs to its end and the cache is told of it, also when its subscriber has gone.
 */
public final class CachingUserStore implements UserStore {

    private final UserStore delegate;
    private final CacheGate gate;
    private final Announcements announcements;
    private final Invalidations invalidations;
    private final CachedMap<User> users;
    private final CachedMap<Owner> owners;

    /**
     * @param delegate the store
     * @param gate the way to the cache, shared by the stores of a process
     * @param announcements who is told of changes beside the cache
     */
    public CachingUserStore(
            UserStore delegate, CacheGate gate, Announcements announcements, CacheConfig config, MeterRegistry meters) {
        this.delegate = delegate;
        this.gate = gate;
        this.announcements = announcements;
        this.invalidations = new Invalidations(gate, config);
        Store store = delegate.store();
        this.users = new CachedMap<>(
                gate,
                config,
                new CacheMeters(meters, store, "user"),
                "u:" + store.tag() + ":",
                new Users(store),
                keys -> delegate.findByKeys(keys, Consistency.STRONG));
        this.owners = new CachedMap<>(
                gate,
                config,
                new CacheMeters(meters, store, "email"),
                "e:" + store.tag() + ":",
                new Owners(),
                emails -> delegate.findByEmails(emails, Consistency.STRONG).map(CachingUserStore::owners));
    }

    @Override
    public Store store() {
        return delegate.store();
    }

    @Override
    public boolean hasReaders() {
        return delegate.hasReaders();
    }

    @Override
    public boolean lagsByKey() {
        return delegate.hasReaders();
    }

    @Override
    public Uni<Map<String, User>> findByKeys(Set<String> keys, Consistency consistency) {
        return consistency == Consistency.STRONG
                ? uni(() -> users.reload(keys))
                : orUncached(uni(() -> users.get(keys)), () -> delegate.findByKeys(keys, consistency));
    }

    @Override
    public Multi<Map<String, User>> findByKeysInParts(Set<String> keys) {
        return Multi.createFrom().emitter(parts -> {
            Cancellable reading = orUncached(
                            uni(() -> users.get(keys, parts::emit)),
                            () -> delegate.findByKeys(keys, Consistency.EVENTUAL))
                    .subscribe()
                    .with(all -> parts.emit(all).complete(), parts::fail);
            parts.onTermination(reading::cancel);
        });
    }

    @Override
    public Uni<Map<String, User>> findByEmails(Set<String> emails, Consistency consistency) {
        return consistency == Consistency.STRONG
                ? delegate.findByEmails(emails, consistency)
                : orUncached(
                        uni(() -> owners.get(emails).compose(this::checked)),
                        () -> delegate.findByEmails(emails, consistency));
    }

    /**
     * What the cache and the primary have; while that is away, what a reader has, which is not cached: it may lack a change
     * that another gateway has answered.
     */
    private <T> Uni<T> orUncached(Uni<T> read, Supplier<Uni<T>> uncached) {
        return delegate.hasReaders()
                ? read.onFailure(GatewayException::isOutage).recoverWithUni(away -> uncached.get())
                : read;
    }

    @Override
    public Uni<List<User>> list(UserQuery query) {
        return delegate.list(query);
    }

    @Override
    public Uni<Long> count(UserFilter filter) {
        return delegate.count(filter);
    }

    @Override
    public Uni<User> create(User user) {
        return change(user.id().key(), user.email(), UserTags.created(user), false, () -> delegate.create(user));
    }

    @Override
    public Uni<User> update(String key, UserChange change, @Nullable Integer expectedVersion) {
        return change(
                key,
                change.email(),
                UserTags.changed(id(key), change),
                true,
                () -> delegate.update(key, change, expectedVersion));
    }

    @Override
    public Uni<User> delete(String key, @Nullable Integer expectedVersion) {
        return change(key, null, UserTags.deleted(id(key)), false, () -> delegate.delete(key, expectedVersion));
    }

    /**
     * Forgets what the cache has of users that others changed in the store, and who has the addresses. Fails where the cache
     * could not be told, and then it may have forgotten some.
     */
    public Uni<Void> forget(Set<String> keys, Set<String> emails) {
        return uni(() -> {
            Set<String> names = new HashSet<>();
            keys.forEach(key -> names.add(users.entry(key)));
            emails.forEach(email -> names.add(owners.entry(email)));
            return invalidations.forget(names);
        });
    }

    /** The users that have the addresses now. An entry may name one that had the address before. */
    private Future<Map<String, User>> checked(Map<String, Owner> owners) {
        Map<String, User> found = new HashMap<>();
        Map<String, String> named = new HashMap<>();
        owners.forEach((email, owner) -> {
            User user = owner.user();
            if (user != null) {
                found.put(email, user);
            } else {
                named.put(email, owner.key());
            }
        });
        return users.get(Set.copyOf(named.values())).compose(cached -> {
            Set<String> doubtful = new HashSet<>();
            named.forEach((email, key) -> {
                User user = cached.get(key);
                if (user != null && user.email().equals(email)) {
                    found.put(email, user);
                } else {
                    doubtful.add(email);
                }
            });
            return this.owners.reload(doubtful).map(read -> {
                read.forEach((email, owner) -> {
                    if (owner.user() != null) {
                        found.put(email, owner.user());
                    }
                });
                return found;
            });
        });
    }

    /** @param isKept whether the outcome is the user as the store has it then, whom the cache may have */
    private Uni<User> change(
            String key, @Nullable String email, Set<String> tags, boolean isKept, Supplier<Uni<User>> change) {
        return uni(() -> {
            String writer = gate.names().next();
            Set<String> names = new HashSet<>(Set.of(users.entry(key)));
            if (email != null) {
                names.add(owners.entry(email));
            }
            Announcement announcement = announcements.of(tags);
            Future<Boolean> marked = invalidations.announce(writer, names);
            return Future.all(marked, announcement.begin())
                    .compose(told -> future(change.get()))
                    .transform(outcome -> over(writer, names, marked.result(), announcement, outcome, isKept)
                            .transform(told -> outcome.succeeded()
                                    ? Future.succeededFuture(outcome.result())
                                    : Future.failedFuture(outcome.cause())));
        });
    }

    /**
     * Others may be told that a change is over before its entries are emptied, so long as the entries are marked until then: who
     * looks in between reads the store. Where they may not have been, others are told once they are empty.
     */
    private Future<?> over(
            String writer,
            Set<String> names,
            boolean isMarked,
            Announcement announcement,
            AsyncResult<User> outcome,
            boolean isKept) {
        if (outcome.failed() && GatewayException.leavesUnknown(outcome.cause())) {
            return Future.all(invalidations.doubt(writer, names), announcement.doubt());
        }
        Set<String> all = new HashSet<>(names);
        CacheLink.Written written = null;
        if (outcome.succeeded()) {
            User user = outcome.result();
            all.add(owners.entry(user.email()));
            written = isKept ? users.written(user.id().key(), user) : null;
        }
        Future<Boolean> settled = invalidations.settle(writer, all, names, written);
        return isMarked
                ? Future.all(settled, announcement.end())
                        .compose(told -> settled.result() ? Future.succeededFuture() : announcement.end())
                : settled.compose(told -> announcement.end());
    }

    private UserId id(String key) {
        return new UserId(store(), key);
    }

    private <T> Future<T> future(Uni<T> uni) {
        return Future.fromCompletionStage(
                uni.subscribeAsCompletionStage(), gate.vertx().getOrCreateContext());
    }

    /** Runs work on the event loop of its subscriber, where all its parts take turns. */
    private <T> Uni<T> uni(Supplier<Future<T>> work) {
        return Uni.createFrom().completionStage(() -> {
            Promise<T> done = Promise.promise();
            gate.vertx()
                    .getOrCreateContext()
                    .runOnContext(ignored -> Future.succeededFuture()
                            .compose(begun -> work.get())
                            .onComplete(done));
            return done.future().toCompletionStage();
        });
    }

    private static Map<String, Owner> owners(Map<String, User> users) {
        Map<String, Owner> owners = new HashMap<>();
        users.forEach((email, user) -> owners.put(email, new Owner(user.id().key(), user)));
        return owners;
    }

    /**
     * Who has an e-mail address.
     *
     * @param user the user where the store was asked just now; entries hold the key alone
     */
    private record Owner(String key, @Nullable User user) {}

    private record Users(Store store) implements CachedMap.Codec<User> {

        @Override
        public byte[] encode(User user) {
            return UserCodec.encode(user);
        }

        @Override
        public @Nullable User decode(String key, byte[] bytes) {
            return UserCodec.decode(new UserId(store, key), bytes);
        }

        @Override
        public User shared(User user) {
            return user;
        }
    }

    private record Owners() implements CachedMap.Codec<Owner> {

        @Override
        public byte[] encode(Owner owner) {
            return owner.key().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Owner decode(String email, byte[] bytes) {
            return new Owner(new String(bytes, StandardCharsets.UTF_8), null);
        }

        /** Without the user: a change that leaves the address does not end the lease on it. */
        @Override
        public Owner shared(Owner owner) {
            return new Owner(owner.key(), null);
        }
    }
}
