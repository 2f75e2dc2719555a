package io.headgate.localcloud.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BackupNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.InvalidRestoreTimeException;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.LimitExceededException;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableAlreadyExistsException;
import software.amazon.awssdk.services.dynamodb.model.TableInUseException;
import software.amazon.awssdk.services.dynamodb.model.TableNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** What is refused, and how: the SDK knows each exception by its type. */
class BackupErrorsTest {

    private static final String NO_BACKUP =
            "arn:aws:dynamodb:ddblocal:000000000000:table/Things/backup/01489602797149-73d8d5bc";

    @TempDir
    private Path directory;

    private final TestClock clock = new TestClock();
    private TestDynamoDb dynamoDb;
    private DynamoDbAsyncClient client;

    @BeforeEach
    void start() {
        dynamoDb = TestDynamoDb.start(directory, clock);
        client = dynamoDb.client();
        dynamoDb.createThings("Things");
        dynamoDb.createThings("Others");
        dynamoDb.put("Things", TestDynamoDb.thing("a", "red"));
        dynamoDb.enableRecovery("Things");
        clock.advance(Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        dynamoDb.close();
    }

    private static Arguments refused(
            String what, Class<?> exception, Function<DynamoDbAsyncClient, CompletableFuture<?>> request) {
        return Arguments.of(what, exception, request);
    }

    static Stream<Arguments> refused() {
        Instant now = TestClock.START.plusSeconds(10);
        return Stream.of(
                refused(
                        "a backup of no table",
                        TableNotFoundException.class,
                        client -> client.createBackup(
                                request -> request.tableName("Nothing").backupName("name"))),
                refused(
                        "a backup with a short name",
                        DynamoDbException.class,
                        client -> client.createBackup(
                                request -> request.tableName("Things").backupName("ab"))),
                refused(
                        "a backup with a bad name",
                        DynamoDbException.class,
                        client -> client.createBackup(
                                request -> request.tableName("Things").backupName("a name"))),
                refused(
                        "a backup with a long name",
                        DynamoDbException.class,
                        client -> client.createBackup(
                                request -> request.tableName("Things").backupName("a".repeat(256)))),
                refused(
                        "a backup without a name",
                        DynamoDbException.class,
                        client -> client.createBackup(request -> request.tableName("Things"))),
                refused(
                        "no backup",
                        BackupNotFoundException.class,
                        client -> client.describeBackup(request -> request.backupArn(NO_BACKUP))),
                refused(
                        "no backup's ARN",
                        DynamoDbException.class,
                        client -> client.describeBackup(request -> request.backupArn("backup"))),
                refused(
                        "to delete no backup",
                        BackupNotFoundException.class,
                        client -> client.deleteBackup(request -> request.backupArn(NO_BACKUP))),
                refused(
                        "to restore no backup",
                        BackupNotFoundException.class,
                        client -> client.restoreTableFromBackup(
                                request -> request.backupArn(NO_BACKUP).targetTableName("Target"))),
                refused(
                        "a page of none",
                        DynamoDbException.class,
                        client -> client.listBackups(request -> request.limit(0))),
                refused(
                        "a page too large",
                        DynamoDbException.class,
                        client -> client.listBackups(request -> request.limit(101))),
                refused(
                        "recovery of no table",
                        TableNotFoundException.class,
                        client -> client.describeContinuousBackups(request -> request.tableName("Nothing"))),
                refused(
                        "to enable recovery of no table",
                        TableNotFoundException.class,
                        client -> client.updateContinuousBackups(request -> request.tableName("Nothing")
                                .pointInTimeRecoverySpecification(
                                        recovery -> recovery.pointInTimeRecoveryEnabled(true)))),
                refused(
                        "neither on nor off",
                        DynamoDbException.class,
                        client -> client.updateContinuousBackups(request -> request.tableName("Things"))),
                refused(
                        "a period too long",
                        DynamoDbException.class,
                        client -> client.updateContinuousBackups(request -> request.tableName("Things")
                                .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)
                                        .recoveryPeriodInDays(36)))),
                refused(
                        "no source",
                        TableNotFoundException.class,
                        client -> client.restoreTableToPointInTime(request -> request.sourceTableName("Nothing")
                                .targetTableName("Target")
                                .useLatestRestorableTime(true))),
                refused(
                        "a source without recovery",
                        PointInTimeRecoveryUnavailableException.class,
                        client -> client.restoreTableToPointInTime(request -> request.sourceTableName("Others")
                                .targetTableName("Target")
                                .useLatestRestorableTime(true))),
                refused(
                        "a time too early",
                        InvalidRestoreTimeException.class,
                        client -> client.restoreTableToPointInTime(request -> request.sourceTableName("Things")
                                .targetTableName("Target")
                                .restoreDateTime(now.minusSeconds(11)))),
                refused(
                        "a time to come",
                        InvalidRestoreTimeException.class,
                        client -> client.restoreTableToPointInTime(request -> request.sourceTableName("Things")
                                .targetTableName("Target")
                                .restoreDateTime(now.plusSeconds(1)))),
                refused(
                        "no time",
                        DynamoDbException.class,
                        client -> client.restoreTableToPointInTime(
                                request -> request.sourceTableName("Things").targetTableName("Target"))),
                refused(
                        "two times",
                        DynamoDbException.class,
                        client -> client.restoreTableToPointInTime(request -> request.sourceTableName("Things")
                                .targetTableName("Target")
                                .restoreDateTime(now)
                                .useLatestRestorableTime(true))),
                refused(
                        "a target that exists",
                        TableAlreadyExistsException.class,
                        client -> client.restoreTableToPointInTime(request -> request.sourceTableName("Things")
                                .targetTableName("Others")
                                .useLatestRestorableTime(true))),
                refused(
                        "a bad target",
                        DynamoDbException.class,
                        client -> client.restoreTableToPointInTime(request -> request.sourceTableName("Things")
                                .targetTableName("x!")
                                .useLatestRestorableTime(true))),
                refused(
                        "an index that the source lacks",
                        DynamoDbException.class,
                        client -> client.restoreTableToPointInTime(request -> request.sourceTableName("Things")
                                .targetTableName("Target")
                                .useLatestRestorableTime(true)
                                .globalSecondaryIndexOverride(GlobalSecondaryIndex.builder()
                                        .indexName("byColour")
                                        .build()))),
                refused(
                        "provisioned without throughput",
                        DynamoDbException.class,
                        client -> client.restoreTableToPointInTime(request -> request.sourceTableName("Things")
                                .targetTableName("Target")
                                .useLatestRestorableTime(true)
                                .billingModeOverride("PROVISIONED"))),
                refused(
                        "tags of no table",
                        ResourceNotFoundException.class,
                        client -> client.listTagsOfResource(request ->
                                request.resourceArn("arn:aws:dynamodb:ddblocal:000000000000:table/Nothing"))),
                refused(
                        "tags of nothing",
                        DynamoDbException.class,
                        client -> client.listTagsOfResource(request -> request.resourceArn("Things"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void isRefused(
            String what,
            Class<? extends DynamoDbException> exception,
            Function<DynamoDbAsyncClient, CompletableFuture<?>> request) {
        // When
        Throwable failure =
                request.apply(client).handle((done, failed) -> failed).join();

        // Then
        assertThat(failure).as(what).cause().isExactlyInstanceOf(exception).satisfies(cause -> {
            AwsErrorDetails details = ((DynamoDbException) cause).awsErrorDetails();
            assertThat(details.sdkHttpResponse().statusCode()).isEqualTo(400);
            assertThat(details.errorCode())
                    .isEqualTo(
                            exception == DynamoDbException.class ? "ValidationException" : exception.getSimpleName());
        });
        assertThat(client.listTables().join().tableNames()).containsExactly("Others", "Things");
    }

    @Test
    void aTableThatIsBeingRestoredIsListedButNotInUse() {
        // Given
        clock.advance(Duration.ofMillis(500));
        dynamoDb.createThings("Source");
        dynamoDb.put("Source", TestDynamoDb.thing("a", "red"));
        dynamoDb.enableRecovery("Source");

        // When
        client.restoreTableToPointInTime(request -> request.sourceTableName("Source")
                        .targetTableName("Target")
                        .useLatestRestorableTime(true))
                .join();

        // Then
        assertThat(dynamoDb.describe("Target").tableStatus()).isEqualTo(TableStatus.CREATING);
        assertThat(client.listTables().join().tableNames()).contains("Target");
        Map<String, AttributeValue> item = TestDynamoDb.thing("b", "blue");
        Map<String, AttributeValue> key = Map.of("id", AttributeValue.fromS("a"));
        fails(
                ResourceNotFoundException.class,
                client.putItem(put -> put.tableName("Target").item(item)));
        fails(
                ResourceNotFoundException.class,
                client.getItem(get -> get.tableName("Target").key(key)));
        fails(ResourceNotFoundException.class, client.scan(scan -> scan.tableName("Target")));
        fails(
                ResourceNotFoundException.class,
                client.executeStatement(select -> select.statement("SELECT * FROM \"Target\"")));
        fails(
                ResourceNotFoundException.class,
                client.batchWriteItem(batch -> batch.requestItems(Map.of(
                        "Target",
                        List.of(WriteRequest.builder()
                                .putRequest(put -> put.item(item))
                                .build())))));
        BatchExecuteStatementResponse batch = client.batchExecuteStatement(
                        statements -> statements.statements(BatchStatementRequest.builder()
                                .statement("DELETE FROM \"Target\" WHERE id = 'a'")
                                .build()))
                .join();
        assertThat(batch.responses().get(0).error()).isNotNull();
        fails(ResourceInUseException.class, client.deleteTable(delete -> delete.tableName("Target")));
        fails(
                ResourceInUseException.class,
                client.updateTable(update -> update.tableName("Target").deletionProtectionEnabled(true)));
        fails(
                TableInUseException.class,
                client.createBackup(create -> create.tableName("Target").backupName("name")));
        fails(
                ContinuousBackupsUnavailableException.class,
                client.updateContinuousBackups(update -> update.tableName("Target")
                        .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true))));
        fails(
                TableInUseException.class,
                client.restoreTableToPointInTime(request -> request.sourceTableName("Things")
                        .targetTableName("Target")
                        .useLatestRestorableTime(true)));
        fails(
                ResourceInUseException.class,
                client.createTable(create -> create.tableName("Target")
                        .billingMode("PAY_PER_REQUEST")
                        .attributeDefinitions(TestDynamoDb.attribute("id", ScalarAttributeType.S))
                        .keySchema(TestDynamoDb.key("id", KeyType.HASH))));
        dynamoDb.createThings("Bystander");

        clock.advance(Duration.ofMillis(501));
        dynamoDb.awaitActive("Target");
        assertThat(dynamoDb.items("Target")).containsExactly(TestDynamoDb.thing("a", "red"));
    }

    @Test
    void fiftyRestoresRunAtOnceAndNoMore() {
        // Given
        clock.advance(Duration.ofMillis(500));
        dynamoDb.createThings("Source");
        dynamoDb.enableRecovery("Source");
        for (int number = 0; number < 50; number++) {
            restoreSource("Target-" + number).join();
        }

        // When
        fails(LimitExceededException.class, restoreSource("Target-50"));

        // Then
        clock.advance(Duration.ofMillis(501));
        for (int number = 0; number < 50; number++) {
            dynamoDb.awaitActive("Target-" + number);
        }
    }

    private CompletableFuture<?> restoreSource(String target) {
        return client.restoreTableToPointInTime(request ->
                request.sourceTableName("Source").targetTableName(target).useLatestRestorableTime(true));
    }

    private static void fails(Class<? extends SdkException> exception, CompletableFuture<?> request) {
        assertThatThrownBy(request::join).hasCauseExactlyInstanceOf(exception);
    }
}
