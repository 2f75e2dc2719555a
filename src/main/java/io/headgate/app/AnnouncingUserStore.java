package io.headgate.app;

import io.headgate.error.GatewayException;
import io.headgate.response.ChangeFeed;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.headgate.user.UserFilter;
import io.headgate.user.UserId;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStore;
import io.headgate.user.UserTags;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the response caches of all replicas of each change, before it is made and when it is over. For a store without a cache of
 * users: {@link io.headgate.user.cache.CachingUserStore} tells them at the same time as its own.
 */
final class AnnouncingUserStore implements UserStore {

    private final UserStore delegate;
    private final ChangeFeed feed;

    AnnouncingUserStore(UserStore delegate, ChangeFeed feed) {
        this.delegate = delegate;
        this.feed = feed;
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
        return delegate.lagsByKey();
    }

    @Override
    public Uni<Map<String, User>> findByKeys(Set<String> keys, Consistency consistency) {
        return delegate.findByKeys(keys, consistency);
    }

    @Override
    public Uni<Map<String, User>> findByEmails(Set<String> emails, Consistency consistency) {
        return delegate.findByEmails(emails, consistency);
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
        return announced(UserTags.created(user), () -> delegate.create(user));
    }

    @Override
    public Uni<User> update(String key, UserChange change, @Nullable Integer expectedVersion) {
        return announced(
                UserTags.changed(new UserId(store(), key), change),
                () -> delegate.update(key, change, expectedVersion));
    }

    @Override
    public Uni<User> delete(String key, @Nullable Integer expectedVersion) {
        return announced(UserTags.deleted(new UserId(store(), key)), () -> delegate.delete(key, expectedVersion));
    }

    private Uni<User> announced(Set<String> tags, Supplier<Uni<User>> change) {
        return feed.announce(tags, change, GatewayException::leavesUnknown);
    }
}
