package io.headgate.localcloud.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Several writers change a table by all operations that write, each of them its own items, and know what these were at every
 * second; then those seconds are restored.
 */
class RestoreModelTest {

    private static final int WRITERS = 4;
    private static final int SECONDS = 4;

    @TempDir
    private Path directory;

    private TestDynamoDb dynamoDb;

    @BeforeEach
    void start() {
        dynamoDb = TestDynamoDb.start(directory);
        ModelWriter.createTable(dynamoDb.client(), "Model");
    }

    @AfterEach
    void stop() {
        dynamoDb.close();
    }

    @Test
    void everySecondIsRestoredAsItWas() {
        // Given
        List<ModelWriter> writers = IntStream.range(0, WRITERS)
                .mapToObj(number -> new ModelWriter(dynamoDb, "Model", number))
                .toList();
        // What is there before is in the base, and the base is made while they write.
        writers.forEach(writer -> writer.writeTimes(25));
        dynamoDb.enableRecovery("Model");
        Instant first = dynamoDb.nextSecond();
        Instant last = first.plusSeconds(SECONDS);
        List<CompletableFuture<Void>> running = writers.stream()
                .map(writer -> CompletableFuture.runAsync(() -> writer.writeUntil(last.plusMillis(200))))
                .toList();
        running.forEach(CompletableFuture::join);
        List<Map<String, AttributeValue>> before = dynamoDb.items("Model");

        // When
        List<Instant> seconds = new ArrayList<>();
        for (Instant second = first; !second.isAfter(last); second = second.plusSeconds(1)) {
            dynamoDb.restore("Model", name(second), second);
            seconds.add(second);
        }

        // Then
        int checked = 0;
        for (Instant second : seconds) {
            Map<String, Set<Map<String, AttributeValue>>> restored = byWriter(dynamoDb.items(name(second)));
            for (ModelWriter writer : writers) {
                List<Set<Map<String, AttributeValue>>> expected = writer.itemsAt(second);
                if (!expected.isEmpty()) {
                    assertThat(restored.getOrDefault(writer.name(), Set.of()))
                            .as("%s at %s", writer.name(), second)
                            .isIn(expected);
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(WRITERS * SECONDS / 2);
        assertThat(dynamoDb.items("Model")).containsExactlyInAnyOrderElementsOf(before);
    }

    private static String name(Instant second) {
        return "Model-" + second.getEpochSecond();
    }

    private static Map<String, Set<Map<String, AttributeValue>>> byWriter(List<Map<String, AttributeValue>> items) {
        Map<String, Set<Map<String, AttributeValue>>> byWriter = new HashMap<>();
        for (Map<String, AttributeValue> item : items) {
            byWriter.computeIfAbsent(Objects.requireNonNull(item.get("writer")).s(), writer -> new HashSet<>())
                    .add(item);
        }
        return byWriter;
    }
}
