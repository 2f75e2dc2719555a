package io.headgate.localcloud.dynamodb;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.ParameterizedStatement;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Writes items of its own at random, by every operation that writes, and knows what they were at every second. */
final class ModelWriter {

    private static final int ITEMS = 12;
    private static final int OPERATIONS = 9;
    private static final int BATCH = 3;

    private final TestDynamoDb dynamoDb;
    private final String table;
    private final String name;
    private final Random random;
    private final Map<Integer, Map<String, AttributeValue>> items = new HashMap<>();

    /** What there was from each write on. */
    private final NavigableMap<Instant, Set<Map<String, AttributeValue>>> states = new TreeMap<>();

    /** The seconds that began while a write was under way, and whether that is atomic. */
    private final Map<Instant, Boolean> during = new HashMap<>();

    private int values;

    ModelWriter(TestDynamoDb dynamoDb, String table, int number) {
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.name = "writer-" + number;
        this.random = new Random(number);
    }

    /** A table with a composite key and both kinds of index. */
    static void createTable(DynamoDbAsyncClient client, String table) {
        client.createTable(request -> request.tableName(table)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(
                                TestDynamoDb.attribute("writer", ScalarAttributeType.S),
                                TestDynamoDb.attribute("number", ScalarAttributeType.N),
                                TestDynamoDb.attribute("text", ScalarAttributeType.S))
                        .keySchema(TestDynamoDb.key("writer", KeyType.HASH), TestDynamoDb.key("number", KeyType.RANGE))
                        .localSecondaryIndexes(LocalSecondaryIndex.builder()
                                .indexName("byText")
                                .keySchema(
                                        TestDynamoDb.key("writer", KeyType.HASH),
                                        TestDynamoDb.key("text", KeyType.RANGE))
                                .projection(all -> all.projectionType(ProjectionType.ALL))
                                .build())
                        .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                                .indexName("ofText")
                                .keySchema(TestDynamoDb.key("text", KeyType.HASH))
                                .projection(keys -> keys.projectionType(ProjectionType.KEYS_ONLY))
                                .build()))
                .join();
    }

    String name() {
        return name;
    }

    void writeTimes(int times) {
        for (int time = 0; time < times; time++) {
            write();
        }
    }

    void writeUntil(Instant end) {
        while (dynamoDb.now().isBefore(end)) {
            write();
        }
    }

    /**
     * What there may have been at a second: two states where a write was under way, and none that is known where that was not
     * atomic.
     */
    List<Set<Map<String, AttributeValue>>> itemsAt(Instant second) {
        Set<Map<String, AttributeValue>> before = states.floorEntry(second).getValue();
        Boolean isAtomic = during.get(second);
        if (isAtomic == null) {
            return List.of(before);
        }
        return isAtomic ? List.of(before, states.higherEntry(second).getValue()) : List.of();
    }

    private void write() {
        int operation = random.nextInt(OPERATIONS);
        Instant begun = dynamoDb.now();
        write(operation);
        Instant ended = dynamoDb.now();
        Instant second = ended.truncatedTo(ChronoUnit.SECONDS);
        if (second.isAfter(begun)) {
            during.put(second, operation != BATCH);
        }
        states.put(ended, Set.copyOf(items.values()));
    }

    private void write(int operation) {
        DynamoDbAsyncClient client = dynamoDb.client();
        int number = random.nextInt(ITEMS);
        int other = (number + 1) % ITEMS;
        switch (operation) {
            case 0 ->
                client.putItem(put -> put.tableName(table).item(put(number))).join();
            case 1 ->
                client.updateItem(update -> update.tableName(table)
                                .key(key(number))
                                .updateExpression("SET #text = :text")
                                .expressionAttributeNames(Map.of("#text", "text"))
                                .expressionAttributeValues(Map.of(":text", set(number))))
                        .join();
            case 2 ->
                client.deleteItem(delete -> delete.tableName(table).key(remove(number)))
                        .join();
            case 3 ->
                client.batchWriteItem(batch -> batch.requestItems(Map.of(
                                table,
                                List.of(
                                        WriteRequest.builder()
                                                .putRequest(put -> put.item(put(number)))
                                                .build(),
                                        WriteRequest.builder()
                                                .deleteRequest(delete -> delete.key(remove(other)))
                                                .build()))))
                        .join();
            case 4 ->
                client.transactWriteItems(transaction -> transaction.transactItems(
                                TransactWriteItem.builder()
                                        .put(put -> put.tableName(table).item(put(number)))
                                        .build(),
                                TransactWriteItem.builder()
                                        .delete(delete ->
                                                delete.tableName(table).key(remove(other)))
                                        .build()))
                        .join();
            case 5 ->
                client.transactWriteItems(transaction -> transaction.transactItems(
                                // Takes nothing into effect, since there is no such item.
                                TransactWriteItem.builder()
                                        .delete(delete ->
                                                delete.tableName(table).key(key(number)))
                                        .build(),
                                TransactWriteItem.builder()
                                        .conditionCheck(check -> check.tableName(table)
                                                .key(key(-1))
                                                .conditionExpression("attribute_exists(writer)"))
                                        .build()))
                        .handle((done, failure) -> failure)
                        .join();
            case 6 ->
                client.executeStatement(statement ->
                                statement.statement(statement(number)).parameters(parameters(number)))
                        .join();
            case 7 ->
                client.batchExecuteStatement(batch -> batch.statements(BatchStatementRequest.builder()
                                .statement(statement(number))
                                .parameters(parameters(number))
                                .build()))
                        .join();
            default ->
                client.executeTransaction(
                                transaction -> transaction.transactStatements(List.of(partiql(number), partiql(other))))
                        .join();
        }
    }

    private ParameterizedStatement partiql(int number) {
        return ParameterizedStatement.builder()
                .statement(statement(number))
                .parameters(parameters(number))
                .build();
    }

    /** Inserts an item where there is none, and updates or deletes it where there is one. */
    private String statement(int number) {
        if (!items.containsKey(number)) {
            return "INSERT INTO \"%s\" VALUE {'writer': ?, 'number': ?, 'text': ?}".formatted(table);
        }
        return isDeleted(number)
                ? "DELETE FROM \"%s\" WHERE \"writer\" = ? AND \"number\" = ?".formatted(table)
                : "UPDATE \"%s\" SET \"text\" = ? WHERE \"writer\" = ? AND \"number\" = ?".formatted(table);
    }

    /** Called after {@link #statement}, and changes the model. */
    private List<AttributeValue> parameters(int number) {
        AttributeValue writer = AttributeValue.fromS(name);
        AttributeValue at = AttributeValue.fromN(Integer.toString(number));
        if (!items.containsKey(number)) {
            return List.of(writer, at, set(number));
        }
        if (isDeleted(number)) {
            remove(number);
            return List.of(writer, at);
        }
        return List.of(set(number), writer, at);
    }

    private static boolean isDeleted(int number) {
        return number % 3 == 0;
    }

    private Map<String, AttributeValue> key(int number) {
        return Map.of("writer", AttributeValue.fromS(name), "number", AttributeValue.fromN(Integer.toString(number)));
    }

    private Map<String, AttributeValue> remove(int number) {
        items.remove(number);
        return key(number);
    }

    private Map<String, AttributeValue> put(int number) {
        Map<String, AttributeValue> item = new HashMap<>(key(number));
        item.put("text", text());
        item.put("list", AttributeValue.fromL(new ArrayList<>(List.of(text(), AttributeValue.fromBool(true)))));
        items.put(number, Map.copyOf(item));
        return item;
    }

    private AttributeValue set(int number) {
        Map<String, AttributeValue> item = new HashMap<>(items.getOrDefault(number, key(number)));
        AttributeValue text = text();
        item.put("text", text);
        items.put(number, Map.copyOf(item));
        return text;
    }

    private AttributeValue text() {
        values++;
        return AttributeValue.fromS("text " + values);
    }
}
