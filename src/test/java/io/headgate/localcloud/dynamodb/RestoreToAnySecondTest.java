package io.headgate.localcloud.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The thin path: write, note the second, lose everything, and have it back. */
class RestoreToAnySecondTest {

    @TempDir
    private Path directory;

    private TestDynamoDb dynamoDb;

    @BeforeEach
    void start() {
        dynamoDb = TestDynamoDb.start(directory);
        dynamoDb.createThings("Things");
    }

    @AfterEach
    void stop() {
        dynamoDb.close();
    }

    @Test
    void whatWasDeletedIsBack() {
        // Given
        dynamoDb.enableRecovery("Things");
        List<Map<String, AttributeValue>> things = TestDynamoDb.things(100);
        things.forEach(thing -> dynamoDb.put("Things", thing));
        Instant second = dynamoDb.nextSecond();
        things.forEach(thing -> dynamoDb.delete("Things", thing));

        // When
        dynamoDb.restore("Things", "Restored", second);

        // Then
        assertThat(dynamoDb.items("Restored")).containsExactlyInAnyOrderElementsOf(things);
        assertThat(dynamoDb.items("Things")).isEmpty();
    }

    @Test
    void whatExpiredIsBack() {
        // Given
        dynamoDb.enableRecovery("Things");
        Map<String, AttributeValue> expired = Map.of(
                "id",
                AttributeValue.fromS("old"),
                "expires",
                AttributeValue.fromN(
                        Long.toString(Instant.now().minusSeconds(60).getEpochSecond())));
        dynamoDb.put("Things", expired);
        Instant before = dynamoDb.nextSecond();
        dynamoDb.client()
                .updateTimeToLive(request -> request.tableName("Things")
                        .timeToLiveSpecification(expiry -> expiry.enabled(true).attributeName("expires")))
                .join();
        TestDynamoDb.await("the expiry", () -> dynamoDb.items("Things").isEmpty());
        Instant after = dynamoDb.nextSecond();

        // When
        dynamoDb.restore("Things", "Before", before);
        dynamoDb.restore("Things", "After", after);

        // Then
        assertThat(dynamoDb.items("Before")).containsExactly(expired);
        assertThat(dynamoDb.items("After")).isEmpty();
    }

    @Test
    void aBackupOutlivesItsTable() {
        // Given
        List<Map<String, AttributeValue>> things = TestDynamoDb.things(100);
        things.forEach(thing -> dynamoDb.put("Things", thing));
        String backup = dynamoDb.backUp("Things", "before-the-flood");
        dynamoDb.client().deleteTable(request -> request.tableName("Things")).join();

        // When
        dynamoDb.restoreBackup(backup, "Things");

        // Then
        assertThat(dynamoDb.items("Things")).containsExactlyInAnyOrderElementsOf(things);
    }
}
