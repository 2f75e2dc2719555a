package io.headgate.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import java.io.IOException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

class AwsFailuresTest {

    private static final AwsFailures FAILURES = new AwsFailures("DynamoDB");

    @ParameterizedTest
    @CsvSource({
        "ThrottlingException, 400, RESOURCE_EXHAUSTED, RESOURCE_EXHAUSTED",
        "ProvisionedThroughputExceededException, 400, RESOURCE_EXHAUSTED, RESOURCE_EXHAUSTED",
        "RequestLimitExceeded, 400, RESOURCE_EXHAUSTED, RESOURCE_EXHAUSTED",
        "Unheard, 429, RESOURCE_EXHAUSTED, RESOURCE_EXHAUSTED",
        "AccessDeniedException, 400, FAILED_PRECONDITION, FAILED_PRECONDITION",
        "UnrecognizedClientException, 400, FAILED_PRECONDITION, FAILED_PRECONDITION",
        "ValidationException, 400, INTERNAL, INTERNAL",
        "InternalServerError, 500, UNAVAILABLE, OUTCOME_UNKNOWN",
        "ServiceUnavailable, 503, UNAVAILABLE, OUTCOME_UNKNOWN",
    })
    void answersOfAwsAreTranslatedAndKeepTheirCode(String code, int status, ErrorCode ofRead, ErrorCode ofChange) {
        Throwable failure = DynamoDbException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("arn:aws:secret")
                        .build())
                .build();

        GatewayException read = FAILURES.ofRead(failure);

        assertThat(read.code()).isEqualTo(ofRead);
        assertThat(read.awsErrorCode()).isEqualTo(code);
        assertThat(read)
                .hasMessageContaining("DynamoDB")
                .hasMessageNotContaining("secret")
                .hasCause(failure);
        assertThat(FAILURES.ofChange(failure).code()).isEqualTo(ofChange);
    }

    @Test
    void whatNeverReachedAwsIsUnavailable() {
        Throwable failure = SdkClientException.create("Unable to execute", new UnknownHostException("db.internal"));

        GatewayException change = FAILURES.ofChange(failure);

        assertThat(change.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(change).hasMessageNotContaining("internal");
        assertThat(FAILURES.ofRead(failure).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(FAILURES.ofChange(SdkClientException.create("Unable to load credentials from any of")))
                .extracting(GatewayException::code)
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void timeoutIsAMissedDeadlineOrAnUnknownOutcome() {
        Throwable failure = ApiCallTimeoutException.create(100);

        GatewayException read = FAILURES.ofRead(failure);

        assertThat(read.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(FAILURES.ofChange(failure).code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    }

    @Test
    void lostAnswerIsUnavailableOrAnUnknownOutcome() {
        Throwable failure = SdkClientException.create("Unable to execute", new IOException("Connection reset"));

        GatewayException read = FAILURES.ofRead(failure);

        assertThat(read.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(FAILURES.ofChange(failure).code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    }

    @Test
    void whatIsAlreadyTranslatedStays() {
        GatewayException failure = GatewayException.invalidArgument("x");

        GatewayException change = FAILURES.ofChange(failure);

        assertThat(change).isSameAs(failure);
        assertThat(FAILURES.ofRead(failure)).isSameAs(failure);
    }
}
