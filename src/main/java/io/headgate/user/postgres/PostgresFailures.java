package io.headgate.user.postgres;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.vertx.pgclient.PgException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the driver or the server means for the caller.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL's error codes</a>
 */
final class PostgresFailures {

    private static final String BAD_TEXT = "22021";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String READ_ONLY = "25006";
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK = "40P01";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String IN_RECOVERY = "55000";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String CANCELLED = "57014";
    private static final String NO_RESOURCES = "53";
    private static final String CONNECTION_FAILURE = "08";
    private static final String SHUTDOWN = "57P";

    private PostgresFailures() {}

    /** What a read fails with: nothing was changed in any case. */
    static GatewayException ofRead(Throwable failure) {
        if (brokeConnection(failure)) {
            return unavailable(failure);
        }
        if (failure instanceof Connections.NoAnswerException) {
            return tooLate(failure);
        }
        return ofStatement(failure);
    }

    /** What a change fails with: OUTCOME_UNKNOWN unless the server said that it was not made, or it was not sent. */
    static GatewayException ofWrite(Throwable failure) {
        if (brokeConnection(failure) || failure instanceof Connections.NoAnswerException) {
            return GatewayException.of(
                    ErrorCode.OUTCOME_UNKNOWN,
                    "the change was sent to PostgreSQL and the answer was lost: it may have been made, so read before"
                            + " trying again",
                    failure);
        }
        return ofStatement(failure);
    }

    /** Whether the connection ended before the answer came. */
    static boolean brokeConnection(Throwable failure) {
        String state = state(failure);
        return state == null
                ? !(failure instanceof Connections.NotSentException || failure instanceof Connections.NoAnswerException)
                : state.startsWith(CONNECTION_FAILURE) || state.startsWith(SHUTDOWN);
    }

    /** Whether the server undid the statement because of others at the same time, and asks to try again. */
    static boolean gaveWay(Throwable failure) {
        String state = state(failure);
        return SERIALIZATION_FAILURE.equals(state) || DEADLOCK.equals(state);
    }

    /** Whether the statement was cancelled for taking too long, which it would elsewhere too. */
    static boolean isCancelled(Throwable failure) {
        return CANCELLED.equals(state(failure));
    }

    /** Whether the server's user may not do it. */
    static boolean isForbidden(Throwable failure) {
        return INSUFFICIENT_PRIVILEGE.equals(state(failure));
    }

    /** Whether the server did not answer, or can't: it says nothing on the statement. */
    static boolean isOutage(Throwable failure) {
        return !(failure instanceof PgException) || isOfThisConnection(failure);
    }

    /** Whether another connection may do better: this one is broken, or leads to what was the primary until a failover. */
    static boolean isOfThisConnection(Throwable failure) {
        String state = state(failure);
        return brokeConnection(failure) || READ_ONLY.equals(state) || IN_RECOVERY.equals(state);
    }

    private static GatewayException ofStatement(Throwable failure) {
        String state = state(failure);
        if (state == null || READ_ONLY.equals(state)) {
            return unavailable(failure);
        }
        if (gaveWay(failure)) {
            return GatewayException.of(
                    ErrorCode.UNAVAILABLE,
                    "PostgreSQL undid this each time for other changes made meanwhile; nothing was changed",
                    failure);
        }
        if (state.startsWith(NO_RESOURCES)) {
            return GatewayException.of(
                    ErrorCode.RESOURCE_EXHAUSTED, "PostgreSQL has no resources left; nothing was changed", failure);
        }
        return switch (state) {
            case UNIQUE_VIOLATION -> alreadyExists((PgException) failure);
            case CANCELLED, LOCK_NOT_AVAILABLE -> tooLate(failure);
            case BAD_TEXT ->
                GatewayException.of(
                        ErrorCode.INVALID_ARGUMENT, "a text holds a character that PostgreSQL refuses", failure);
            default ->
                GatewayException.of(ErrorCode.INTERNAL, "PostgreSQL refused a statement; nothing was changed", failure);
        };
    }

    private static GatewayException alreadyExists(PgException failure) {
        return switch (String.valueOf(failure.getConstraint())) {
            case "users_pkey" ->
                GatewayException.of(ErrorCode.ALREADY_EXISTS, "userId is taken by another user", failure);
            case "users_email_key" ->
                GatewayException.of(ErrorCode.ALREADY_EXISTS, "email is taken by another user", failure);
            default -> GatewayException.of(ErrorCode.INTERNAL, "PostgreSQL has an unknown constraint", failure);
        };
    }

    private static GatewayException unavailable(Throwable failure) {
        return GatewayException.of(ErrorCode.UNAVAILABLE, "PostgreSQL can't be reached; nothing was changed", failure);
    }

    private static GatewayException tooLate(Throwable failure) {
        return GatewayException.of(
                ErrorCode.DEADLINE_EXCEEDED, "PostgreSQL did not answer in time; nothing was changed", failure);
    }

    /** The server's code of a failure that it answered with; {@code null} for others. */
    private static @Nullable String state(Throwable failure) {
        return failure instanceof PgException answer ? answer.getSqlState() : null;
    }
}
