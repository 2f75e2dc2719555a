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
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

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
                                    day -> day.attributeName("day").attributeType(ScalarAttributeType.S))
                            .keySchema(
                                    user -> user.attributeName("user").keyType(KeyType.HASH),
                                    day -> day.attributeName("day").keyType(KeyType.RANGE)))
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
