package io.headgate.localcloud.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Items of every kind come back as they were. */
class RestoredItemsTest {

    @TempDir
    private Path directory;

    private final TestClock clock = new TestClock();
    private TestDynamoDb dynamoDb;
    private DynamoDbAsyncClient client;

    @BeforeEach
    void start() {
        dynamoDb = TestDynamoDb.start(directory, clock);
        client = dynamoDb.client();
    }

    @AfterEach
    void stop() {
        dynamoDb.close();
    }

    @Test
    void everyTypeIsRestored() {
        // Given
        dynamoDb.createThings("Things");
        Map<String, AttributeValue> item = new HashMap<>(TestDynamoDb.thing("every type", ""));
        item.put("number", AttributeValue.fromN("-1234567890.0123456789"));
        item.put("large", AttributeValue.fromN("9.9999999999999999999999999999999999999E+125"));
        item.put("binary", AttributeValue.fromB(bytes(0, 255)));
        item.put("noBytes", AttributeValue.fromB(bytes(0, 0)));
        item.put("strings", AttributeValue.fromSs(List.of("żółć", "😀")));
        item.put("numbers", AttributeValue.fromNs(List.of("1", "-2.5")));
        item.put("binaries", AttributeValue.fromBs(List.of(bytes(1, 2), bytes(3, 9))));
        item.put("true", AttributeValue.fromBool(true));
        item.put("null", AttributeValue.fromNul(true));
        item.put("emptyList", AttributeValue.fromL(List.of()));
        item.put("emptyMap", AttributeValue.fromM(Map.of()));
        item.put(
                "nested",
                AttributeValue.fromM(Map.of(
                        "list",
                        AttributeValue.fromL(List.of(
                                AttributeValue.fromM(Map.of("deep", AttributeValue.fromB(bytes(7, 8)))),
                                AttributeValue.fromNul(true))))));
        dynamoDb.put("Things", item);
        List<Map<String, AttributeValue>> before = dynamoDb.items("Things");

        // When
        dynamoDb.restoreBackup(dynamoDb.backUp("Things", "backup"), "Restored");

        // Then
        assertThat(dynamoDb.items("Restored")).isEqualTo(before);
        assertThat(before.get(0)).containsAllEntriesOf(without(item, "large", "strings", "numbers", "binaries"));
    }

    @Test
    void itemsOf400KilobytesAreRestored() {
        // Given
        dynamoDb.createThings("Things");
        dynamoDb.enableRecovery("Things");
        for (int number = 0; number < 12; number++) {
            Map<String, AttributeValue> item = TestDynamoDb.thing(
                    "large " + number, Character.toString('a' + number).repeat(400 * 1024 - 30));
            dynamoDb.put("Things", item);
        }
        List<Map<String, AttributeValue>> before = dynamoDb.items("Things");

        // When
        dynamoDb.restore("Things", "Restored", clock.advance(Duration.ofSeconds(1)));

        // Then
        assertThat(dynamoDb.items("Restored")).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void binaryAndNumberKeysAreKnownAgain() {
        // Given
        client.createTable(request -> request.tableName("Binary")
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(
                                TestDynamoDb.attribute("hash", ScalarAttributeType.B),
                                TestDynamoDb.attribute("range", ScalarAttributeType.N))
                        .keySchema(TestDynamoDb.key("hash", KeyType.HASH), TestDynamoDb.key("range", KeyType.RANGE)))
                .join();
        client.updateContinuousBackups(request -> request.tableName("Binary")
                        .pointInTimeRecoverySpecification(on -> on.pointInTimeRecoveryEnabled(true)))
                .join();
        for (String number : List.of("1", "1.0", "10e-1", "100", "1E2", "0", "-0.00")) {
            dynamoDb.put("Binary", binary(number, "written as " + number));
        }
        client.deleteItem(request -> request.tableName("Binary")
                        .key(Map.of("hash", AttributeValue.fromB(bytes(0, 9)), "range", AttributeValue.fromN("0.0"))))
                .join();
        List<Map<String, AttributeValue>> before = dynamoDb.items("Binary");
        assertThat(before).hasSize(2);

        // When
        dynamoDb.restore("Binary", "Restored", clock.advance(Duration.ofSeconds(1)));

        // Then
        assertThat(dynamoDb.items("Restored")).containsExactlyInAnyOrderElementsOf(before);
    }

    private static Map<String, AttributeValue> binary(String number, String text) {
        return Map.of(
                "hash", AttributeValue.fromB(bytes(0, 9)),
                "range", AttributeValue.fromN(number),
                "text", AttributeValue.fromS(text));
    }

    private static Map<String, AttributeValue> without(Map<String, AttributeValue> item, String... names) {
        Map<String, AttributeValue> rest = new HashMap<>(item);
        rest.keySet().removeAll(List.of(names));
        return rest;
    }

    private static SdkBytes bytes(int from, int to) {
        byte[] bytes = new byte[to - from];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) (from + index);
        }
        return SdkBytes.fromByteArray(bytes);
    }
}
