package io.headgate.localcloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** What the gateway relies on. */
class LocalDynamoDbTest {

    private final String table = "Things-" + UUID.randomUUID();
    private final String token = UUID.randomUUID().toString();
    private DynamoDbAsyncClient client;

    @BeforeEach
    void createTable() {
        client = LocalCloud.shared().dynamoDb().client();
        client.createTable(request -> request.tableName(table)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(text("id"), text("colour"))
                        .keySchema(hash("id"))
                        .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                                .indexName("byColour")
                                .keySchema(hash("colour"))
                                .projection(projection -> projection.projectionType(ProjectionType.ALL))
                                .build()))
                .join();
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void anItemIsFoundByTheIndex() {
        // Given
        client.putItem(request -> request.tableName(table).item(thing("t1", "red")))
                .join();

        // When
        QueryResponse found = client.query(request -> request.tableName(table)
                        .indexName("byColour")
                        .keyConditionExpression("colour = :colour")
                        .expressionAttributeValues(Map.of(":colour", AttributeValue.fromS("red"))))
                .join();

        // Then
        assertThat(found.items()).containsExactly(thing("t1", "red"));
    }

    @Test
    void aTransactionTakesEffectOnceForItsToken() {
        // Given
        TransactWriteItemsRequest addOne = transaction("ADD amount :one");
        client.transactWriteItems(addOne).join();

        // When
        client.transactWriteItems(addOne).join();

        // Then
        assertThat(client.getItem(
                                request -> request.tableName(table).key(Map.of("id", AttributeValue.fromS("counter"))))
                        .join()
                        .item()
                        .get("amount"))
                .isEqualTo(AttributeValue.fromN("1"));
    }

    @Test
    void anotherTransactionUnderATokenIsRefused() {
        // Given
        client.transactWriteItems(transaction("ADD amount :one")).join();

        // When
        assertThatThrownBy(() -> client.transactWriteItems(transaction("SET amount = :one"))
                        .join())

                // Then
                .hasCauseInstanceOf(IdempotentParameterMismatchException.class);
    }

    @Test
    void aHundredItemsAreReadAtOnce() {
        // Given
        DynamoDbBatches.put(client, table, things(100));
        List<Map<String, AttributeValue>> keys =
                things(100).stream().map(thing -> Map.of("id", thing.get("id"))).toList();

        // When
        BatchGetItemResponse found = client.batchGetItem(request -> request.requestItems(
                        Map.of(table, KeysAndAttributes.builder().keys(keys).build())))
                .join();

        // Then
        assertThat(found.responses().get(table)).containsExactlyInAnyOrderElementsOf(things(100));
    }

    @Test
    void manyItemsAreWrittenInBatches() {
        // When
        DynamoDbBatches.put(client, table, things(1_010));

        // Then
        ScanResponse scan = client.scan(request -> request.tableName(table).select(Select.COUNT))
                .join();
        assertThat(scan.count()).isEqualTo(1_010);
    }

    private TransactWriteItemsRequest transaction(String update) {
        return TransactWriteItemsRequest.builder()
                .clientRequestToken(token)
                .transactItems(TransactWriteItem.builder()
                        .update(counter -> counter.tableName(table)
                                .key(Map.of("id", AttributeValue.fromS("counter")))
                                .updateExpression(update)
                                .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"))))
                        .build())
                .build();
    }

    private static List<Map<String, AttributeValue>> things(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> thing("t" + number, "blue"))
                .toList();
    }

    private static Map<String, AttributeValue> thing(String id, String colour) {
        return Map.of("id", AttributeValue.fromS(id), "colour", AttributeValue.fromS(colour));
    }

    private static AttributeDefinition text(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement hash(String name) {
        return KeySchemaElement.builder()
                .attributeName(name)
                .keyType(KeyType.HASH)
                .build();
    }
}
