package io.headgate.error;

/**
 * What went wrong, as clients see it in {@code extensions.code}. The set is closed: a new failure is mapped to one of
 * these.
 */
public enum ErrorCode {
    /** The caller did not say who it is, or the credentials are not valid. */
    UNAUTHENTICATED(false),
    /** The caller is known and may not do this. */
    FORBIDDEN(false),
    /** The thing to be changed does not exist. Reads answer {@code null} instead. */
    NOT_FOUND(false),
    /** Something of that name, key or e-mail address exists. */
    ALREADY_EXISTS(false),
    /** The request is wrong by itself; sending it again can't help. */
    INVALID_ARGUMENT(false),
    /** The expected version did not match: read again, then decide. */
    CONFLICT(false),
    /** The request is right, the state of the system does not allow it. */
    FAILED_PRECONDITION(false),
    /** A limit was reached: of rate, of capacity, or of the work that one request may cause. */
    RESOURCE_EXHAUSTED(true),
    /** A document was named that is not known: send the document itself, with its name. */
    PERSISTED_QUERY_NOT_FOUND(false),
    /** A database can't be reached; nothing was changed. */
    UNAVAILABLE(true),
    /** A read did not end in time; nothing was changed. */
    DEADLINE_EXCEEDED(true),
    /** A change was sent and its answer was lost: it may have happened. Read before trying again. */
    OUTCOME_UNKNOWN(false),
    /** A defect of Headgate; the log has the details. */
    INTERNAL(false);

    private final boolean retryable;

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same request can succeed when sent again later. */
    public boolean retryable() {
        return retryable;
    }
}
