package io.headgate.aws;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** DynamoDB tables that Headgate makes for itself, in development and in tests. */
public final class DynamoDbTables {

    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
    private static final Duration CREATION_LIMIT = Duration.ofMinutes(2);

    private DynamoDbTables() {}

    /**
     * Creates a table where there is none of its name, and completes when it is active. Fails as a change does. Where an answer is
     * lost it is asked for again: what is there by then is taken.
     */
    public static Uni<Void> createIfAbsent(DynamoDbAsyncClient client, CreateTableRequest request) {
        return AwsCalls.repeatable(() -> client.createTable(request), Deadline.in(CREATION_LIMIT), REQUEST_LIMIT)
                .onFailure(ResourceInUseException.class)
                .recoverWithNull()
                .chain(() -> active(client, request.tableName()))
                .onFailure()
                .transform(new AwsFailures("DynamoDB")::ofChange)
                .replaceWithVoid();
    }

    private static Uni<DescribeTableResponse> active(DynamoDbAsyncClient client, String name) {
        return AwsCalls.call(() -> client.describeTable(request -> request.tableName(name)), REQUEST_LIMIT)
                .onItem()
                .transform(DynamoDbTables::requireActive)
                .onFailure(e -> e instanceof NotYetActive || e instanceof ResourceNotFoundException)
                .retry()
                .withBackOff(POLL_INTERVAL, POLL_INTERVAL)
                .expireIn(CREATION_LIMIT.toMillis());
    }

    private static DescribeTableResponse requireActive(DescribeTableResponse described) {
        if (described.table().tableStatus() != TableStatus.ACTIVE) {
            throw new NotYetActive();
        }
        return described;
    }

    private static final class NotYetActive extends RuntimeException {}
}
