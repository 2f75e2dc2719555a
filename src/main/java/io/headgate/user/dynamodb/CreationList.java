package io.headgate.user.dynamodb;

import io.headgate.aws.AwsWork;
import io.headgate.aws.Deadline;
import io.headgate.error.GatewayException;
import io.headgate.user.Position;
import io.headgate.user.User;
import io.headgate.user.UserOrder;
import io.headgate.user.UserQuery;
import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * One page of the list in the order of creation: the shards of the index merged, each read in pieces as far as the page
 * needs it. The first pieces are so large that they suffice for nearly every page without a filter; where a shard runs
 * dry the next pieces are read for all dry shards at once, and larger when a filter leaves most items out. Where
 * DynamoDB ends an answer, after 1 MB or before its filter, does not show.
 */
final class CreationList {

    /** How much larger each piece is when a filter left too little of the one before. */
    private static final int GROWTH = 4;

    private final TableRequests requests;
    private final ShardQuery shardQuery;
    private final UserQuery query;
    private final int maxItems;
    private final Deadline deadline;

    private final List<Shard> shards = UserItem.SHARDS.stream().map(Shard::new).toList();
    private final Comparator<Shard> byNext;
    private final List<User> page = new ArrayList<>();
    private int evaluated;
    private int rounds;

    CreationList(TableRequests requests, ShardQuery shardQuery, UserQuery query, int maxItems, Deadline deadline) {
        this.requests = requests;
        this.shardQuery = shardQuery;
        this.query = query;
        this.maxItems = maxItems;
        this.deadline = deadline;
        this.byNext = Comparator.comparing(Shard::next, query.order().positions());
    }

    /** Reads the page; to be called once. */
    Uni<List<User>> read() {
        List<Shard> dry = shards.stream().filter(Shard::isDry).toList();
        int size = sizeOfPieces(dry.size());
        rounds++;
        return AwsWork.together(dry.stream().map(shard -> refill(shard, size)).toList())
                .chain(scanned -> {
                    evaluated += scanned.stream().mapToInt(Integer::intValue).sum();
                    return merge() ? Uni.createFrom().item(page) : read();
                });
    }

    /** Moves on what is next for certain, and says whether the page is done; it is not while a dry shard is next. */
    private boolean merge() {
        while (page.size() < query.limit()) {
            Shard next = shards.stream().filter(Shard::isOpen).min(byNext).orElse(null);
            if (next == null) {
                return true;
            }
            if (next.isDry()) {
                if (evaluated >= maxItems) {
                    throw GatewayException.tooMuchWork(
                            "the filter leaves so few users that this page takes reading more" + " than " + maxItems
                                    + " of them: narrow createdAt, or ask for fewer");
                }
                return false;
            }
            page.add(next.users.remove());
        }
        return true;
    }

    private Uni<Integer> refill(Shard shard, int size) {
        boolean forward = query.order().direction() == UserOrder.Direction.ASC;
        QueryRequest request = shardQuery
                .of(shard.name)
                .scanIndexForward(forward)
                .limit(size)
                .exclusiveStartKey(shard.last)
                .build();
        return requests.query(request, deadline).map(answer -> {
            shard.take(answer, query);
            return answer.scannedCount();
        });
    }

    /**
     * A shard's share of what the page lacks and three standard deviations more, as the users of a page are spread over
     * the shards by chance.
     */
    private int sizeOfPieces(int dry) {
        double share = (double) (query.limit() - page.size()) / UserItem.SHARD_COUNT;
        double size = share + 3 * Math.sqrt(share) + 1;
        if (shardQuery.isFiltered()) {
            size *= Math.pow(GROWTH, rounds);
        }
        double allowed = (double) (maxItems - evaluated) / dry;
        return (int) Math.ceil(Math.min(size, Math.max(allowed, 1)));
    }

    /** A shard, read up to some place. */
    private static final class Shard {
        private final String name;
        private final Deque<User> users = new ArrayDeque<>();
        private boolean started;
        private @Nullable Map<String, AttributeValue> last;

        Shard(String name) {
            this.name = name;
        }

        /** Whether it may hold more. */
        boolean isOpen() {
            return !users.isEmpty() || last != null;
        }

        /** Whether it may hold more, none of which has been read. */
        boolean isDry() {
            return users.isEmpty() && (!started || last != null);
        }

        /** The place of its next user, or, while dry, one that its next user is behind of. */
        Position next() {
            User user = users.peek();
            return user != null
                    ? Position.of(user, UserOrder.Field.CREATED_AT)
                    : UserItem.position(Objects.requireNonNull(last));
        }

        void take(QueryResponse answer, UserQuery query) {
            started = true;
            last = answer.hasLastEvaluatedKey() ? answer.lastEvaluatedKey() : null;
            answer.items().stream().map(UserItem::user).filter(query::covers).forEach(users::add);
        }
    }
}
