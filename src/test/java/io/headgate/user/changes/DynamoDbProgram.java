package io.headgate.user.changes;

import io.headgate.user.Attributes;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.headgate.user.dynamodb.UsersTable;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** {@link Program} with the AWS SDK, one request a change but for the address's item. */
final class DynamoDbProgram implements Program {

    private static final String TABLE = "Users";
    private static final Instant CREATED_AT = Instant.parse("2026-01-31T10:00:00Z");

    private final DynamoDbAsyncClient client;

    DynamoDbProgram(DynamoDbAsyncClient client) {
        this.client = client;
    }

    @Override
    public void create(String key, String name) {
        User user = new User(
                new UserId(Store.DYNAMODB, key),
                key + "@example.com",
                name,
                null,
                UserStatus.ACTIVE,
                Attributes.NONE,
                CREATED_AT,
                CREATED_AT,
                1);
        UsersTable.items(user)
                .forEach(item -> client.putItem(
                                request -> request.tableName(TABLE).item(item))
                        .join());
    }

    @Override
    public void rename(String key, String name, int version) {
        set(key, "name", name, version);
    }

    @Override
    public void suspend(String key, int version) {
        set(key, "status", "SUSPENDED", version);
    }

    private void set(String key, String attribute, String value, int version) {
        client.updateItem(request -> request.tableName(TABLE)
                        .key(key(key))
                        .updateExpression("SET #attribute = :value, version = :version")
                        .expressionAttributeNames(Map.of("#attribute", attribute))
                        .expressionAttributeValues(Map.of(
                                ":value",
                                AttributeValue.fromS(value),
                                ":version",
                                AttributeValue.fromN(String.valueOf(version)))))
                .join();
    }

    @Override
    public void delete(String key) {
        client.deleteItem(request -> request.tableName(TABLE).key(key(key))).join();
        client.deleteItem(request -> request.tableName(TABLE).key(key("email#" + key + "@example.com")))
                .join();
    }

    private static Map<String, AttributeValue> key(String key) {
        return Map.of("userId", AttributeValue.fromS(key));
    }

    @Override
    public void close() {
        client.close();
    }
}
