package io.headgate.localcloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.user.Attributes;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.headgate.user.dynamodb.UsersTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The sample users as files of DynamoDB Local. To put 20,000 items into it takes many seconds, so the files are made once
 * on a machine and copied for each start.
 */
final class DynamoDbSamples {

    /** The gateway's own default. */
    static final UsersTable TABLE = new UsersTable("Users");

    private static final Duration LONGEST_CREATION = Duration.ofSeconds(30);

    private DynamoDbSamples() {}

    /** Puts the files where nothing is yet, and gives that directory. */
    static Path copyTo(Path directory) {
        try {
            List<Map<String, AttributeValue>> items = SampleUsers.ofDynamoDb().stream()
                    .map(DynamoDbSamples::stored)
                    .flatMap(user -> UsersTable.items(user).stream())
                    .toList();
            Path kept = Directories.kept("dynamodb-samples-" + checksum(items), files -> fill(files, items));
            Directories.copy(kept, directory);
            return directory;
        } catch (IOException e) {
            throw new LocalCloudException("Cannot put the sample users into DynamoDB Local", e);
        }
    }

    private static void fill(Path files, List<Map<String, AttributeValue>> items) {
        LocalClock clock = new LocalClock(LocalClock.newState());
        try (LocalDynamoDb dynamoDb = new LocalDynamoDb(LocalDynamoDb.start(0, clock, files.resolve("copies"), files));
                DynamoDbAsyncClient client = dynamoDb.client()) {
            TABLE.createIfAbsent(client).await().atMost(LONGEST_CREATION);
            DynamoDbBatches.put(client, TABLE.name(), items);
        }
    }

    /** Another layout of the table or another set of users makes other files. */
    private static String checksum(List<Map<String, AttributeValue>> items) {
        CRC32 checksum = new CRC32();
        checksum.update(TABLE.createRequest().toString().getBytes(UTF_8));
        items.forEach(
                item -> new TreeMap<>(item).forEach((name, value) -> checksum.update((name + value).getBytes(UTF_8))));
        return Long.toHexString(checksum.getValue());
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
