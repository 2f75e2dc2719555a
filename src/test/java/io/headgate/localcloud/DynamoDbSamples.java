package io.headgate.localcloud;

import io.headgate.user.Attributes;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.headgate.user.dynamodb.UsersTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Puts sample users into a DynamoDB table, which it makes as the gateway would. */
final class DynamoDbSamples {

    /** The gateway's own default. */
    private static final UsersTable TABLE = new UsersTable("Users");

    private static final Duration LONGEST_CREATION = Duration.ofSeconds(30);

    private DynamoDbSamples() {}

    static void load(LocalDynamoDb dynamoDb, List<SampleUser> users) {
        List<Map<String, AttributeValue>> items = users.stream()
                .map(DynamoDbSamples::stored)
                .flatMap(user -> UsersTable.items(user).stream())
                .toList();
        try (DynamoDbAsyncClient client = dynamoDb.client()) {
            TABLE.createIfAbsent(client).await().atMost(LONGEST_CREATION);
            DynamoDbBatches.put(client, TABLE.name(), items);
        }
    }

    private static User stored(SampleUser user) {
        return new User(
                new UserId(Store.DYNAMODB, user.userId()),
                user.email(),
                user.name(),
                user.phone(),
                UserStatus.valueOf(user.status()),
                Attributes.parse(user.attributesJson()),
                user.createdAt(),
                user.createdAt(),
                1);
    }
}
