package io.headgate.localcloud.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ParameterizedStatement;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Backups and restores of tables that are written to all the while. */
class ConcurrentWritesTest {

    private static final int ITEMS = 2_000;

    @TempDir
    private Path directory;

    private TestDynamoDb dynamoDb;
    private DynamoDbAsyncClient client;

    @BeforeEach
    void start() {
        dynamoDb = TestDynamoDb.start(directory);
        client = dynamoDb.client();
        dynamoDb.createThings("Things");
    }

    @AfterEach
    void stop() {
        dynamoDb.close();
    }

    @Test
    void aTransactionIsInAllTablesOrInNone() {
        // Given
        dynamoDb.createThings("Others");
        dynamoDb.enableRecovery("Things");
        dynamoDb.enableRecovery("Others");
        Instant first = dynamoDb.nextSecond();
        Instant last = first.plusSeconds(2);
        BooleanSupplier isOver = () -> dynamoDb.now().isAfter(last);

        // When
        List<CompletableFuture<Void>> writers = List.of(
                CompletableFuture.runAsync(() -> countBoth("a", isOver)),
                CompletableFuture.runAsync(() -> countBothByPartiQl("b", isOver)),
                CompletableFuture.runAsync(() -> countBoth("c", isOver)));
        writers.forEach(CompletableFuture::join);

        // Then
        for (Instant second = first; !second.isAfter(last); second = second.plusSeconds(1)) {
            String suffix = "-" + second.getEpochSecond();
            dynamoDb.restore("Things", "Things" + suffix, second);
            dynamoDb.restore("Others", "Others" + suffix, second);
            assertThat(counts("Things" + suffix)).as("%s", second).isEqualTo(counts("Others" + suffix));
        }
        assertThat(counts("Things-" + last.getEpochSecond())).hasSize(3);
    }

    private void countBoth(String id, BooleanSupplier isOver) {
        for (int count = 1; !isOver.getAsBoolean(); count++) {
            Map<String, AttributeValue> item = TestDynamoDb.thing(id, Integer.toString(count));
            client.transactWriteItems(transaction -> transaction.transactItems(
                            TransactWriteItem.builder()
                                    .put(put -> put.tableName("Things").item(item))
                                    .build(),
                            TransactWriteItem.builder()
                                    .put(put -> put.tableName("Others").item(item))
                                    .build()))
                    .join();
        }
    }

    private void countBothByPartiQl(String id, BooleanSupplier isOver) {
        dynamoDb.put("Things", TestDynamoDb.thing(id, "0"));
        dynamoDb.put("Others", TestDynamoDb.thing(id, "0"));
        for (int count = 1; !isOver.getAsBoolean(); count++) {
            AttributeValue value = AttributeValue.fromS(Integer.toString(count));
            client.executeTransaction(transaction ->
                            transaction.transactStatements(List.of(set("Things", id, value), set("Others", id, value))))
                    .join();
        }
    }

    private static ParameterizedStatement set(String table, String id, AttributeValue value) {
        return ParameterizedStatement.builder()
                .statement("UPDATE \"%s\" SET colour = ? WHERE id = '%s'".formatted(table, id))
                .parameters(value)
                .build();
    }

    private Map<String, String> counts(String table) {
        Map<String, String> counts = new HashMap<>();
        dynamoDb.items(table).forEach(item -> counts.put(text(item, "id"), text(item, "colour")));
        return counts;
    }

    @Test
    void aBackupHoldsWhatWasWrittenWhenItWasAskedFor() {
        // Given
        List<CompletableFuture<Void>> puts = new ArrayList<>();
        TestDynamoDb.things(ITEMS)
                .forEach(thing ->
                        puts.add(client.putItem(put -> put.tableName("Things").item(thing))
                                .thenAccept(done -> {})));
        puts.forEach(CompletableFuture::join);
        List<Counter> counters = IntStream.range(0, 4)
                .mapToObj(number -> new Counter("t" + number))
                .toList();
        AtomicBoolean isOver = new AtomicBoolean();
        List<CompletableFuture<Void>> writers = counters.stream()
                .map(counter -> CompletableFuture.runAsync(() -> counter.countUntil(isOver::get)))
                .toList();

        // When
        List<Map<Counter, Integer>> least = new ArrayList<>();
        List<Map<Counter, Integer>> most = new ArrayList<>();
        List<String> backups = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            least.add(written(counters, Counter::acknowledged));
            backups.add(
                    client.createBackup(request -> request.tableName("Things").backupName("under-load"))
                            .join()
                            .backupDetails()
                            .backupArn());
            most.add(written(counters, Counter::begun));
            dynamoDb.awaitAvailable(backups.get(number));
            dynamoDb.restoreBackup(backups.get(number), "Restored-" + number);
        }
        isOver.set(true);

        // Then
        writers.forEach(CompletableFuture::join);
        for (int number = 0; number < 3; number++) {
            Map<String, String> restored = counts("Restored-" + number);
            assertThat(restored).hasSize(ITEMS);
            for (Counter counter : counters) {
                assertThat(Integer.parseInt(Objects.requireNonNull(restored.get(counter.id))))
                        .isBetween(
                                Objects.requireNonNull(least.get(number).get(counter)),
                                Objects.requireNonNull(most.get(number).get(counter)));
            }
        }
    }

    private static Map<Counter, Integer> written(List<Counter> counters, ToIntFunction<Counter> count) {
        Map<Counter, Integer> written = new HashMap<>();
        counters.forEach(counter -> written.put(counter, count.applyAsInt(counter)));
        return written;
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name)).s();
    }

    /** Counts in an item, and says how far. */
    private final class Counter {

        private final String id;
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger acknowledged = new AtomicInteger();

        Counter(String id) {
            this.id = id;
            dynamoDb.put("Things", TestDynamoDb.thing(id, "0"));
        }

        void countUntil(BooleanSupplier isOver) {
            while (!isOver.getAsBoolean()) {
                int count = begun.incrementAndGet();
                dynamoDb.put("Things", TestDynamoDb.thing(id, Integer.toString(count)));
                acknowledged.set(count);
            }
        }

        int begun() {
            return begun.get();
        }

        int acknowledged() {
            return acknowledged.get();
        }
    }
}
