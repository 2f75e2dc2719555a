package io.headgate.user.dynamodb;

import io.headgate.aws.DynamoDbTables;
import io.headgate.user.User;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * The table that holds the users, as it must be created: the partition key {@code userId}, the index {@value #BY_CREATION}
 * that lists are read from, and the index {@value #BY_EMAIL} by address. Each address has an item of its own besides, which
 * a read finds strongly consistent, and which a backup of the table holds too.
 */
public final class UsersTable {

    /** The index of the users by the time of their creation, in shards. */
    static final String BY_CREATION = "byCreation";

    /** The index of the users by e-mail address. */
    static final String BY_EMAIL = "byEmail";

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
                        attribute(UserItem.KEY),
                        attribute(UserItem.EMAIL),
                        attribute(UserItem.LIST_SHARD),
                        attribute(UserItem.LIST_KEY))
                .keySchema(partition(UserItem.KEY))
                .globalSecondaryIndexes(
                        index(BY_CREATION, partition(UserItem.LIST_SHARD), sort(UserItem.LIST_KEY)),
                        index(BY_EMAIL, partition(UserItem.EMAIL)))
                .build();
    }

    /**
     * Creates the table where there is none and completes when it is active; for development and tests. Fails as a change
     * does.
     */
    public Uni<Void> createIfAbsent(DynamoDbAsyncClient client) {
        return DynamoDbTables.createIfAbsent(client, createRequest());
    }

    /** The items that hold a user: put both. */
    public static List<Map<String, AttributeValue>> items(User user) {
        return List.of(
                UserItem.of(user), UserItem.ofEmail(user.email(), user.id().key()));
    }

    private static AttributeDefinition attribute(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static GlobalSecondaryIndex index(String name, KeySchemaElement... keys) {
        return GlobalSecondaryIndex.builder()
                .indexName(name)
                .keySchema(keys)
                .projection(projection -> projection.projectionType(ProjectionType.ALL))
                .build();
    }

    private static KeySchemaElement sort(String name) {
        return KeySchemaElement.builder()
                .attributeName(name)
                .keyType(KeyType.RANGE)
                .build();
    }

    private static KeySchemaElement partition(String name) {
        return KeySchemaElement.builder()
                .attributeName(name)
                .keyType(KeyType.HASH)
                .build();
    }
}
