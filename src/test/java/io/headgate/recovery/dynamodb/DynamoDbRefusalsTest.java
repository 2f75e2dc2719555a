package io.headgate.recovery.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DeclaredErrors;
import io.headgate.recovery.Failure;
import io.headgate.recovery.RecordedAws;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;

/** Each error that DynamoDB declares for a call of Headgate's, over the wire. */
class DynamoDbRefusalsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Change CHANGE =
            new Change.CreateSnapshot(DatabaseId.parse("dynamodb:Users"), "before-migration", List.of());

    private RecordedAws aws;
    private DynamoDbRecoveryTarget target;

    @BeforeEach
    void start() throws Exception {
        aws = new RecordedAws();
        target = new DynamoDbRecoveryTarget(aws.dynamoDb(), DynamoDbTimes.ample(), Set.of());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    static Set<String> codes() {
        return new TreeSet<>(DynamoDbRefusals.TABLE.codes());
    }

    @ParameterizedTest
    @MethodSource("codes")
    void eachRefusalSaysWhatToDo(String code) {
        aws.refuseDynamoDb("CreateBackup", 400, code);

        GatewayException refusal = refusal();

        assertThat(refusal.awsErrorCode()).isEqualTo(code);
        assertThat(refusal.code()).isNotIn(ErrorCode.INTERNAL, ErrorCode.OUTCOME_UNKNOWN);
        assertThat(refusal.getMessage()).contains(":").doesNotContain("secret");
        assertThat(aws.calls()).containsExactly("CreateBackup");
    }

    @Test
    void everyErrorOfEveryCallHasItsRow() {
        Map<Class<?>, String> codes = new HashMap<>();
        for (String code : codes()) {
            aws.refuseDynamoDb("CreateBackup", 400, code);
        }
        for (int i = 0; i < codes().size(); i++) {
            GatewayException refusal = refusal();
            codes.put(Objects.requireNonNull(refusal.getCause()).getClass(), refusal.awsErrorCode());
        }

        Map<String, Set<Class<?>>> declared = DeclaredErrors.of(
                DynamoDbAsyncClient.class,
                DynamoDbClient.class,
                DynamoDbException.class,
                "io.headgate.recovery.dynamodb");

        // It is no refusal: a change that is answered so may have been made.
        declared.values().forEach(errors -> errors.remove(InternalServerErrorException.class));
        assertThat(declared)
                .hasSize(19)
                .allSatisfy(
                        (call, errors) -> assertThat(codes.keySet()).as(call).containsAll(errors));
        assertThat(declared.get("restoreTableToPointInTime")).hasSize(6);
    }

    @ParameterizedTest
    @CsvSource({
        "BackupNotFoundException, NOT_FOUND, false",
        "TableAlreadyExistsException, ALREADY_EXISTS, false",
        "TableInUseException, FAILED_PRECONDITION, false",
        "LimitExceededException, RESOURCE_EXHAUSTED, true",
        "PointInTimeRecoveryUnavailableException, FAILED_PRECONDITION, false",
        "InvalidRestoreTimeException, INVALID_ARGUMENT, false",
        "ValidationException, INVALID_ARGUMENT, false",
        "AccessDeniedException, FAILED_PRECONDITION, false",
        "SomethingNew, INTERNAL, false"
    })
    void refusalsHaveStableCodes(String awsErrorCode, ErrorCode code, boolean retryable) {
        aws.refuseDynamoDb("CreateBackup", 400, awsErrorCode);

        GatewayException refusal = refusal();

        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.retryable()).isEqualTo(retryable);
    }

    @Test
    void throttlingIsRetriedUntilItEnds() {
        aws.refuseDynamoDb("CreateBackup", 400, "ThrottlingException")
                .refuseDynamoDb("CreateBackup", 400, "ThrottlingException")
                .give("CreateBackup", RecordedAws.document("dynamodb/CreateBackup"));

        String key = target.begin("op-1", CHANGE).await().atMost(LIMIT);

        assertThat(key).endsWith("/backup/01772361005481-1c8a2b3d");
        assertThat(aws.calls()).hasSize(3);
    }

    @Test
    void throttlingIsGivenUpInTime() {
        aws.refuseDynamoDb("ListTables", 400, "ThrottlingException");
        DynamoDbRecoveryTarget hurried = new DynamoDbRecoveryTarget(
                aws.dynamoDb(),
                new DynamoDbTimes(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(1)),
                Set.of());

        GatewayException failure = Failure.of(hurried.databases());

        assertThat(failure.code()).isIn(ErrorCode.RESOURCE_EXHAUSTED, ErrorCode.DEADLINE_EXCEEDED);
        assertThat(failure.retryable()).isTrue();
        assertThat(aws.calls()).hasSizeBetween(2, 20);
    }

    @Test
    void aChangeWhoseOutcomeIsUnknownIsSentOnce() {
        aws.refuseDynamoDb("CreateBackup", 500, "InternalServerError");

        GatewayException failure = refusal();

        assertThat(failure.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        assertThat(aws.calls()).hasSize(1);
    }

    private GatewayException refusal() {
        return Failure.of(target.begin("op-1", CHANGE));
    }
}
