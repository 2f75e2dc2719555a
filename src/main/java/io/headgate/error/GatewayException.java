package io.headgate.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a client is told of. Its message is safe to show: it names what was wrong and what to do, and holds no
 * SQL, host, stack trace or personal data. The cause is for the log alone.
 */
public final class GatewayException extends RuntimeException {

    private final ErrorCode code;
    private final boolean retryable;
    private final @Nullable String awsErrorCode;
    private final @Nullable Duration retryAfter;

    private GatewayException(
            ErrorCode code,
            String message,
            boolean retryable,
            @Nullable String awsErrorCode,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        // Answers to wrong requests need no stack trace, and filling one is most of their cost.
        super(message, cause, false, code == ErrorCode.INTERNAL);
        this.code = code;
        this.retryable = retryable;
        this.awsErrorCode = awsErrorCode;
        this.retryAfter = retryAfter;
    }

    /** A failure of the given kind, retryable as its code says. */
    public static GatewayException of(ErrorCode code, String message) {
        return new GatewayException(code, message, code.retryable(), null, null, null);
    }

    /** A failure of the given kind, with what caused it for the log. */
    public static GatewayException of(ErrorCode code, String message, Throwable cause) {
        return new GatewayException(code, message, code.retryable(), null, null, cause);
    }

    /** A failure that AWS reported under {@code awsErrorCode}. */
    public static GatewayException ofAws(
            ErrorCode code, String message, @Nullable String awsErrorCode, Throwable cause) {
        return new GatewayException(code, message, code.retryable(), awsErrorCode, null, cause);
    }

    /** A failure that AWS reported under {@code awsErrorCode}, retryable or not whatever its code says in general. */
    public static GatewayException ofAws(
            ErrorCode code, String message, boolean retryable, @Nullable String awsErrorCode, Throwable cause) {
        return new GatewayException(code, message, retryable, awsErrorCode, null, cause);
    }

    /** A request that is wrong by itself. */
    public static GatewayException invalidArgument(String message) {
        return of(ErrorCode.INVALID_ARGUMENT, message);
    }

    /** A request that would cause more work than one request may; sending it again can't help, narrowing it can. */
    public static GatewayException tooMuchWork(String message) {
        return new GatewayException(ErrorCode.RESOURCE_EXHAUSTED, message, false, null, null, null);
    }

    /** A request that was not looked at, since there are too many; it can be sent again after a time. */
    public static GatewayException later(ErrorCode code, String message, Duration retryAfter) {
        return new GatewayException(code, message, true, null, retryAfter, null);
    }

    /** Whether nobody can say, after this failure of a change, if the change was or will yet be made. */
    public static boolean leavesUnknown(Throwable failure) {
        return !(failure instanceof GatewayException known)
                || known.code == ErrorCode.OUTCOME_UNKNOWN
                || known.code == ErrorCode.INTERNAL;
    }

    /** Whether a store can't be reached, or not in time. */
    public static boolean isOutage(Throwable failure) {
        return failure instanceof GatewayException known
                && (known.code == ErrorCode.UNAVAILABLE || known.code == ErrorCode.DEADLINE_EXCEEDED);
    }

    public ErrorCode code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }

    /** AWS's own code, such as {@code DBSnapshotNotFound}, where AWS reported the failure. */
    public @Nullable String awsErrorCode() {
        return awsErrorCode;
    }

    /** After which time the request can be sent again, where that is known. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The message, which is never absent. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
