package io.headgate.aws;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * What failures of calls to one AWS service mean to a client of Headgate. They name the service and carry AWS's own code;
 * AWS's message, which may tell of accounts and resources, goes to the log alone.
 */
public final class AwsFailures {

    /** What is known of a request that failed. */
    public enum Kind {
        /** It never reached the service. */
        NOT_SENT,
        /** The service did not execute it: there are too many requests. */
        THROTTLED,
        /** The service did not execute it, for a reason that it tells. */
        REFUSED,
        /** It may have been executed. */
        LOST
    }

    private static final int FIRST_SERVER_ERROR = 500;

    /** Both have no type of their own, and no code. */
    private static final Set<String> NO_CONNECTION =
            Set.of("Acquire operation took longer", "Maximum pending connection acquisitions exceeded");

    private static final String NO_CREDENTIALS = "Unable to load credentials";

    /** Headgate's own identity is at fault, which the client can't help. */
    private static final Set<String> NOT_ALLOWED = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "OptInRequired",
            "SignatureDoesNotMatch",
            "UnauthorizedOperation",
            "UnrecognizedClientException");

    private final String service;
    private final AwsRefusals refusals;

    /** Failures of a service, such as {@code DynamoDB}, whose refusals are all a defect of Headgate. */
    public AwsFailures(String service) {
        this(service, AwsRefusals.NONE);
    }

    /** Failures of a service whose refusals mean what the table says; others are a defect of Headgate. */
    public AwsFailures(String service, AwsRefusals refusals) {
        this.service = service;
        this.refusals = refusals;
    }

    /** What is known of a request that failed so; of an unknown failure, nothing. */
    public static Kind kind(Throwable failure) {
        if (failure instanceof SdkServiceException answer) {
            if (answer.isThrottlingException()) {
                return Kind.THROTTLED;
            }
            return answer.statusCode() >= FIRST_SERVER_ERROR ? Kind.LOST : Kind.REFUSED;
        }
        return isNotSent(failure) ? Kind.NOT_SENT : Kind.LOST;
    }

    /** AWS's code for the failure, such as {@code DBSnapshotNotFound}; {@code null} when AWS did not answer. */
    public static @Nullable String errorCode(Throwable failure) {
        AwsErrorDetails details = failure instanceof AwsServiceException answer ? answer.awsErrorDetails() : null;
        return details == null ? null : details.errorCode();
    }

    /** Whether the service refused for good: it executed nothing, and the same request can't help. */
    public static boolean isFinal(Throwable failure) {
        return failure instanceof GatewayException known
                && !known.retryable()
                && known.code() != ErrorCode.OUTCOME_UNKNOWN;
    }

    /** What a failed read means: UNAVAILABLE, DEADLINE_EXCEEDED and RESOURCE_EXHAUSTED among it. */
    public GatewayException ofRead(Throwable failure) {
        if (failure instanceof GatewayException known) {
            return known;
        }
        return switch (kind(failure)) {
            case NOT_SENT -> unreachable(failure);
            case THROTTLED -> throttled(failure);
            case REFUSED -> refused(failure);
            case LOST -> {
                if (isTimeout(failure)) {
                    yield of(ErrorCode.DEADLINE_EXCEEDED, service + " did not answer in time", failure);
                }
                yield failure instanceof SdkException || failure instanceof AnswerLostException
                        ? of(ErrorCode.UNAVAILABLE, service + " failed to answer", failure)
                        : of(ErrorCode.INTERNAL, "a request to " + service + " failed", failure);
            }
        };
    }

    /** What a failed change means: OUTCOME_UNKNOWN unless it is known not to have been executed. */
    public GatewayException ofChange(Throwable failure) {
        if (failure instanceof GatewayException known) {
            return known;
        }
        return switch (kind(failure)) {
            case NOT_SENT -> unreachable(failure);
            case THROTTLED -> throttled(failure);
            case REFUSED -> refused(failure);
            case LOST ->
                of(
                        ErrorCode.OUTCOME_UNKNOWN,
                        service + "'s answer to the change was lost: it may have been made; read before trying again",
                        failure);
        };
    }

    private GatewayException unreachable(Throwable failure) {
        return of(ErrorCode.UNAVAILABLE, service + " can't be reached; nothing was changed", failure);
    }

    private GatewayException throttled(Throwable failure) {
        return of(ErrorCode.RESOURCE_EXHAUSTED, service + " takes no more requests for now: try again later", failure);
    }

    private GatewayException refused(Throwable failure) {
        String code = errorCode(failure);
        if (code != null && NOT_ALLOWED.contains(code)) {
            return of(
                    ErrorCode.FAILED_PRECONDITION,
                    service
                            + " does not let Headgate do this: check the credentials and the IAM policy that it runs with",
                    failure);
        }
        AwsRefusals.Meaning meaning = refusals.of(code);
        return meaning == null
                ? of(ErrorCode.INTERNAL, service + " refused a request of Headgate", failure)
                : GatewayException.ofAws(meaning.code(), meaning.message(), meaning.retryable(), code, failure);
    }

    private static GatewayException of(ErrorCode code, String message, Throwable failure) {
        return GatewayException.ofAws(code, message, errorCode(failure), failure);
    }

    private static boolean isTimeout(Throwable failure) {
        return failure instanceof io.smallrye.mutiny.TimeoutException
                || failure instanceof ApiCallTimeoutException
                || failure instanceof ApiCallAttemptTimeoutException;
    }

    private static boolean isNotSent(Throwable failure) {
        if (failure instanceof AnswerLostException) {
            return false;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof OutOfTimeException
                    || cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof SSLHandshakeException
                    || NO_CONNECTION.stream().anyMatch(message::contains)
                    || message.startsWith(NO_CREDENTIALS)) {
                return true;
            }
        }
        return false;
    }
}
