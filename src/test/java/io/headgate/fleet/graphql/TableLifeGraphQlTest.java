package io.headgate.fleet.graphql;

import static io.headgate.GraphQlClient.ask;
import static io.headgate.fleet.graphql.FleetClient.done;
import static io.headgate.fleet.graphql.FleetClient.mutate;
import static io.headgate.fleet.graphql.FleetClient.suffix;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables over GraphQL, made and deleted in DynamoDB Local. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class TableLifeGraphQlTest {

    private static Answer table(String name) {
        Answer answer = ask(
                "query($name: String!) { table(name: $name) { status keys { attribute keyType attributeType }"
                        + " indexes { name global projectionType nonKeyAttributes keys { attribute } }"
                        + " billing { mode readCapacityUnits writeCapacityUnits } streamViewType"
                        + " pointInTimeRecovery { recoveryPeriodInDays } deletionProtection } }",
                Map.of("name", name));
        assertThat(answer.messages()).isEmpty();
        return answer;
    }

    @Test
    void aTableIsMadeWithItsIndexesAndDeleted() {
        String name = "Orders-" + suffix();

        Answer created = done(
                "createTable",
                Map.of(
                        "name",
                        name,
                        "partitionKey",
                        Map.of("attribute", "customer"),
                        "sortKey",
                        Map.of("attribute", "placedAt", "attributeType", "N"),
                        "provisioned",
                        Map.of("readCapacityUnits", 5, "writeCapacityUnits", 2),
                        "streamViewType",
                        "NEW_AND_OLD_IMAGES",
                        "indexes",
                        List.of(
                                Map.of(
                                        "name",
                                        "byStatus",
                                        "partitionKey",
                                        Map.of("attribute", "status"),
                                        "projectionType",
                                        "INCLUDE",
                                        "nonKeyAttributes",
                                        List.of("total")),
                                Map.of(
                                        "name",
                                        "byTotal",
                                        "sortKey",
                                        Map.of("attribute", "total", "attributeType", "N"),
                                        "projectionType",
                                        "KEYS_ONLY"))));

        assertThat(created.data("operation", "kind")).isEqualTo("CREATE_TABLE");
        assertThat(created.data("operation", "target")).isEqualTo("dynamodb:" + name);
        assertThat(created.data("operation", "database", "status")).isEqualTo("ACTIVE");
        Answer table = table(name);
        assertThat(table.list("table", "keys"))
                .containsExactly(
                        Map.of("attribute", "customer", "keyType", "HASH", "attributeType", "S"),
                        Map.of("attribute", "placedAt", "keyType", "RANGE", "attributeType", "N"));
        assertThat(table.list("table", "indexes"))
                .containsExactlyInAnyOrder(
                        Map.of(
                                "name",
                                "byStatus",
                                "global",
                                true,
                                "projectionType",
                                "INCLUDE",
                                "nonKeyAttributes",
                                List.of("total"),
                                "keys",
                                List.of(Map.of("attribute", "status"))),
                        Map.of(
                                "name",
                                "byTotal",
                                "global",
                                false,
                                "projectionType",
                                "KEYS_ONLY",
                                "nonKeyAttributes",
                                List.of(),
                                "keys",
                                List.of(Map.of("attribute", "customer"), Map.of("attribute", "total"))));
        assertThat(table.data("table", "billing"))
                .hasToString("{mode=PROVISIONED, readCapacityUnits=5.0, writeCapacityUnits=2.0}");
        assertThat(table.data("table", "streamViewType")).isEqualTo("NEW_AND_OLD_IMAGES");
        assertThat(table.data("table", "pointInTimeRecovery", "recoveryPeriodInDays"))
                .isEqualTo(35);

        Answer deleted = done("deleteTable", Map.of("name", name));

        assertThat(deleted.data("operation", "source")).isEqualTo("dynamodb:" + name);
        assertThat(table(name).data("table")).isNull();
    }

    @Test
    void theSameKeyAgainIsTheSameOperation() {
        Map<String, Object> input = Map.of(
                "name",
                "Once-" + suffix(),
                "partitionKey",
                Map.of("attribute", "id"),
                "pointInTimeRecovery",
                false,
                "idempotencyKey",
                "once-" + suffix());

        Answer first = done("createTable", input);
        Answer again = done("createTable", input);

        assertThat(again.data("operation", "id")).isEqualTo(first.data("operation", "id"));
        Answer table = table(String.valueOf(input.get("name")));
        assertThat(table.data("table", "pointInTimeRecovery")).isNull();
        assertThat(table.data("table", "billing", "mode")).isEqualTo("PAY_PER_REQUEST");
        done("deleteTable", Map.of("name", String.valueOf(input.get("name"))));
    }

    @Test
    void aProtectedTableStays() {
        String name = "Kept-" + suffix();
        done(
                "createTable",
                Map.of("name", name, "partitionKey", Map.of("attribute", "id"), "deletionProtection", true));

        Answer refused = mutate("deleteTable", Map.of("name", name));

        assertThat(refused.codes()).containsExactly("FAILED_PRECONDITION");
        assertThat(table(name).data("table", "status")).isEqualTo("ACTIVE");
    }

    @ParameterizedTest
    @CsvSource({
        "Users, INVALID_ARGUMENT",
        "NotThere, NOT_FOUND",
    })
    void whatMayNotBeDeletedIsNot(String name, String code) {
        assertThat(mutate("deleteTable", Map.of("name", name)).codes()).containsExactly(code);
    }

    @Test
    void whatCanNotBeMadeIsToldBeforeDynamoDbIsAsked() {
        Answer refused = mutate(
                "createTable",
                Map.of("name", "no", "partitionKey", Map.of("attribute", "id"), "recoveryPeriodInDays", 40));

        assertThat(refused.codes()).containsExactly("INVALID_ARGUMENT");
        assertThat(refused.messages().toString()).contains("name 'no'", "recoveryPeriodInDays is 40");
    }
}
