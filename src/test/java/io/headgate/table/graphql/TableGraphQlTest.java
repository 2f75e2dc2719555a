package io.headgate.table.graphql;

import static io.headgate.GraphQlClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** Items of a table over GraphQL. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class TableGraphQlTest {

    private static final String TABLE = "Notes-" + UUID.randomUUID();

    @BeforeAll
    @SuppressWarnings("unchecked")
    static void create() {
        try (DynamoDbAsyncClient client = LocalCloud.shared().dynamoDb().client()) {
            client.createTable(request -> request.tableName(TABLE)
                            .billingMode(BillingMode.PAY_PER_REQUEST)
                            .attributeDefinitions(
                                    user -> user.attributeName("user").attributeType(ScalarAttributeType.S),
                                    day -> day.attributeName("day").attributeType(ScalarAttributeType.S),
                                    length -> length.attributeName("length").attributeType(ScalarAttributeType.N))
                            .keySchema(
                                    user -> user.attributeName("user").keyType(KeyType.HASH),
                                    day -> day.attributeName("day").keyType(KeyType.RANGE))
                            .globalSecondaryIndexes(index -> index.indexName("byDay")
                                    .keySchema(day -> day.attributeName("day").keyType(KeyType.HASH))
                                    .projection(projection -> projection
                                            .projectionType(ProjectionType.INCLUDE)
                                            .nonKeyAttributes("title")))
                            .localSecondaryIndexes(index -> index.indexName("byLength")
                                    .keySchema(
                                            user -> user.attributeName("user").keyType(KeyType.HASH),
                                            length -> length.attributeName("length")
                                                    .keyType(KeyType.RANGE))
                                    .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY)))
                            .streamSpecification(
                                    stream -> stream.streamEnabled(true).streamViewType(StreamViewType.KEYS_ONLY)))
                    .join();
            for (String day : new String[] {"2026-01-01", "2026-01-02", "2026-02-01"}) {
                client.putItem(request -> request.tableName(TABLE)
                                .item(Map.of("user", AttributeValue.fromS("ada"), "day", AttributeValue.fromS(day))))
                        .join();
            }
        }
    }

    @AfterAll
    static void delete() {
        try (DynamoDbAsyncClient client = LocalCloud.shared().dynamoDb().client()) {
            client.deleteTable(request -> request.tableName(TABLE)).join();
        }
    }

    @Test
    void tableIsDescribed() {
        String describe = "query($name: String!) { table(name: $name) {"
                + " name arn status createdAt keys { attribute keyType attributeType }"
                + " indexes { name global keys { attribute } status backfilling projectionType nonKeyAttributes"
                + " billing { mode } itemCount }"
                + " billing { mode readCapacityUnits writeCapacityUnits } streamViewType streamArn"
                + " pointInTimeRecovery { recoveryPeriodInDays } deletionProtection itemCount sizeBytes } }";

        var answer = ask(describe, Map.of("name", TABLE));

        assertThat(answer.data("table", "name")).isEqualTo(TABLE);
        assertThat(answer.text("table", "arn")).endsWith(":table/" + TABLE);
        assertThat(answer.data("table", "status")).isEqualTo("ACTIVE");
        assertThat(answer.text("table", "createdAt")).startsWith("20");
        assertThat(answer.data("table", "keys"))
                .hasToString("[{attribute=user, keyType=HASH, attributeType=S},"
                        + " {attribute=day, keyType=RANGE, attributeType=S}]");
        assertThat(answer.data("table", "indexes"))
                .hasToString("[{name=byDay, global=true, keys=[{attribute=day}], status=ACTIVE, backfilling=false,"
                        + " projectionType=INCLUDE, nonKeyAttributes=[title], billing={mode=PAY_PER_REQUEST},"
                        + " itemCount=3.0},"
                        + " {name=byLength, global=false, keys=[{attribute=user}, {attribute=length}], status=null,"
                        + " backfilling=false, projectionType=KEYS_ONLY, nonKeyAttributes=[], billing=null,"
                        + " itemCount=0.0}]");
        assertThat(answer.data("table", "billing"))
                .hasToString("{mode=PAY_PER_REQUEST, readCapacityUnits=null, writeCapacityUnits=null}");
        assertThat(answer.data("table", "streamViewType")).isEqualTo("KEYS_ONLY");
        assertThat(answer.text("table", "streamArn")).contains(TABLE);
        assertThat(answer.data("table", "deletionProtection")).isEqualTo(false);
        assertThat(ask(describe, Map.of("name", "NoSuchTable")).data("table")).isNull();
        assertThat(ask(describe, Map.of("name", "?")).codes()).containsExactly("INVALID_ARGUMENT");
    }

    @Test
    void itemIsReadByItsKey() {
        String read =
                "query($table: String!, $key: JSON!) { tableItem(table: $table, key: $key, consistency: STRONG) }";

        assertThat(ask(read, Map.of("table", TABLE, "key", Map.of("user", "ada", "day", "2026-01-01")))
                        .data("tableItem"))
                .hasToString("{day=2026-01-01, user=ada}");
        assertThat(ask(read, Map.of("table", TABLE, "key", Map.of("user", "eve", "day", "2026-01-01")))
                        .data("tableItem"))
                .isNull();
        assertThat(ask(read, Map.of("table", TABLE, "key", Map.of("user", "eve")))
                        .codes())
                .containsExactly("INVALID_ARGUMENT");
        assertThat(ask(read, Map.of("table", "NoSuchTable", "key", Map.of("user", "eve")))
                        .codes())
                .containsExactly("NOT_FOUND");
    }

    @Test
    void itemsAreReadByTheirPartitionAndSortKey() {
        String read = "query($table: String!, $sort: SortKeyCondition, $after: Cursor) {"
                + " tableQuery(table: $table, partition: \"ada\", sort: $sort, first: 1, after: $after) {"
                + " nodes edges { cursor node } pageInfo { hasNextPage hasPreviousPage endCursor } } }";
        Map<String, Object> january = Map.of("table", TABLE, "sort", Map.of("beginsWith", "2026-01"));

        var first = ask(read, january);
        var second = ask(
                read,
                Map.of(
                        "table", TABLE,
                        "sort", Map.of("beginsWith", "2026-01"),
                        "after", first.text("tableQuery", "pageInfo", "endCursor")));

        assertThat(first.data("tableQuery", "nodes")).hasToString("[{day=2026-01-01, user=ada}]");
        assertThat(first.data("tableQuery", "pageInfo", "hasNextPage")).isEqualTo(true);
        assertThat(second.data("tableQuery", "edges", 0, "node")).hasToString("{day=2026-01-02, user=ada}");
        assertThat(second.data("tableQuery", "pageInfo", "hasNextPage")).isEqualTo(false);
        assertThat(second.data("tableQuery", "pageInfo", "hasPreviousPage")).isEqualTo(true);
        assertThat(ask(read, Map.of("table", TABLE, "sort", Map.of())).codes()).containsExactly("INVALID_ARGUMENT");
        assertThat(ask(read, Map.of("table", TABLE, "sort", Map.of("eq", "a", "lt", "b")))
                        .codes())
                .containsExactly("INVALID_ARGUMENT");
    }
}
