package io.headgate.recovery.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.Failure;
import io.headgate.recovery.FleetChange.ModifyTable;
import io.headgate.recovery.Progress;
import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableForm.Index;
import io.headgate.recovery.TableForm.KeyAttribute;
import io.headgate.recovery.TableUpdate;
import io.headgate.recovery.TableUpdate.Billing;
import io.headgate.recovery.TableUpdate.CreateIndex;
import io.headgate.recovery.TableUpdate.DeleteIndex;
import io.headgate.recovery.TableUpdate.DeletionProtection;
import io.headgate.recovery.TableUpdate.IndexCapacity;
import io.headgate.recovery.TableUpdate.TableClass;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that are changed: what DynamoDB is asked for, how it is followed, and what is refused before. */
class TableUpdatesTest extends RecordedDynamoDb {

    private static final DatabaseId ORDERS = DatabaseId.parse("dynamodb:Orders");
    private static final String TABLE_ID = "8f5e0f6a-2f52-4f0b-9a2b-0d6c4c1f3a11";
    private static final Capacity FIVE_TWO = new Capacity(5, 2);
    private static final KeyAttribute STATUS = new KeyAttribute("status", "S");
    private static final Index BY_STATUS = new Index(
            "byStatus", STATUS, new KeyAttribute("placedAt", "N"), "INCLUDE", List.of("total", "currency"), null);
    private static final String ON_DEMAND = "\"BillingModeSummary\":{\"BillingMode\":\"PAY_PER_REQUEST\"}";
    private static final String BY_STATUS_THERE = index("byStatus", "ACTIVE");

    private static ModifyTable modify(TableUpdate update) {
        return new ModifyTable(ORDERS, update);
    }

    private static ModifyTable provision(@Nullable String mode, @Nullable Capacity table, IndexCapacity... indexes) {
        return modify(new Billing(mode, table, List.of(indexes)));
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of(
                        provision("PAY_PER_REQUEST", null),
                        table("ACTIVE", "", BY_STATUS_THERE),
                        "{\"TableName\":\"Orders\",\"BillingMode\":\"PAY_PER_REQUEST\"}"),
                Arguments.of(
                        provision("PROVISIONED", FIVE_TWO, new IndexCapacity("byStatus", new Capacity(3, 1))),
                        table("ACTIVE", ON_DEMAND, BY_STATUS_THERE, index("byDay", "ACTIVE")),
                        """
                        {"TableName":"Orders","BillingMode":"PROVISIONED",\
                        "ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":2},\
                        "GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"byStatus",\
                        "ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":1}}},\
                        {"Update":{"IndexName":"byDay",\
                        "ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":2}}}]}"""),
                Arguments.of(
                        provision("PROVISIONED", FIVE_TWO),
                        table("ACTIVE", "", BY_STATUS_THERE),
                        "{\"TableName\":\"Orders\","
                                + "\"ProvisionedThroughput\":{\"ReadCapacityUnits\":5,\"WriteCapacityUnits\":2}}"),
                Arguments.of(
                        provision(null, new Capacity(7, 7), new IndexCapacity("byStatus", FIVE_TWO)),
                        table("ACTIVE", "", BY_STATUS_THERE, index("byDay", "ACTIVE")),
                        """
                        {"TableName":"Orders",\
                        "GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"byStatus",\
                        "ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":2}}}]}"""),
                Arguments.of(
                        modify(new DeletionProtection(true)),
                        table("ACTIVE", ""),
                        "{\"TableName\":\"Orders\",\"DeletionProtectionEnabled\":true}"),
                Arguments.of(
                        modify(new TableClass("STANDARD_INFREQUENT_ACCESS")),
                        table("ACTIVE", ""),
                        "{\"TableName\":\"Orders\",\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\"}"),
                Arguments.of(modify(new CreateIndex(BY_STATUS)), table("ACTIVE", ""), creation("""
                        ,"ProvisionedThroughput":{"ReadCapacityUnits":7,"WriteCapacityUnits":7}""")),
                Arguments.of(modify(new CreateIndex(BY_STATUS)), table("ACTIVE", ON_DEMAND), creation("")),
                Arguments.of(
                        modify(new CreateIndex(new Index(
                                BY_STATUS.name(),
                                BY_STATUS.partition(),
                                BY_STATUS.sort(),
                                BY_STATUS.projection(),
                                BY_STATUS.attributes(),
                                FIVE_TWO))),
                        table("ACTIVE", ""),
                        creation("""
                        ,"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":2}""")),
                Arguments.of(
                        modify(new DeleteIndex("byStatus")),
                        table("ACTIVE", "", BY_STATUS_THERE),
                        "{\"TableName\":\"Orders\","
                                + "\"GlobalSecondaryIndexUpdates\":[{\"Delete\":{\"IndexName\":\"byStatus\"}}]}"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aTableIsChangedByOneRequest(ModifyTable change, String table, String request) {
        aws.give("DescribeTable", table);

        String key = begin(change);

        assertThat(key).isEqualTo(TABLE_ID);
        assertThat(aws.calls()).containsExactly("DescribeTable", "UpdateTable");
        assertThat(aws.requests("UpdateTable").get(0).body()).isEqualTo(request);
    }

    static Stream<Arguments> settled() {
        return Stream.of(
                Arguments.of(provision("PAY_PER_REQUEST", null), table("ACTIVE", ON_DEMAND)),
                Arguments.of(
                        provision(null, new Capacity(7, 7), new IndexCapacity("byStatus", new Capacity(7, 7))),
                        table("ACTIVE", "", BY_STATUS_THERE)),
                Arguments.of(modify(new DeletionProtection(false)), table("ACTIVE", "")),
                Arguments.of(modify(new TableClass("STANDARD")), table("ACTIVE", "")),
                Arguments.of(
                        modify(new TableClass("STANDARD_INFREQUENT_ACCESS")),
                        table("ACTIVE", "\"TableClassSummary\":{\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\"}")));
    }

    @ParameterizedTest
    @MethodSource("settled")
    void whatIsSoAlreadyIsNotAskedFor(ModifyTable change, String table) {
        aws.give("DescribeTable", table);

        assertThat(begin(change)).isEqualTo(TABLE_ID);
        assertThat(look(change, TABLE_ID)).isEqualTo(new Progress.Done(null));
        assertThat(aws.calls()).doesNotContain("UpdateTable");
    }

    @Test
    void theAnswerToAChangeMayBeLost() {
        aws.give("DescribeTable", table("ACTIVE", "")).refuseDynamoDb("UpdateTable", 500, "InternalServerError");

        GatewayException lost = Failure.of(target.begin("op-1", modify(new DeletionProtection(true))));

        assertThat(lost.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        assertThat(aws.requests("UpdateTable")).hasSize(1);
    }

    @Test
    void aSettingIsFollowedUntilItIsAsAskedFor() {
        aws.give("DescribeTable", table("ACTIVE", ""))
                .give("DescribeTable", table("UPDATING", ""))
                .give("DescribeTable", table("ACTIVE", "", index("byDay", "UPDATING")))
                .give("DescribeTable", table("ACTIVE", ON_DEMAND))
                .give("DescribeTable", table("ACTIVE", ON_DEMAND).replace(TABLE_ID, "another"))
                .refuseDynamoDb("DescribeTable", 400, "ResourceNotFoundException");
        ModifyTable change = provision("PAY_PER_REQUEST", null);

        assertThat(look(change, null)).isEqualTo(new Progress.Absent());
        assertThat(look(change, null)).isEqualTo(new Progress.Running(null, TABLE_ID, "table Orders is UPDATING"));
        assertThat(look(change, null)).isInstanceOf(Progress.Running.class);
        assertThat(look(change, TABLE_ID)).isEqualTo(new Progress.Done(null));
        assertThat(look(change, TABLE_ID)).extracting("code").isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(look(change, TABLE_ID)).extracting("code").isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void anIndexIsFollowedUntilItIsFilled() {
        String creating = index("byStatus", "CREATING");
        aws.give("DescribeTable", table("ACTIVE", ""))
                .give("DescribeTable", table("UPDATING", "", creating))
                .give("DescribeTable", table("ACTIVE", "", creating.replace("false", "true")))
                .give("DescribeTable", table("ACTIVE", "", BY_STATUS_THERE))
                .give("DescribeTable", table("ACTIVE", "", index("byStatus", "DELETING")));
        ModifyTable change = modify(new CreateIndex(BY_STATUS));

        assertThat(look(change, null)).isEqualTo(new Progress.Absent());
        assertThat(look(change, null))
                .isEqualTo(new Progress.Running(
                        null, TABLE_ID, "index byStatus is CREATING, and resources are being allocated for it"));
        assertThat(look(change, null))
                .isEqualTo(new Progress.Running(
                        null,
                        TABLE_ID,
                        "index byStatus is CREATING, and the table's items are being added (Backfilling)"));
        assertThat(look(change, TABLE_ID)).isEqualTo(new Progress.Done(null));
        assertThat(look(change, TABLE_ID)).extracting("code").isEqualTo(ErrorCode.FAILED_PRECONDITION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"status\"", "\"INCLUDE\"", "\"currency\"", "\"N\""})
    void anIndexOfAnotherFormIsNotTheOperationsOwn(String part) {
        aws.give("DescribeTable", table("ACTIVE", "", BY_STATUS_THERE).replace(part, "\"other\""));

        assertThat(look(modify(new CreateIndex(BY_STATUS)), null))
                .extracting("code")
                .isEqualTo(ErrorCode.ALREADY_EXISTS);
    }

    @Test
    void anIndexIsFollowedUntilItIsGone() {
        aws.give("DescribeTable", table("ACTIVE", "", BY_STATUS_THERE))
                .give("DescribeTable", table("UPDATING", "", index("byStatus", "DELETING")))
                .give("DescribeTable", table("ACTIVE", ""));
        ModifyTable change = modify(new DeleteIndex("byStatus"));

        assertThat(look(change, null)).isEqualTo(new Progress.Absent());
        assertThat(look(change, null)).isEqualTo(new Progress.Running(null, TABLE_ID, "index byStatus is DELETING"));
        assertThat(look(change, TABLE_ID)).isEqualTo(new Progress.Done(null));
    }

    static Stream<Arguments> refused() {
        String local = "\"LocalSecondaryIndexes\":[{\"IndexName\":\"byTotal\",\"Projection\":"
                + "{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":["
                + IntStream.range(0, 99).mapToObj(i -> "\"a" + i + "\"").collect(Collectors.joining(","))
                + "]}}]";
        String[] twenty = IntStream.range(0, 20)
                .mapToObj(i -> index("index" + i, "ACTIVE").replace("\"total\",\"currency\"", ""))
                .toArray(String[]::new);
        Index provisioned = new Index("byDay", STATUS, null, "ALL", List.of(), FIVE_TWO);
        return Stream.of(
                Arguments.of(new DeletionProtection(true), table("UPDATING", ""), "is UPDATING: wait"),
                Arguments.of(
                        new CreateIndex(BY_STATUS), table("ACTIVE", "", twenty), "has 20 global secondary indexes"),
                Arguments.of(
                        new CreateIndex(BY_STATUS),
                        table("ACTIVE", "", index("byDay", "CREATING")),
                        "one at a time, and index byDay is CREATING"),
                Arguments.of(new CreateIndex(BY_STATUS), table("ACTIVE", local), "101 projected attributes"),
                Arguments.of(new CreateIndex(provisioned), table("ACTIVE", ON_DEMAND), "is on demand"),
                Arguments.of(
                        new CreateIndex(
                                new Index("byDay", new KeyAttribute("customer", "N"), null, "ALL", List.of(), null)),
                        table("ACTIVE", ""),
                        "has 'customer' of type S"),
                Arguments.of(new DeleteIndex("byTotal"), table("ACTIVE", local), "as a local index"),
                Arguments.of(
                        new DeleteIndex("byStatus"),
                        table("ACTIVE", "", index("byStatus", "CREATING")),
                        "resources are being allocated for it; wait until"),
                Arguments.of(
                        new DeleteIndex("byStatus"),
                        table("ACTIVE", "", BY_STATUS_THERE, index("byDay", "DELETING")),
                        "index byDay is DELETING"),
                Arguments.of(
                        new Billing(null, FIVE_TWO, List.of()),
                        table("ACTIVE", ON_DEMAND),
                        "is on demand, and has no capacity: give billingMode PROVISIONED"),
                Arguments.of(
                        new Billing(null, null, List.of(new IndexCapacity("byTotal", FIVE_TWO))),
                        table("ACTIVE", local),
                        "as a local index"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aTableIsNotChangedThatIsNotInTheStateForIt(TableUpdate update, String table, String why) {
        aws.give("DescribeTable", table);

        GatewayException refusal = Failure.of(target.check(modify(update)));

        assertThat(refusal.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
        assertThat(refusal.getMessage()).startsWith("dynamodb:Orders ").contains(why);
        assertThat(Failure.of(target.begin("op-1", modify(update))).code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
        assertThat(aws.calls()).doesNotContain("UpdateTable");
    }

    @Test
    void whatIsThereIsNotMadeAndWhatIsNotThereIsNotChanged() {
        aws.give("DescribeTable", table("ACTIVE", "", BY_STATUS_THERE))
                .give("DescribeTable", table("ACTIVE", ""))
                .give("DescribeTable", table("ACTIVE", ""))
                .refuseDynamoDb("DescribeTable", 400, "ResourceNotFoundException");

        assertThat(Failure.of(target.check(modify(new CreateIndex(BY_STATUS)))).code())
                .isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(Failure.of(target.check(modify(new DeleteIndex("byStatus")))).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(Failure.of(target.check(provision(null, null, new IndexCapacity("byStatus", FIVE_TWO))))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(Failure.of(target.check(modify(new DeletionProtection(true))))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void anIndexThatIsBeingFilledCanBeDeleted() {
        aws.give(
                "DescribeTable",
                table("ACTIVE", "", index("byStatus", "CREATING").replace("false", "true")));

        assertThat(await(target.check(modify(new DeleteIndex("byStatus"))))).isEqualTo(ORDERS);
    }

    @Test
    void rightFormsHaveNoProblem() {
        assertThat(target.problems(modify(new CreateIndex(BY_STATUS)))).isEmpty();
        assertThat(target.problems(modify(new DeleteIndex("byStatus")))).isEmpty();
        assertThat(target.problems(modify(new DeletionProtection(true)))).isEmpty();
        assertThat(target.problems(provision("PAY_PER_REQUEST", null))).isEmpty();
        assertThat(target.problems(provision("PROVISIONED", FIVE_TWO))).isEmpty();
        assertThat(target.problems(provision(null, null, new IndexCapacity("byStatus", FIVE_TWO))))
                .isEmpty();
    }

    @Test
    void whatDynamoDbWouldRefuseIsToldAtOnce() {
        Index index = new Index("x", null, STATUS, "ALL", List.of("total"), new Capacity(0, 1));

        assertThat(target.problems(new ModifyTable(DatabaseId.parse("dynamodb:no"), new CreateIndex(index))))
                .containsExactly(
                        "name 'no' is not allowed: it has 3 to 255 of a-z, A-Z, 0-9, '_', '.' and '-'",
                        "an index's name 'x' is not allowed: it has 3 to 255 of a-z, A-Z, 0-9, '_', '.' and '-'",
                        "index 'x' has no partitionKey, so it is a local one, which is made with its table alone",
                        "index 'x' needs at least 1 unit of reading and of writing",
                        "index 'x' names nonKeyAttributes, which INCLUDE alone takes");
        assertThat(target.problems(
                        modify(new CreateIndex(new Index("byDay", STATUS, STATUS, "INCLUDE", List.of(), null)))))
                .containsExactly(
                        "index 'byDay' has 'status' as its partition key and as its sort key",
                        "index 'byDay' includes no nonKeyAttributes: name them, or project KEYS_ONLY");
        assertThat(target.problems(modify(new DeleteIndex("x")))).hasSize(1);
        assertThat(target.problems(provision("PROVISIONED", null)))
                .containsExactly("billingMode PROVISIONED needs the table's capacity: give provisioned");
        assertThat(target.problems(provision("PAY_PER_REQUEST", FIVE_TWO)))
                .containsExactly(
                        "a table on demand has no capacity, nor have its indexes: leave provisioned and indexes out");
        assertThat(target.problems(provision(
                        null,
                        new Capacity(0, 0),
                        new IndexCapacity("byDay", FIVE_TWO),
                        new IndexCapacity("byDay", new Capacity(0, 1)))))
                .containsExactly(
                        "the table needs at least 1 unit of reading and of writing",
                        "index 'byDay' needs at least 1 unit of reading and of writing",
                        "index 'byDay' is there twice");
    }

    @Test
    void tablesOfHeadgatesOwnKeepTheirIndexes() {
        assertThat(target.problems(new ModifyTable(USERS, new DeleteIndex("byCreation"))))
                .containsExactly("dynamodb:Users is a table of Headgate's own, which keeps its indexes");
        assertThat(target.problems(new ModifyTable(USERS, new DeletionProtection(true))))
                .isEmpty();
    }

    private static String creation(String throughput) {
        return """
                {"AttributeDefinitions":[{"AttributeName":"status","AttributeType":"S"},\
                {"AttributeName":"placedAt","AttributeType":"N"}],"TableName":"Orders",\
                "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"byStatus",\
                "KeySchema":[{"AttributeName":"status","KeyType":"HASH"},{"AttributeName":"placedAt","KeyType":"RANGE"}],\
                "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["total","currency"]}""" + throughput + "}}]}";
    }

    /** A table of capacity 7 and 7. */
    private static String table(String status, String more, String... indexes) {
        return "{\"Table\":{\"TableName\":\"Orders\",\"TableStatus\":\"" + status + "\",\"TableId\":\"" + TABLE_ID
                + "\",\"TableArn\":\"arn:aws:dynamodb:eu-west-1:123456789012:table/Orders\",\"AttributeDefinitions\":["
                + "{\"AttributeName\":\"customer\",\"AttributeType\":\"S\"},"
                + "{\"AttributeName\":\"status\",\"AttributeType\":\"S\"},"
                + "{\"AttributeName\":\"placedAt\",\"AttributeType\":\"N\"}],"
                + "\"ProvisionedThroughput\":{\"ReadCapacityUnits\":7,\"WriteCapacityUnits\":7},"
                + (more.isEmpty() ? "" : more + ",")
                + "\"GlobalSecondaryIndexes\":[" + String.join(",", indexes) + "]}}";
    }

    private static String index(String name, String status) {
        return "{\"IndexName\":\"" + name + "\",\"IndexStatus\":\"" + status
                + "\",\"Backfilling\":false,\"KeySchema\":["
                + "{\"AttributeName\":\"status\",\"KeyType\":\"HASH\"},"
                + "{\"AttributeName\":\"placedAt\",\"KeyType\":\"RANGE\"}],"
                + "\"Projection\":{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[\"total\",\"currency\"]},"
                + "\"ProvisionedThroughput\":{\"ReadCapacityUnits\":7,\"WriteCapacityUnits\":7}}";
    }
}
