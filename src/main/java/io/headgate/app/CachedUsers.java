package io.headgate.app;

import io.headgate.response.ChangeFeed;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserEvent;
import io.headgate.user.UserEventSource.Batch;
import io.headgate.user.UserId;
import io.headgate.user.UserTags;
import io.headgate.user.cache.CacheGate;
import io.headgate.user.cache.CachingUserStore;
import io.headgate.user.changes.ForgottenUsers;
import io.smallrye.mutiny.Uni;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The caches that changes of others are dropped from: users first, as whole answers are made from them. */
final class CachedUsers implements ForgottenUsers {

    /** So many changes at once leave little of the whole answers, and would fill the feed. */
    private static final int MOST_TAGS = 300;

    private final Map<Store, CachingUserStore> stores;
    private final @Nullable CacheGate gate;
    private final @Nullable ChangeFeed answers;

    /**
     * @param stores those with a cache before them
     * @param gate of that cache, where there is one
     * @param answers where whole answers are kept
     */
    CachedUsers(Map<Store, CachingUserStore> stores, @Nullable CacheGate gate, @Nullable ChangeFeed answers) {
        this.stores = stores;
        this.gate = gate;
        this.answers = answers;
    }

    @Override
    public Uni<Void> forget(Store store, Batch batch) {
        if (batch.begins()) {
            return (gate == null ? done() : gate.drop()).chain(() -> answers == null ? done() : answers.drop());
        }
        Set<String> keys = new HashSet<>(batch.unreadable());
        batch.events().forEach(event -> keys.add(event.user().id().key()));
        if (keys.isEmpty()) {
            return done();
        }
        Set<String> emails =
                batch.events().stream().map(UserEvent::user).map(User::email).collect(Collectors.toSet());
        CachingUserStore cache = stores.get(store);
        return (cache == null ? done() : cache.forget(keys, emails)).chain(() -> tell(store, keys, emails));
    }

    private Uni<Void> tell(Store store, Set<String> keys, Set<String> emails) {
        if (answers == null) {
            return done();
        }
        if (keys.size() + emails.size() > MOST_TAGS) {
            return answers.drop();
        }
        Set<String> tags = new HashSet<>(Set.of(UserTags.lists(store)));
        keys.forEach(key -> tags.add(UserTags.user(new UserId(store, key))));
        emails.forEach(email -> tags.add(UserTags.email(store, email)));
        return answers.changed(tags);
    }

    private static Uni<Void> done() {
        return Uni.createFrom().voidItem();
    }
}
