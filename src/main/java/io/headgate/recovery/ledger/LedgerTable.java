package io.headgate.recovery.ledger;

import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * The table that holds the operations, as it must be created. Its items, by partition key {@value #ID} and sort key
 * {@value #ENTRY}:
 *
 * <ul>
 *   <li>{@code operation:…}, 0: the operation as it is now, and who holds its lease. The index {@value #BY_TIME} lists
 *       these, the index {@value #UNFINISHED} those not at their end.
 *   <li>{@code operation:…}, 1 and on: the operation as it was at each of its revisions. Never changed, never deleted.
 *   <li>{@code key:…}, 0: the operation that was asked for under an idempotency key.
 *   <li>{@code subject:…}, 0: the operation under way about a subject; deleted when that ends.
 * </ul>
 */
public final class LedgerTable {

    static final String ID = "id";
    static final String ENTRY = "entry";
    static final String LIST = "list";
    static final String LIST_KEY = "listKey";
    static final String OPEN = "open";
    static final String BY_TIME = "byTime";
    static final String UNFINISHED = "unfinished";

    private LedgerTable() {}

    /** What creates the table of this name, with on-demand capacity. */
    public static CreateTableRequest createRequest(String name) {
        return CreateTableRequest.builder()
                .tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(Stream.concat(
                                Stream.of(ID, LIST, LIST_KEY, OPEN).map(each -> attribute(each, ScalarAttributeType.S)),
                                Stream.of(attribute(ENTRY, ScalarAttributeType.N)))
                        .toList())
                .keySchema(keys(ID, ENTRY))
                .globalSecondaryIndexes(index(BY_TIME, keys(LIST, LIST_KEY)), index(UNFINISHED, keys(OPEN, ID)))
                .build();
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    private static List<KeySchemaElement> keys(String partition, String sort) {
        return List.of(
                KeySchemaElement.builder()
                        .attributeName(partition)
                        .keyType(KeyType.HASH)
                        .build(),
                KeySchemaElement.builder()
                        .attributeName(sort)
                        .keyType(KeyType.RANGE)
                        .build());
    }

    private static GlobalSecondaryIndex index(String name, List<KeySchemaElement> keys) {
        return GlobalSecondaryIndex.builder()
                .indexName(name)
                .keySchema(keys)
                .projection(projection -> projection.projectionType(ProjectionType.ALL))
                .build();
    }
}
