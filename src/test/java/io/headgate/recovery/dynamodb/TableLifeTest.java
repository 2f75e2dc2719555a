package io.headgate.recovery.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.Failure;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateTable;
import io.headgate.recovery.FleetChange.DeleteTable;
import io.headgate.recovery.Progress;
import io.headgate.recovery.TableForm;
import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableForm.Index;
import io.headgate.recovery.TableForm.KeyAttribute;
import io.headgate.recovery.Tag;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables that are made and deleted: what DynamoDB is asked for, how it is followed, and what is refused before. */
class TableLifeTest extends RecordedDynamoDb {

    private static final DatabaseId ORDERS = DatabaseId.parse("dynamodb:Orders");
    private static final String TABLE_ID = "8f5e0f6a-2f52-4f0b-9a2b-0d6c4c1f3a11";
    private static final KeyAttribute CUSTOMER = new KeyAttribute("customer", "S");
    private static final KeyAttribute PLACED = new KeyAttribute("placedAt", "N");
    private static final KeyAttribute TOTAL = new KeyAttribute("total", "N");
    private static final Index BY_TOTAL = new Index("byTotal", null, TOTAL, "KEYS_ONLY", List.of(), null);
    private static final Index BY_STATUS =
            new Index("byStatus", new KeyAttribute("status", "S"), PLACED, "INCLUDE", List.of("total"), null);

    private static CreateTable create(TableForm form) {
        return new CreateTable(ORDERS, form, 35, List.of(new Tag("team", "shop")));
    }

    private static TableForm form(@Nullable Capacity provisioned, Index... indexes) {
        return new TableForm(CUSTOMER, PLACED, List.of(indexes), provisioned, "NEW_IMAGE", true);
    }

    @Test
    void aTableIsMadeByOneRequest() {
        begin(create(form(new Capacity(5, 2), BY_TOTAL, BY_STATUS)));

        assertThat(aws.calls()).containsExactly("CreateTable");
        assertThat(aws.requests("CreateTable").get(0).body()).isEqualTo("""
                {"AttributeDefinitions":[{"AttributeName":"customer","AttributeType":"S"},\
                {"AttributeName":"placedAt","AttributeType":"N"},{"AttributeName":"total","AttributeType":"N"},\
                {"AttributeName":"status","AttributeType":"S"}],"TableName":"Orders",\
                "KeySchema":[{"AttributeName":"customer","KeyType":"HASH"},{"AttributeName":"placedAt","KeyType":"RANGE"}],\
                "LocalSecondaryIndexes":[{"IndexName":"byTotal",\
                "KeySchema":[{"AttributeName":"customer","KeyType":"HASH"},{"AttributeName":"total","KeyType":"RANGE"}],\
                "Projection":{"ProjectionType":"KEYS_ONLY"}}],\
                "GlobalSecondaryIndexes":[{"IndexName":"byStatus",\
                "KeySchema":[{"AttributeName":"status","KeyType":"HASH"},{"AttributeName":"placedAt","KeyType":"RANGE"}],\
                "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["total"]},\
                "ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":2}}],\
                "BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":2},\
                "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},\
                "Tags":[{"Key":"team","Value":"shop"},{"Key":"headgate:operation","Value":"op-1"}],\
                "DeletionProtectionEnabled":true}""");
    }

    @Test
    void aTableOnDemandHasNoCapacity() {
        begin(create(new TableForm(CUSTOMER, null, List.of(), null, null, false)));

        assertThat(aws.requests("CreateTable").get(0).body())
                .contains("\"BillingMode\":\"PAY_PER_REQUEST\"")
                .doesNotContain("Provisioned", "Stream", "Secondary", "RANGE");
    }

    @Test
    void aTableThatIsMadeIsFollowedUntilItIsActive() {
        String active = described("ACTIVE");
        aws.refuseDynamoDb("DescribeTable", 400, "ResourceNotFoundException")
                .give("DescribeTable", described("CREATING"))
                .give("ListTagsOfResource", tagged("op-1"))
                .give("DescribeTable", active)
                .give("ListTagsOfResource", tagged("op-1"))
                .give("DescribeTable", active)
                .give("ListTagsOfResource", tagged("op-2"));
        CreateTable change = create(form(null));

        assertThat(look(change, null)).isEqualTo(new Progress.Absent());
        assertThat(look(change, null)).isEqualTo(new Progress.Running(null, null, "table Orders is CREATING"));
        assertThat(look(change, null)).isEqualTo(new Progress.Done(null));
        assertThat(look(change, null)).extracting("code").isEqualTo(ErrorCode.ALREADY_EXISTS);
    }

    @Test
    void pointInTimeRecoveryIsTurnedOnOnceTheTableIsThere() {
        await(target.complete(create(form(null))));
        await(target.complete(new CreateTable(ORDERS, form(null), null, List.of())));

        assertThat(aws.calls()).containsExactly("UpdateContinuousBackups");
        assertThat(aws.requests("UpdateContinuousBackups").get(0).body())
                .isEqualTo("{\"TableName\":\"Orders\",\"PointInTimeRecoverySpecification\":"
                        + "{\"PointInTimeRecoveryEnabled\":true,\"RecoveryPeriodInDays\":35}}");
    }

    @Test
    void backupsThatAreNotEnabledYetAreAskedForAgain() {
        aws.refuseDynamoDb("UpdateContinuousBackups", 400, "ContinuousBackupsUnavailableException");

        GatewayException early = Failure.of(target.complete(create(form(null))));

        assertThat(early.retryable()).isTrue();
        assertThat(early.getMessage()).contains("has not enabled backups of table Orders yet");
    }

    @Test
    void aDeletedTableIsToldByItsIdFromOneOfTheSameName() {
        aws.give("DescribeTable", described("DELETING"))
                .give("DescribeTable", described("ACTIVE"))
                .give("DescribeTable", described("ACTIVE").replace(TABLE_ID, "another"))
                .refuseDynamoDb("DescribeTable", 400, "ResourceNotFoundException");
        DeleteTable change = new DeleteTable(ORDERS);

        assertThat(begin(change)).isEqualTo(TABLE_ID);
        assertThat(look(change, null)).isEqualTo(new Progress.Running(null, TABLE_ID, "table Orders is DELETING"));
        assertThat(look(change, TABLE_ID)).isEqualTo(new Progress.Absent());
        assertThat(look(change, TABLE_ID)).isEqualTo(new Progress.Done(null));
        assertThat(look(change, TABLE_ID)).isEqualTo(new Progress.Done(null));
        assertThat(aws.requests("DeleteTable").get(0).body()).isEqualTo("{\"TableName\":\"Orders\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "ACTIVE, true, protected against deletion",
        "UPDATING, false, is UPDATING",
    })
    void aTableIsNotDeletedThatMayNotBe(String status, boolean isProtected, String why) {
        aws.give("DescribeTable", described(status).replace("false", String.valueOf(isProtected)));

        GatewayException refusal = Failure.of(target.check(new DeleteTable(ORDERS)));

        assertThat(refusal.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
        assertThat(refusal.getMessage()).contains(why);
    }

    @Test
    void whatIsThereIsNotMadeAndWhatIsNotThereIsNotDeleted() {
        aws.give("DescribeTable", described("ACTIVE"))
                .refuseDynamoDb("DescribeTable", 400, "ResourceNotFoundException");

        assertThat(Failure.of(target.check(create(form(null)))).code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(Failure.of(target.check(new DeleteTable(ORDERS))).code()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void rightFormsHaveNoProblem() {
        assertThat(target.problems(create(form(null, BY_TOTAL, BY_STATUS)))).isEmpty();
        assertThat(target.problems(create(form(new Capacity(1, 1), BY_TOTAL, BY_STATUS))))
                .isEmpty();
        assertThat(target.problems(new DeleteTable(ORDERS))).isEmpty();
    }

    @Test
    void whatDynamoDbWouldRefuseIsToldAtOnce() {
        Index local = new Index("byTotal", null, null, "ALL", List.of(), new Capacity(1, 1));
        Index global = new Index("byTotal", new KeyAttribute("placedAt", "S"), PLACED, "ALL", List.of("total"), null);
        Index provisioned = new Index("x", new KeyAttribute("", "S"), null, "INCLUDE", List.of(), new Capacity(0, 1));
        TableForm form = new TableForm(CUSTOMER, CUSTOMER, List.of(local, global, provisioned), null, null, false);

        List<String> problems = target.problems(new CreateTable(
                DatabaseId.parse("dynamodb:no"), form, 36, List.of(new Tag("headgate:operation", "mine"))));

        assertThat(problems)
                .containsExactlyInAnyOrder(
                        "name 'no' is not allowed: it has 3 to 255 of a-z, A-Z, 0-9, '_', '.' and '-'",
                        "the table has 'customer' as its partition key and as its sort key",
                        "index 'byTotal' has no partitionKey, so it is a local one: both its table and it need a sortKey",
                        "index 'byTotal' is a local one, which uses its table's capacity: leave provisioned out",
                        "index 'byTotal' is there twice",
                        "'placedAt' is of type S and of type N",
                        "index 'byTotal' has 'placedAt' as its partition key and as its sort key",
                        "index 'byTotal' names nonKeyAttributes, which INCLUDE alone takes",
                        "an index's name 'x' is not allowed: it has 3 to 255 of a-z, A-Z, 0-9, '_', '.' and '-'",
                        "index 'x' has a key whose name has not 1 to 255 characters",
                        "index 'x' needs at least 1 unit of reading and of writing",
                        "index 'x' is provisioned, and its table is on demand: provision both or none",
                        "index 'x' includes no nonKeyAttributes: name them, or project KEYS_ONLY",
                        "recoveryPeriodInDays is 36; 1 to 35 are allowed",
                        "the tag headgate:operation is Headgate's: leave it out");
    }

    @Test
    void thereAreAsManyIndexesAsDynamoDbTakes() {
        Index[] indexes = IntStream.range(0, 27)
                .mapToObj(i -> i < 6
                        ? new Index("local" + i, null, TOTAL, "ALL", List.of(), null)
                        : new Index("global" + i, CUSTOMER, null, "ALL", List.of(), null))
                .toArray(Index[]::new);

        assertThat(target.problems(create(form(null, indexes))))
                .containsExactly(
                        "21 global secondary indexes; a table has at most 20",
                        "6 local secondary indexes; a table has at most 5");
    }

    @Test
    void tablesOfHeadgatesOwnAreNotDeleted() {
        assertThat(target.problems(new DeleteTable(USERS)))
                .containsExactly("dynamodb:Users is a table of Headgate's own, which it does not delete");
    }

    @Test
    void tablesAreNotChangedAsDatabasesAre() {
        assertThat(target.problems(new FleetChange.RebootDatabase(ORDERS))).hasSize(1);
    }

    private static String described(String status) {
        return "{\"Table\":{\"TableName\":\"Orders\",\"TableStatus\":\"" + status + "\",\"TableId\":\"" + TABLE_ID
                + "\",\"TableArn\":\"arn:aws:dynamodb:eu-west-1:123456789012:table/Orders\",\"DeletionProtectionEnabled\":false}}";
    }

    private static String tagged(String operation) {
        return "{\"Tags\":[{\"Key\":\"headgate:operation\",\"Value\":\"" + operation + "\"}]}";
    }
}
