package io.headgate.user.dynamodb;

import io.headgate.aws.AwsCalls;
import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsWork;
import io.headgate.aws.Backoff;
import io.headgate.aws.Deadline;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The requests to the table of users: within their time, sent again where that is harmless, and failing with a {@link
 * GatewayException}, except for the conditions of changes that did not hold.
 */
final class TableRequests {

    /** As many as BatchGetItem takes. */
    private static final int BATCH = 100;

    private static final Backoff UNPROCESSED = new Backoff(Duration.ofMillis(25), Duration.ofMillis(800));
    private static final AwsFailures FAILURES = new AwsFailures("DynamoDB");

    private final DynamoDbAsyncClient client;
    private final String table;
    private final Duration attemptTimeout;

    TableRequests(DynamoDbAsyncClient client, String table, Duration attemptTimeout) {
        this.client = client;
        this.table = table;
        this.attemptTimeout = attemptTimeout;
    }

    String table() {
        return table;
    }

    Uni<QueryResponse> query(QueryRequest request, Deadline deadline) {
        return AwsCalls.repeatable(() -> client.query(request), deadline, attemptTimeout)
                .onFailure()
                .transform(failure -> translated(failure, FAILURES::ofRead));
    }

    /** The items that there are under some keys, by key. */
    Uni<Map<String, Map<String, AttributeValue>>> get(Collection<String> keys, boolean consistent, Deadline deadline) {
        if (keys.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        List<String> all = List.copyOf(keys);
        Map<String, Map<String, AttributeValue>> found = new HashMap<>();
        List<Uni<List<Map<String, AttributeValue>>>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += BATCH) {
            KeysAndAttributes batch = KeysAndAttributes.builder()
                    .keys(all.subList(from, Math.min(from + BATCH, all.size())).stream()
                            .map(UserItem::key)
                            .toList())
                    .consistentRead(consistent)
                    .build();
            batches.add(batch(batch, deadline, new ArrayList<>(), 1));
        }
        return AwsWork.together(batches).map(answers -> {
            answers.forEach(items -> items.forEach(item -> found.put(UserItem.text(item, UserItem.KEY), item)));
            return found;
        });
    }

    /** Fails with {@link ConditionalCheckFailedException} and {@link TransactionConflictException} as DynamoDB does. */
    Uni<UpdateItemResponse> update(UpdateItemRequest request, Deadline deadline) {
        return AwsCalls.once(() -> client.updateItem(request), deadline)
                .onFailure(failure -> !(failure instanceof ConditionalCheckFailedException)
                        && !(failure instanceof TransactionConflictException))
                .transform(failure -> translated(failure, FAILURES::ofChange));
    }

    /**
     * Makes all changes or none. Fails with {@link TransactionCanceledException} as DynamoDB does. Where its answer is
     * lost it is sent again with the same token, which DynamoDB executes no second time.
     *
     * @see <a
     *     href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html">TransactWriteItems,
     *     ClientRequestToken</a>
     */
    Uni<Void> transact(List<TransactWriteItem> changes, Deadline deadline) {
        TransactWriteItemsRequest request = TransactWriteItemsRequest.builder()
                .transactItems(changes)
                .clientRequestToken(UUID.randomUUID().toString())
                .build();
        return AwsCalls.repeatable(() -> client.transactWriteItems(request), deadline, attemptTimeout)
                .onFailure(failure -> !(failure instanceof TransactionCanceledException))
                .transform(failure -> translated(failure, FAILURES::ofChange))
                .replaceWithVoid();
    }

    /** Asks again for what DynamoDB left out: an answer holds 16 MB at the most, and less when it is busy. */
    private Uni<List<Map<String, AttributeValue>>> batch(
            KeysAndAttributes keys, Deadline deadline, List<Map<String, AttributeValue>> found, int attempt) {
        BatchGetItemRequest request =
                BatchGetItemRequest.builder().requestItems(Map.of(table, keys)).build();
        return AwsCalls.repeatable(() -> client.batchGetItem(request), deadline, attemptTimeout)
                .onFailure()
                .transform(failure -> translated(failure, FAILURES::ofRead))
                .chain(answer -> {
                    List<Map<String, AttributeValue>> items = items(answer);
                    found.addAll(items);
                    KeysAndAttributes left = answer.unprocessedKeys().get(table);
                    if (left == null || left.keys().isEmpty()) {
                        return Uni.createFrom().item(found);
                    }
                    int failures = items.isEmpty() ? attempt : 1;
                    Duration pause = UNPROCESSED.pause(failures);
                    if (!deadline.allows(pause)) {
                        return Uni.createFrom()
                                .failure(GatewayException.of(
                                        ErrorCode.RESOURCE_EXHAUSTED,
                                        "DynamoDB did not get to all of the request in time: try again later"));
                    }
                    KeysAndAttributes rest = keys.toBuilder().keys(left.keys()).build();
                    return AwsCalls.pause(pause).chain(() -> batch(rest, deadline, found, failures + 1));
                });
    }

    private List<Map<String, AttributeValue>> items(BatchGetItemResponse answer) {
        return answer.responses().getOrDefault(table, List.of());
    }

    private GatewayException translated(Throwable failure, Function<Throwable, GatewayException> meaning) {
        if (failure instanceof ResourceNotFoundException) {
            return GatewayException.ofAws(
                    ErrorCode.FAILED_PRECONDITION,
                    "DynamoDB has no table " + table + " with the indexes " + UsersTable.BY_CREATION + " and "
                            + UsersTable.BY_EMAIL
                            + " in this account and region: create it, or set headgate.dynamodb.table",
                    AwsFailures.errorCode(failure),
                    failure);
        }
        return meaning.apply(failure);
    }
}
