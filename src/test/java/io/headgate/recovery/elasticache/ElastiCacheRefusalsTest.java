package io.headgate.recovery.elasticache;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change;
import io.headgate.recovery.DeclaredErrors;
import io.headgate.recovery.Failure;
import io.headgate.recovery.RecordedAws;
import io.headgate.recovery.SnapshotId;
import java.util.HashMap;
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
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.ElastiCacheClient;
import software.amazon.awssdk.services.elasticache.model.ElastiCacheException;

/** Each error that ElastiCache declares for a call of Headgate's, over the wire. */
class ElastiCacheRefusalsTest {

    private static final Change CHANGE = new Change.DeleteSnapshot(SnapshotId.parse("snapshot:cache:before-sale"));

    private RecordedAws aws;
    private ElastiCacheRecoveryTarget target;

    @BeforeEach
    void start() throws Exception {
        aws = new RecordedAws();
        target = new ElastiCacheRecoveryTarget(aws.elastiCache(), ElastiCacheTimes.ample());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    static Set<String> codes() {
        return new TreeSet<>(ElastiCacheRefusals.TABLE.codes());
    }

    @ParameterizedTest
    @MethodSource("codes")
    void eachRefusalSaysWhatToDo(String code) {
        aws.refuseRds("DeleteSnapshot", 400, code);

        GatewayException refusal = refusal();

        assertThat(refusal.awsErrorCode()).isEqualTo(code);
        assertThat(refusal.code()).isNotIn(ErrorCode.INTERNAL, ErrorCode.OUTCOME_UNKNOWN);
        assertThat(refusal.getMessage()).contains(":").doesNotContain("secret");
        assertThat(aws.calls()).containsExactly("DeleteSnapshot");
    }

    @Test
    void everyErrorOfEveryCallHasItsRow() {
        Map<Class<?>, String> codes = new HashMap<>();
        for (String code : codes()) {
            aws.refuseRds("DeleteSnapshot", 400, code);
        }
        for (int i = 0; i < codes().size(); i++) {
            GatewayException refusal = refusal();
            codes.put(Objects.requireNonNull(refusal.getCause()).getClass(), refusal.awsErrorCode());
        }

        Map<String, Set<Class<?>>> declared = DeclaredErrors.of(
                ElastiCacheAsyncClient.class,
                ElastiCacheClient.class,
                ElastiCacheException.class,
                "io.headgate.recovery.elasticache",
                "io.headgate.fleet.elasticache");

        assertThat(declared)
                .hasSize(14)
                .allSatisfy(
                        (call, errors) -> assertThat(codes.keySet()).as(call).containsAll(errors));
        assertThat(declared.get("createReplicationGroup")).hasSizeGreaterThan(15);
    }

    @ParameterizedTest
    @CsvSource({
        "SnapshotNotFoundFault, NOT_FOUND, false",
        "ReplicationGroupAlreadyExists, ALREADY_EXISTS, false",
        "InvalidReplicationGroupState, FAILED_PRECONDITION, false",
        "NodeQuotaForCustomerExceeded, RESOURCE_EXHAUSTED, false",
        "InsufficientCacheClusterCapacity, RESOURCE_EXHAUSTED, true",
        "SnapshotFeatureNotSupportedFault, FAILED_PRECONDITION, false",
        "InvalidParameterValue, INVALID_ARGUMENT, false",
        "AccessDenied, FAILED_PRECONDITION, false",
        "SomethingNew, INTERNAL, false"
    })
    void refusalsHaveStableCodes(String awsErrorCode, ErrorCode code, boolean retryable) {
        aws.refuseRds("DeleteSnapshot", 400, awsErrorCode);

        GatewayException refusal = refusal();

        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.retryable()).isEqualTo(retryable);
    }

    @Test
    void aChangeWhoseOutcomeIsUnknownIsSentOnce() {
        aws.refuseRds("DeleteSnapshot", 500, "InternalFailure");

        assertThat(refusal().code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        assertThat(aws.calls()).hasSize(1);
    }

    private GatewayException refusal() {
        return Failure.of(target.begin("op-1", CHANGE));
    }
}
