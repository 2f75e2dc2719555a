package io.headgate.fleet.graphql;

import static io.headgate.GraphQlClient.ask;
import static io.headgate.fleet.graphql.FleetClient.done;
import static io.headgate.fleet.graphql.FleetClient.mutate;
import static io.headgate.fleet.graphql.FleetClient.suffix;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Tables over GraphQL, changed in DynamoDB Local. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class TableUpdateGraphQlTest {

    private static final Map<String, Object> BY_STATUS =
            Map.of("name", "byStatus", "partitionKey", Map.of("attribute", "status"), "projectionType", "KEYS_ONLY");

    private final String name = "Orders-" + suffix();
    private final DynamoDbAsyncClient dynamoDb = LocalCloud.shared().dynamoDb().client();

    @BeforeEach
    void create() {
        done(
                "createTable",
                Map.of(
                        "name",
                        name,
                        "partitionKey",
                        Map.of("attribute", "customer"),
                        "pointInTimeRecovery",
                        false,
                        "sortKey",
                        Map.of("attribute", "placedAt", "attributeType", "N"),
                        "indexes",
                        List.of(Map.of("name", "byDay", "partitionKey", Map.of("attribute", "day")))));
    }

    @AfterEach
    void delete() {
        dynamoDb.deleteTable(request -> request.tableName(name)).join();
        dynamoDb.close();
    }

    private Answer table() {
        Answer answer = ask(
                "query($name: String!) { table(name: $name) { status tableClass deletionProtection"
                        + " indexes { name status billing { mode readCapacityUnits writeCapacityUnits } }"
                        + " billing { mode readCapacityUnits writeCapacityUnits } } }",
                Map.of("name", name));
        assertThat(answer.messages()).isEmpty();
        return answer;
    }

    private Answer modify(Map<String, Object> change) {
        return done("modifyTable", named(change));
    }

    private Map<String, Object> named(Map<String, Object> change) {
        Map<String, Object> input = new HashMap<>(change);
        input.put("name", name);
        return input;
    }

    @Test
    void aTableBecomesProvisionedAndGoesOnDemandAgain() {
        Answer provisioned = modify(Map.of(
                "billingMode", "PROVISIONED", "provisioned", Map.of("readCapacityUnits", 5, "writeCapacityUnits", 2)));

        assertThat(provisioned.data("operation", "kind")).isEqualTo("MODIFY_TABLE");
        assertThat(provisioned.data("operation", "source")).isEqualTo("dynamodb:" + name);
        assertThat(provisioned.data("operation", "target")).isNull();
        assertThat(table().data("table", "billing"))
                .hasToString("{mode=PROVISIONED, readCapacityUnits=5.0, writeCapacityUnits=2.0}");
        assertThat(table().list("table", "indexes"))
                .hasToString("[{name=byDay, status=ACTIVE,"
                        + " billing={mode=PROVISIONED, readCapacityUnits=5.0, writeCapacityUnits=2.0}}]");

        modify(Map.of(
                "provisioned",
                Map.of("readCapacityUnits", 6, "writeCapacityUnits", 2),
                "indexes",
                List.of(Map.of(
                        "name", "byDay", "provisioned", Map.of("readCapacityUnits", 1, "writeCapacityUnits", 1)))));

        assertThat(table().data("table", "billing", "readCapacityUnits")).hasToString("6.0");
        assertThat(table().list("table", "indexes").toString()).contains("readCapacityUnits=1.0");

        modify(Map.of("billingMode", "PAY_PER_REQUEST"));

        assertThat(table().data("table", "billing", "mode")).isEqualTo("PAY_PER_REQUEST");
    }

    @Test
    void anIndexIsAddedToItemsThatAreThereAndDeleted() {
        dynamoDb.putItem(request -> request.tableName(name)
                        .item(Map.of(
                                "customer", AttributeValue.fromS("ada"),
                                "placedAt", AttributeValue.fromN("1"),
                                "status", AttributeValue.fromS("open"))))
                .join();
        String open =
                "query($table: String!) { tableQuery(table: $table, index: \"byStatus\", partition: \"open\") { nodes } }";
        assertThat(ask(open, Map.of("table", name)).codes()).containsExactly("INVALID_ARGUMENT");

        modify(Map.of("createIndex", BY_STATUS));

        assertThat(table().list("table", "indexes").toString()).contains("name=byStatus, status=ACTIVE");
        Answer found = ask(open, Map.of("table", name));
        assertThat(found.list("tableQuery", "nodes"))
                .containsExactly(Map.of("customer", "ada", "placedAt", 1, "status", "open"));
        assertThat(mutate("modifyTable", named(Map.of("createIndex", BY_STATUS)))
                        .codes())
                .containsExactly("ALREADY_EXISTS");

        modify(Map.of("deleteIndex", "byStatus"));

        assertThat(table().list("table", "indexes").toString()).doesNotContain("byStatus");
        assertThat(mutate("modifyTable", named(Map.of("deleteIndex", "byStatus")))
                        .codes())
                .containsExactly("NOT_FOUND");
    }

    @Test
    void aTableIsProtectedAndNotProtected() {
        modify(Map.of("deletionProtection", true));

        assertThat(mutate("deleteTable", Map.of("name", name)).codes()).containsExactly("FAILED_PRECONDITION");

        modify(Map.of("deletionProtection", false));

        assertThat(table().data("table", "deletionProtection")).isEqualTo(false);
    }

    /** DynamoDB Local changes no class, so that what DynamoDB is asked for is in the recorded requests alone. */
    @Test
    void aTableKeepsItsClass() {
        modify(Map.of("tableClass", "STANDARD"));

        assertThat(table().data("table", "tableClass")).isEqualTo("STANDARD");
    }

    @Test
    void whatIsSoAlreadyStays() {
        Map<String, Object> change = Map.of("billingMode", "PAY_PER_REQUEST", "idempotencyKey", "once-" + suffix());

        Answer first = modify(change);
        Answer again = modify(change);

        assertThat(again.data("operation", "id")).isEqualTo(first.data("operation", "id"));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(Map.of(), "INVALID_ARGUMENT", "0 changes are given"),
                Arguments.of(
                        Map.of("deletionProtection", true, "deleteIndex", "byDay"),
                        "INVALID_ARGUMENT",
                        "one at a time"),
                Arguments.of(Map.of("billingMode", "PROVISIONED"), "INVALID_ARGUMENT", "needs the table's capacity"),
                Arguments.of(
                        Map.of("provisioned", Map.of("readCapacityUnits", 1, "writeCapacityUnits", 1)),
                        "FAILED_PRECONDITION",
                        "give billingMode PROVISIONED"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatDynamoDbDoesNotMakeIsNotAskedFor(Map<String, Object> change, String code, String why) {
        Answer refused = mutate("modifyTable", named(change));

        assertThat(refused.codes()).containsExactly(code);
        assertThat(refused.messages().toString()).contains(why);
    }

    @Test
    void whatIsNotThereIsNotChanged() {
        assertThat(mutate("modifyTable", Map.of("name", "NotThere", "deletionProtection", true))
                        .codes())
                .containsExactly("NOT_FOUND");
    }
}
