package io.headgate.user.dynamodb;

import io.headgate.aws.Deadline;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.headgate.user.UserFilter;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStore;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * The users in a DynamoDB table, as {@link UsersTable} lays it out. Look-ups by key and by e-mail address and all changes
 * are strongly consistent where asked to be; lists and counts are read from an index, which follows the table within
 * moments.
 */
public final class DynamoDbUserStore implements UserStore {

    private final UserLookups lookups;
    private final UserLists lists;
    private final UserChanges changes;
    private final Duration readTimeout;
    private final Duration writeTimeout;

    /**
     * @param client one that sends no change again by itself: {@link io.headgate.aws.AwsClients#withoutBlindRetries}
     */
    public DynamoDbUserStore(DynamoDbAsyncClient client, DynamoDbConfig config) {
        TableRequests requests = new TableRequests(client, config.table(), config.attemptTimeout());
        this.lookups = new UserLookups(requests);
        this.changes = new UserChanges(requests, lookups);
        this.lists = new UserLists(requests, lookups, config.maxItemsPerList(), config.maxItemsPerCount());
        this.readTimeout = config.readTimeout();
        this.writeTimeout = config.writeTimeout();
    }

    @Override
    public Store store() {
        return Store.DYNAMODB;
    }

    @Override
    public Uni<Map<String, User>> findByKeys(Set<String> keys, Consistency consistency) {
        boolean consistent = consistency == Consistency.STRONG;
        return within(readTimeout, deadline -> lookups.byKeys(keys, consistent, deadline));
    }

    /** Consistent in any case: an address is looked up in two steps, which must fit. */
    @Override
    public Uni<Map<String, User>> findByEmails(Set<String> emails, Consistency consistency) {
        return within(readTimeout, deadline -> lookups.byEmails(emails, deadline));
    }

    @Override
    public Uni<List<User>> list(UserQuery query) {
        return within(readTimeout, deadline -> lists.list(query, deadline));
    }

    @Override
    public Uni<Long> count(UserFilter filter) {
        return within(readTimeout, deadline -> lists.count(filter, deadline));
    }

    @Override
    public Uni<User> create(User user) {
        return within(writeTimeout, deadline -> changes.create(user, deadline));
    }

    @Override
    public Uni<User> update(String key, UserChange change, @Nullable Integer expectedVersion) {
        return within(writeTimeout, deadline -> changes.update(key, change, expectedVersion, deadline));
    }

    @Override
    public Uni<User> delete(String key, @Nullable Integer expectedVersion) {
        return within(writeTimeout, deadline -> changes.delete(key, expectedVersion, deadline));
    }

    /** The time starts to run with the subscription. */
    private static <T> Uni<T> within(Duration limit, Function<Deadline, Uni<T>> work) {
        return Uni.createFrom().deferred(() -> work.apply(Deadline.in(limit)));
    }
}
