package io.headgate.user.dynamodb;

import io.headgate.aws.Deadline;
import io.headgate.error.GatewayException;
import io.headgate.user.StringFilter;
import io.headgate.user.User;
import io.headgate.user.UserFilter;
import io.headgate.user.UserOrder;
import io.headgate.user.UserQuery;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists and counts, as far as they are served: in the order of creation, filtered by the time of it and by status, from
 * the index; of users whose e-mail addresses the filter names, in any order and with any filter, in memory. The table is
 * never scanned.
 */
final class UserLists {

    private static final int MAX_ADDRESSES = 100;
    private static final String SERVED =
            "; it serves the order CREATED_AT with filters on createdAt and status, and any"
                    + " order and filter where email.eq or email.in names the addresses";

    private final TableRequests requests;
    private final UserLookups lookups;
    private final int maxItemsPerList;
    private final int maxItemsPerCount;

    UserLists(TableRequests requests, UserLookups lookups, int maxItemsPerList, int maxItemsPerCount) {
        this.requests = requests;
        this.lookups = lookups;
        this.maxItemsPerList = maxItemsPerList;
        this.maxItemsPerCount = maxItemsPerCount;
    }

    Uni<List<User>> list(UserQuery query, Deadline deadline) {
        Set<String> addresses = addresses(query.filter());
        if (addresses != null) {
            return named(addresses, deadline)
                    .map(found -> found.stream()
                            .filter(query::covers)
                            .sorted(query.order().users())
                            .limit(query.limit())
                            .toList());
        }
        if (query.order().field() != UserOrder.Field.CREATED_AT) {
            throw notServed("order by " + query.order().field());
        }
        checkServed(query.filter());
        ShardQuery shardQuery = new ShardQuery(
                requests.table(), CreationRange.of(query), query.filter().status());
        return shardQuery.isEmpty()
                ? Uni.createFrom().item(List.of())
                : new CreationList(requests, shardQuery, query, maxItemsPerList, deadline).read();
    }

    Uni<Long> count(UserFilter filter, Deadline deadline) {
        Set<String> addresses = addresses(filter);
        if (addresses != null) {
            return named(addresses, deadline)
                    .map(found -> found.stream().filter(filter::matches).count());
        }
        checkServed(filter);
        ShardQuery shardQuery = new ShardQuery(requests.table(), CreationRange.of(filter), filter.status());
        return shardQuery.isEmpty()
                ? Uni.createFrom().item(0L)
                : new CreationCount(requests, shardQuery, maxItemsPerCount, deadline).read();
    }

    /** The users with these addresses: one from the index in one request, many from their items in two. */
    private Uni<List<User>> named(Set<String> addresses, Deadline deadline) {
        return addresses.size() == 1
                ? lookups.byEmailIndex(addresses.iterator().next(), deadline)
                : lookups.byEmails(addresses, deadline).map(found -> List.copyOf(found.values()));
    }

    /** The addresses that a filter names, one of which each user has that it lets in; {@code null} when it names none. */
    private static @Nullable Set<String> addresses(UserFilter filter) {
        StringFilter email = filter.email();
        if (email == null) {
            return null;
        }
        if (email.eq() != null) {
            return Set.of(email.eq());
        }
        if (email.in() != null && email.in().size() > MAX_ADDRESSES) {
            throw GatewayException.invalidArgument(
                    "filter.email.in has " + email.in().size() + " addresses; DynamoDB serves up to " + MAX_ADDRESSES);
        }
        return email.in();
    }

    private static void checkServed(UserFilter filter) {
        check("email", filter.email());
        check("name", filter.name());
    }

    private static void check(String name, @Nullable StringFilter filter) {
        if (filter == null) {
            return;
        }
        if (filter.eq() != null) {
            throw notServed("filter by " + name + ".eq");
        }
        if (filter.in() != null) {
            throw notServed("filter by " + name + ".in");
        }
        if (filter.startsWith() != null) {
            throw notServed("filter by " + name + ".startsWith");
        }
        if (filter.contains() != null) {
            throw notServed("filter by " + name + ".contains");
        }
    }

    private static GatewayException notServed(String what) {
        return GatewayException.invalidArgument("DynamoDB has no index that serves the " + what + SERVED);
    }
}
