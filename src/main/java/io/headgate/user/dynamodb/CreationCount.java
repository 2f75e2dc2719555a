package io.headgate.user.dynamodb;

import io.headgate.aws.AwsWork;
import io.headgate.aws.Deadline;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** How many users a stretch of the index holds: all shards counted at once, in pieces that keep to the bound together. */
final class CreationCount {

    private final TableRequests requests;
    private final ShardQuery shardQuery;
    private final int maxItems;
    private final Deadline deadline;

    private long count;
    private int evaluated;

    CreationCount(TableRequests requests, ShardQuery shardQuery, int maxItems, Deadline deadline) {
        this.requests = requests;
        this.shardQuery = shardQuery;
        this.maxItems = maxItems;
        this.deadline = deadline;
    }

    /** Counts; to be called once. */
    Uni<Long> read() {
        return count(UserItem.SHARDS.stream().map(name -> new Shard(name, null)).toList());
    }

    private Uni<Long> count(List<Shard> open) {
        // One more than allowed tells whether there are more.
        int size = Math.max(1, (maxItems - evaluated) / open.size() + 1);
        return AwsWork.together(open.stream().map(shard -> ask(shard, size)).toList())
                .chain(answers -> {
                    List<Shard> left = new ArrayList<>();
                    for (int i = 0; i < answers.size(); i++) {
                        QueryResponse answer = answers.get(i);
                        count += answer.count();
                        evaluated += answer.scannedCount();
                        if (answer.hasLastEvaluatedKey()) {
                            left.add(new Shard(open.get(i).name, answer.lastEvaluatedKey()));
                        }
                    }
                    if (evaluated > maxItems) {
                        throw GatewayException.tooMuchWork("counting takes reading more than " + maxItems
                                + " users: narrow createdAt, or do without the count");
                    }
                    return left.isEmpty() ? Uni.createFrom().item(count) : count(left);
                });
    }

    private Uni<QueryResponse> ask(Shard shard, int size) {
        return requests.query(
                shardQuery
                        .of(shard.name)
                        .select(Select.COUNT)
                        .limit(size)
                        .exclusiveStartKey(shard.last)
                        .build(),
                deadline);
    }

    /** A shard, counted up to some place. */
    private record Shard(String name, @Nullable Map<String, AttributeValue> last) {}
}
