package io.headgate.recovery.truth;

import static io.headgate.recovery.truth.DynamoDbTruthStore.COLOUR;
import static io.headgate.recovery.truth.DynamoDbTruthStore.COUNTER;
import static io.headgate.recovery.truth.DynamoDbTruthStore.done;
import static io.headgate.recovery.truth.DynamoDbTruthStore.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ParameterizedStatement;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** One writer's random changes of its items, by every operation that writes. */
final class DynamoDbChanges implements Callable<@Nullable Void> {

    private static final int ITEMS = 15;
    private static final List<String> OWNERS = List.of("a", "b");
    private static final int LARGEST_BATCH = 4;
    private static final int KINDS = 14;

    private final DynamoDbAsyncClient client;
    private final String table;
    private final Share<Map<String, AttributeValue>> share;
    private final Pace pace;
    private final Random random;
    private final RandomItems items;

    DynamoDbChanges(DynamoDbTruthStore store, Share<Map<String, AttributeValue>> share, Pace pace, Random random) {
        this.client = store.client();
        this.table = store.table();
        this.share = share;
        this.pace = pace;
        this.random = random;
        this.items = new RandomItems(random);
    }

    /** What is done to one item, as the request for it says. */
    private record Statement(String text, List<AttributeValue> parameters) {}

    @Override
    public @Nullable Void call() {
        String key = keys(1).get(0);
        List<String> keys = keys(2 + random.nextInt(LARGEST_BATCH - 1));
        switch (random.nextInt(KINDS)) {
            case 0, 1, 2 ->
                together(draft ->
                        done(client.putItem(put -> put.tableName(table).item(put(draft, key)))));
            case 3, 4 -> together(draft -> update(draft, key));
            case 5 ->
                together(draft ->
                        done(client.deleteItem(delete -> delete.tableName(table).key(delete(draft, key)))));
            case 6, 7 -> oneByOne(keys, this::batch);
            case 8, 9 ->
                together(draft -> done(client.transactWriteItems(transaction -> transaction.transactItems(
                        keys.stream().map(each -> item(draft, each)).toList()))));
            case 10 ->
                together(draft -> {
                    Statement statement = statement(draft, key);
                    done(client.executeStatement(
                            request -> request.statement(statement.text).parameters(statement.parameters)));
                });
            case 11 -> oneByOne(keys, this::batchOfStatements);
            case 12 ->
                together(draft -> done(client.executeTransaction(request -> request.transactStatements(keys.stream()
                        .map(each -> parameterized(statement(draft, each)))
                        .toList()))));
            default -> refused(keys);
        }
        return null;
    }

    private interface Work {
        void on(Draft<Map<String, AttributeValue>> draft);
    }

    private interface WorkOnMany {
        void on(List<String> keys, List<Draft<Map<String, AttributeValue>>> drafts);
    }

    private void together(Work work) {
        Draft<Map<String, AttributeValue>> draft = share.draft();
        Instant begun = pace.now();
        work.on(draft);
        share.changed(begun, pace.now(), List.of(draft));
    }

    private void oneByOne(List<String> keys, WorkOnMany work) {
        List<Draft<Map<String, AttributeValue>>> drafts =
                keys.stream().map(key -> share.draft()).toList();
        Instant begun = pace.now();
        work.on(keys, drafts);
        share.changed(begun, pace.now(), drafts);
    }

    private void update(Draft<Map<String, AttributeValue>> draft, String key) {
        Map<String, AttributeValue> item = new HashMap<>(Objects.requireNonNullElse(draft.row(key), Map.of()));
        AttributeValue counter = item.getOrDefault(COUNTER, AttributeValue.fromN("0"));
        item.put(COUNTER, AttributeValue.fromN(Long.toString(Long.parseLong(counter.n()) + 1)));
        AttributeValue text = items.text();
        item.put("text", text);
        item.remove(COLOUR);
        done(client.updateItem(update -> update.tableName(table)
                .key(key(key))
                .updateExpression("SET #text = :text REMOVE #colour ADD #counter :one")
                .expressionAttributeNames(Map.of("#text", "text", "#colour", COLOUR, "#counter", COUNTER))
                .expressionAttributeValues(Map.of(":text", text, ":one", AttributeValue.fromN("1")))));
        draft.put(key, item);
    }

    private void batch(List<String> keys, List<Draft<Map<String, AttributeValue>>> drafts) {
        List<WriteRequest> requests = IntStream.range(0, keys.size())
                .mapToObj(index -> {
                    Draft<Map<String, AttributeValue>> draft = drafts.get(index);
                    return random.nextInt(3) > 0
                            ? WriteRequest.builder()
                                    .putRequest(put -> put.item(put(draft, keys.get(index))))
                                    .build()
                            : WriteRequest.builder()
                                    .deleteRequest(delete -> delete.key(delete(draft, keys.get(index))))
                                    .build();
                })
                .toList();
        assertThat(done(client.batchWriteItem(batch -> batch.requestItems(Map.of(table, requests))))
                        .unprocessedItems())
                .isEmpty();
    }

    private void batchOfStatements(List<String> keys, List<Draft<Map<String, AttributeValue>>> drafts) {
        List<BatchStatementRequest> statements = IntStream.range(0, keys.size())
                .mapToObj(index -> statement(drafts.get(index), keys.get(index)))
                .map(each -> BatchStatementRequest.builder()
                        .statement(each.text)
                        .parameters(each.parameters)
                        .build())
                .toList();
        assertThat(done(client.batchExecuteStatement(batch -> batch.statements(statements)))
                        .responses())
                .allSatisfy(response -> assertThat(response.error()).isNull());
    }

    /** A put whose condition does not hold, alone or in a transaction, after which all is as before. */
    private void refused(List<String> keys) {
        Draft<Map<String, AttributeValue>> draft = share.draft();
        TransactWriteItem check = TransactWriteItem.builder()
                .conditionCheck(condition -> condition
                        .tableName(table)
                        .key(key(share.name() + "/none/0"))
                        .conditionExpression("attribute_exists(#owner)")
                        .expressionAttributeNames(Map.of("#owner", DynamoDbTruthStore.OWNER)))
                .build();
        Instant begun = pace.now();
        if (random.nextBoolean()) {
            assertThatThrownBy(() -> done(client.transactWriteItems(transaction -> transaction.transactItems(
                            Stream.concat(keys.stream().map(each -> item(draft, each)), Stream.of(check))
                                    .toList()))))
                    .hasCauseInstanceOf(TransactionCanceledException.class);
        } else {
            assertThatThrownBy(() -> done(client.putItem(put -> put.tableName(table)
                            .item(put(draft, keys.get(0)))
                            .conditionExpression("#counter = :text")
                            .expressionAttributeNames(Map.of("#counter", COUNTER))
                            .expressionAttributeValues(Map.of(":text", AttributeValue.fromS("never"))))))
                    .hasCauseInstanceOf(ConditionalCheckFailedException.class);
        }
        share.changed(begun, pace.now(), List.of());
    }

    private TransactWriteItem item(Draft<Map<String, AttributeValue>> draft, String key) {
        return random.nextInt(3) > 0
                ? TransactWriteItem.builder()
                        .put(put -> put.tableName(table).item(put(draft, key)))
                        .build()
                : TransactWriteItem.builder()
                        .delete(delete -> delete.tableName(table).key(delete(draft, key)))
                        .build();
    }

    /** Inserts an item where there is none, and updates or deletes it where there is one. */
    private Statement statement(Draft<Map<String, AttributeValue>> draft, String key) {
        Map<String, AttributeValue> before = draft.row(key);
        if (before == null) {
            List<Map.Entry<String, AttributeValue>> attributes =
                    List.copyOf(put(draft, key).entrySet());
            String members = attributes.stream()
                    .map(attribute -> "'" + attribute.getKey() + "': ?")
                    .collect(Collectors.joining(", "));
            return new Statement(
                    "INSERT INTO \"" + table + "\" VALUE {" + members + "}",
                    attributes.stream().map(Map.Entry::getValue).toList());
        }
        String where = " WHERE \"owner\" = ? AND \"number\" = ?";
        AttributeValue owner = Objects.requireNonNull(key(key).get(DynamoDbTruthStore.OWNER));
        AttributeValue number = Objects.requireNonNull(key(key).get(DynamoDbTruthStore.NUMBER));
        if (random.nextInt(3) == 0) {
            draft.delete(key);
            return new Statement("DELETE FROM \"" + table + "\"" + where, List.of(owner, number));
        }
        Map<String, AttributeValue> item = new HashMap<>(before);
        AttributeValue text = items.text();
        AttributeValue colour = items.colour();
        item.put("text", text);
        item.put(COLOUR, colour);
        draft.put(key, item);
        return new Statement(
                "UPDATE \"" + table + "\" SET \"text\" = ? SET \"colour\" = ?" + where,
                List.of(text, colour, owner, number));
    }

    private static ParameterizedStatement parameterized(Statement statement) {
        return ParameterizedStatement.builder()
                .statement(statement.text)
                .parameters(statement.parameters)
                .build();
    }

    /** Puts a random item, and gives it with its key. */
    private Map<String, AttributeValue> put(Draft<Map<String, AttributeValue>> draft, String key) {
        Map<String, AttributeValue> item = items.item();
        draft.put(key, item);
        Map<String, AttributeValue> whole = new HashMap<>(item);
        whole.putAll(key(key));
        return whole;
    }

    private static Map<String, AttributeValue> delete(Draft<Map<String, AttributeValue>> draft, String key) {
        draft.delete(key);
        return key(key);
    }

    /** Different ones. */
    private List<String> keys(int count) {
        List<String> all = new ArrayList<>();
        for (String owner : OWNERS) {
            IntStream.range(0, ITEMS).forEach(number -> all.add(share.name() + "/" + owner + "/" + number));
        }
        Collections.shuffle(all, random);
        return all.subList(0, count);
    }
}
