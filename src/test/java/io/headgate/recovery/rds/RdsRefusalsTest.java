package io.headgate.recovery.rds;

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
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.RdsException;

/** Each error that RDS declares for a call of Headgate's, over the wire. */
class RdsRefusalsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Change CHANGE =
            new Change.CreateSnapshot(DatabaseId.parse("rds:mydb"), "before-migration", List.of());

    private RecordedAws aws;
    private RdsRecoveryTarget target;

    @BeforeEach
    void start() throws Exception {
        aws = new RecordedAws();
        target = new RdsRecoveryTarget(aws.rds(), RdsTimes.ample());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    static Set<String> codes() {
        return new TreeSet<>(RdsRefusals.TABLE.codes());
    }

    @ParameterizedTest
    @MethodSource("codes")
    void eachRefusalSaysWhatToDo(String code) {
        aws.refuseRds("CreateDBSnapshot", 400, code);

        GatewayException refusal = refusal();

        assertThat(refusal.awsErrorCode()).isEqualTo(code);
        assertThat(refusal.code()).isNotIn(ErrorCode.INTERNAL, ErrorCode.OUTCOME_UNKNOWN);
        assertThat(refusal.getMessage()).contains(":").doesNotContain("secret");
        assertThat(aws.calls()).containsExactly("CreateDBSnapshot");
    }

    @Test
    void everyErrorOfEveryCallHasItsRow() {
        Map<Class<?>, String> codes = new HashMap<>();
        for (String code : codes()) {
            aws.refuseRds("CreateDBSnapshot", 400, code);
        }
        for (int i = 0; i < codes().size(); i++) {
            GatewayException refusal = refusal();
            codes.put(Objects.requireNonNull(refusal.getCause()).getClass(), refusal.awsErrorCode());
        }

        Map<String, Set<Class<?>>> declared = DeclaredErrors.of(
                RdsAsyncClient.class,
                RdsClient.class,
                RdsException.class,
                "io.headgate.recovery.rds",
                "io.headgate.recovery.aurora",
                "io.headgate.fleet.rds");

        assertThat(declared)
                .hasSize(26)
                .allSatisfy(
                        (call, errors) -> assertThat(codes.keySet()).as(call).containsAll(errors));
        assertThat(declared.get("restoreDBInstanceToPointInTime")).hasSizeGreaterThan(20);
    }

    @ParameterizedTest
    @CsvSource({
        "DBSnapshotNotFound, NOT_FOUND, false",
        "DBInstanceAlreadyExists, ALREADY_EXISTS, false",
        "InvalidDBInstanceState, FAILED_PRECONDITION, false",
        "InstanceQuotaExceeded, RESOURCE_EXHAUSTED, false",
        "InsufficientDBInstanceCapacity, RESOURCE_EXHAUSTED, true",
        "KMSKeyNotAccessibleFault, FAILED_PRECONDITION, false",
        "PointInTimeRestoreNotEnabled, FAILED_PRECONDITION, false",
        "InvalidParameterValue, INVALID_ARGUMENT, false",
        "AccessDenied, FAILED_PRECONDITION, false",
        "SomethingNew, INTERNAL, false"
    })
    void refusalsHaveStableCodes(String awsErrorCode, ErrorCode code, boolean retryable) {
        aws.refuseRds("CreateDBSnapshot", 400, awsErrorCode);

        GatewayException refusal = refusal();

        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.retryable()).isEqualTo(retryable);
    }

    @Test
    void throttlingIsRetriedUntilItEnds() {
        aws.refuseRds("CreateDBSnapshot", 400, "Throttling")
                .refuseRds("CreateDBSnapshot", 503, "ThrottlingException")
                .give("CreateDBSnapshot", RecordedAws.document("rds/CreateDBSnapshot"));

        String key = target.begin("op-1", CHANGE).await().atMost(LIMIT);

        assertThat(key).isEqualTo("before-migration");
        assertThat(aws.calls()).hasSize(3);
    }

    @Test
    void throttlingIsGivenUpInTime() {
        aws.refuseRds("DescribeDBInstances", 400, "Throttling");
        RdsRecoveryTarget hurried = new RdsRecoveryTarget(
                aws.rds(), new RdsTimes(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(1)));

        GatewayException failure = Failure.of(hurried.databases());

        assertThat(failure.code()).isIn(ErrorCode.RESOURCE_EXHAUSTED, ErrorCode.DEADLINE_EXCEEDED);
        assertThat(failure.retryable()).isTrue();
        assertThat(aws.calls()).hasSizeBetween(2, 20);
    }

    @Test
    void aChangeWhoseOutcomeIsUnknownIsSentOnce() {
        aws.refuseRds("CreateDBSnapshot", 500, "InternalFailure");

        GatewayException failure = refusal();

        assertThat(failure.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        assertThat(aws.calls()).hasSize(1);
    }

    private GatewayException refusal() {
        return Failure.of(target.begin("op-1", CHANGE));
    }
}
