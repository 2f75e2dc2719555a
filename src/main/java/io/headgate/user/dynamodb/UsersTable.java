package io.headgate.user.dynamodb;

import io.headgate.aws.AwsCalls;
import io.headgate.aws.AwsFailures;
import io.headgate.user.User;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * The table that holds the users, as it must be created: the partition key {@code userId}, and the index {@value
 * #BY_CREATION} that lists are read from. E-mail addresses need no index: each has an item of its own, which a read
 * finds strongly consistent, and which a backup of the table holds too.
 */
public final class UsersTable {

    /** The index of the users by the time of their creation, in shards. */
    static final String BY_CREATION = "byCreation";

    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
    private static final Duration CREATION_LIMIT = Duration.ofMinutes(2);

    private final String name;

    /** The table of this name, in the account and region of the client. */
    public UsersTable(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** What creates the table, with on-demand capacity. */
    public CreateTableRequest createRequest() {
        return CreateTableRequest.builder()
                .tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        attribute(UserItem.KEY), attribute(UserItem.LIST_SHARD), attribute(UserItem.LIST_KEY))
                .keySchema(partition(UserItem.KEY))
                .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                        .indexName(BY_CREATION)
                        .keySchema(
                                partition(UserItem.LIST_SHARD),
                                KeySchemaElement.builder()
                                        .attributeName(UserItem.LIST_KEY)
                                        .keyType(KeyType.RANGE)
                                        .build())
                        .projection(projection -> projection.projectionType(ProjectionType.ALL))
                        .build())
                .build();
    }

    /**
     * Creates the table where there is none and completes when it is active; for development and tests. Fails as a change
     * does.
     */
    public Uni<Void> createIfAbsent(DynamoDbAsyncClient client) {
        return AwsCalls.call(() -> client.createTable(createRequest()), REQUEST_LIMIT)
                .onFailure(ResourceInUseException.class)
                .recoverWithNull()
                .chain(() -> active(client))
                .onFailure()
                .transform(new AwsFailures("DynamoDB")::ofChange)
                .replaceWithVoid();
    }

    /** The items that hold a user: put both. */
    public static List<Map<String, AttributeValue>> items(User user) {
        return List.of(
                UserItem.of(user), UserItem.ofEmail(user.email(), user.id().key()));
    }

    private Uni<DescribeTableResponse> active(DynamoDbAsyncClient client) {
        return AwsCalls.call(() -> client.describeTable(request -> request.tableName(name)), REQUEST_LIMIT)
                .onItem()
                .transform(UsersTable::requireActive)
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

    private static AttributeDefinition attribute(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement partition(String name) {
        return KeySchemaElement.builder()
                .attributeName(name)
                .keyType(KeyType.HASH)
                .build();
    }

    private static final class NotYetActive extends RuntimeException {}
}
