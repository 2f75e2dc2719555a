package io.headgate.recovery.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.recovery.crash.AwsProxy.Fate;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
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
class TableCrashIT {

    /** When the gateway is killed: what has become of each request, as far as it knows. */
    enum Moment {
        NOT_YET_EXECUTED,
        EXECUTED_UNANSWERED,
        OUTCOME_UNKNOWN,
        RUNNING
    }

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final LocalCloud cloud = LocalCloud.shared();
    private final String suffix = UUID.randomUUID().toString().substring(0, 8);
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
        Map<String, String> operations = new LinkedHashMap<>();
        Map<String, Map<String, Object>> mutations = mutations();
        int before;

        try (GatewayProcess killed = GatewayProcess.start(configuration())) {
            // The gateway makes its ledger's table when it starts.
            before = proxy.executed().size();
            proxy.hold(moment == Moment.NOT_YET_EXECUTED ? Fate.HELD_BEFORE_EXECUTION : Fate.HELD_BEFORE_THE_ANSWER);
            mutations.forEach((name, input) -> operations.put(name, ask(killed, name, input)));
            proxy.awaitHeld(mutations.size());
            if (moment == Moment.OUTCOME_UNKNOWN || moment == Moment.RUNNING) {
                proxy.blind(true);
                proxy.release(moment == Moment.OUTCOME_UNKNOWN);
                await(() -> operations.values().stream()
                        .allMatch(
                                id -> moment.name().equals(operation(killed, id).get("state"))));
            }
            killed.kill();
        }
        proxy.release(true);
        proxy.blind(false);

        try (GatewayProcess heir = GatewayProcess.start(configuration())) {
            await(() -> operations.values().stream()
                    .allMatch(id -> Set.of("SUCCEEDED", "FAILED")
                            .contains(operation(heir, id).get("state"))));

            operations.forEach((name, id) -> assertThat(operation(heir, id))
                    .as(name)
                    .containsEntry("state", "SUCCEEDED")
                    .containsEntry("waitsFor", null));
        }
        List<String> executed =
                proxy.executed().subList(before, proxy.executed().size());
        assertThat(executed)
                .containsExactlyInAnyOrder(
                        "CreateTable", "DeleteTable", "UpdateTable", "UpdateTable", "UpdateTable", "UpdateTable");
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
        Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
        configuration.put("quarkus.dynamodb.endpoint-override", proxy.endpoint().toString());
        configuration.put("headgate.ledger.table", "Tables-" + suffix);
        configuration.put("headgate.recovery.lease", "2s");
        configuration.put("headgate.recovery.settle", "3s");
        configuration.put("headgate.recovery.min-poll", "50ms");
        configuration.put("headgate.recovery.max-poll", "1s");
        return configuration;
    }

    @SuppressWarnings("unchecked")
    private static String ask(GatewayProcess gateway, String name, Map<String, Object> input) {
        String mutation = name.substring(0, name.indexOf(' '));
        String type = Character.toUpperCase(mutation.charAt(0)) + mutation.substring(1) + "Input!";
        Map<String, Object> data = gateway.ask(
                        "mutation($input: " + type + ") { o: " + mutation + "(input: $input) { id } }",
                        Map.of("input", input))
                .join();
        return String.valueOf(((Map<String, Object>) Objects.requireNonNull(data.get("o"))).get("id"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> operation(GatewayProcess gateway, String id) {
        Map<String, Object> data = gateway.ask(
                        "query($id: ID!) { o: operation(id: $id) { id kind state waitsFor"
                                + " error { code message awsErrorCode } } }",
                        Map.of("id", id))
                .join();
        return (Map<String, @Nullable Object>) Objects.requireNonNull(data.get("o"));
    }

    private String name(String part) {
        return part + "-" + suffix;
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

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }
}
