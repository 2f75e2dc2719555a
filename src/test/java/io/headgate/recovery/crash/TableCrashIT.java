package io.headgate.recovery.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** A gateway is killed with operations on tables at each state, and another one brings them to their ends, each made once. */
class TableCrashIT extends KilledGateway {

    private final AwsProxy proxy =
            new AwsProxy(cloud.dynamoDb().endpoint(), Set.of("CreateTable", "DeleteTable", "UpdateTable"));
    private final DynamoDbAsyncClient dynamoDb = cloud.dynamoDb().client();

    @BeforeEach
    void prepare() {
        Stream.of("deleted", "provisioned", "protected", "indexed", "stripped").forEach(this::createTable);
    }

    @AfterEach
    void close() {
        proxy.close();
        dynamoDb.close();
    }

    @ParameterizedTest
    @EnumSource
    void operationsOfAKilledGatewayEndRightAndOnce(Moment moment) {
        Map<String, Map<String, Object>> changes = mutations();

        Map<String, String> operations = kill(configuration(), moment, Map.of(proxy, changes.size()), changes);
        Map<String, Map<String, @Nullable Object>> ends = ends(configuration(), operations);

        assertThat(ends)
                .allSatisfy((name, end) -> assertThat(end)
                        .as(name)
                        .containsEntry("state", "SUCCEEDED")
                        .containsEntry("waitsFor", null));
        // The first gateway makes its ledger's table, too.
        assertThat(proxy.executed())
                .containsExactlyInAnyOrder(
                        "CreateTable",
                        "CreateTable",
                        "DeleteTable",
                        "UpdateTable",
                        "UpdateTable",
                        "UpdateTable",
                        "UpdateTable");
        assertThatTablesAreAsAskedFor(operations.get("createTable 1"));
    }

    private void assertThatTablesAreAsAskedFor(@Nullable String creation) {
        assertThat(dynamoDb.listTagsOfResource(r -> r.resourceArn(table("made").tableArn()))
                        .join()
                        .tags())
                .extracting(tag -> tag.key() + "=" + tag.value())
                .containsExactly("headgate:operation=" + creation);
        assertThat(dynamoDb.describeContinuousBackups(r -> r.tableName(name("made")))
                        .join()
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatus())
                .isEqualTo(PointInTimeRecoveryStatus.ENABLED);
        assertThat(dynamoDb.listTables(r -> r.exclusiveStartTableName("deleted").limit(100))
                        .join()
                        .tableNames())
                .doesNotContain(name("deleted"));
        assertThat(table("provisioned").provisionedThroughput().readCapacityUnits())
                .isEqualTo(5);
        assertThat(table("protected").deletionProtectionEnabled()).isTrue();
        assertThat(table("indexed").globalSecondaryIndexes())
                .extracting(GlobalSecondaryIndexDescription::indexName)
                .containsExactlyInAnyOrder("byDay", "byStatus");
        assertThat(table("stripped").globalSecondaryIndexes()).isEmpty();
    }

    private Map<String, Map<String, Object>> mutations() {
        Map<String, Map<String, Object>> mutations = new LinkedHashMap<>();
        Map<String, Object> index = Map.of("name", "byStatus", "partitionKey", Map.of("attribute", "status"));
        Map<String, Object> capacity = Map.of("readCapacityUnits", 5, "writeCapacityUnits", 2);
        mutations.put("createTable 1", change("made", Map.of("partitionKey", Map.of("attribute", "id"))));
        mutations.put("deleteTable 2", change("deleted", Map.of()));
        mutations.put(
                "modifyTable 3", change("provisioned", Map.of("billingMode", "PROVISIONED", "provisioned", capacity)));
        mutations.put("modifyTable 4", change("protected", Map.of("deletionProtection", true)));
        mutations.put("modifyTable 5", change("indexed", Map.of("createIndex", index)));
        mutations.put("modifyTable 6", change("stripped", Map.of("deleteIndex", "byDay")));
        return mutations;
    }

    private Map<String, Object> change(String part, Map<String, Object> more) {
        Map<String, Object> input = new HashMap<>(more);
        input.put("name", name(part));
        return input;
    }

    private Map<String, String> configuration() {
        return configuration("Tables", Map.of("quarkus.dynamodb.endpoint-override", proxy));
    }

    private TableDescription table(String part) {
        return dynamoDb.describeTable(r -> r.tableName(name(part))).join().table();
    }

    private void createTable(String part) {
        dynamoDb.createTable(r -> r.tableName(name(part))
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(attribute("id"), attribute("day"))
                        .keySchema(key("id"))
                        .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                                .indexName("byDay")
                                .keySchema(key("day"))
                                .projection(projection -> projection.projectionType(ProjectionType.ALL))
                                .build()))
                .join();
    }

    private static AttributeDefinition attribute(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement key(String attribute) {
        return KeySchemaElement.builder()
                .attributeName(attribute)
                .keyType(KeyType.HASH)
                .build();
    }
}
