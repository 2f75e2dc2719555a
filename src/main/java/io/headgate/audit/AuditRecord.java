package io.headgate.audit;

import io.headgate.security.Caller;
import java.util.List;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Something that a caller changed, or was kept from doing.
 *
 * @param operation what was asked for; {@code null} where it was refused before that was known
 * @param codes of the errors that it was answered with
 * @param status of the answer, or what a WebSocket was closed with; {@code null} where it has none of its own
 * @param traceId of the trace that it is part of, where it is traced
 */
public record AuditRecord(
        Caller caller,
        Transport transport,
        @Nullable Operation operation,
        Outcome outcome,
        List<String> codes,
        @Nullable Integer status,
        @Nullable String traceId) {

    /** The id of the trace that what runs here now is part of; {@code null} where it is not traced. */
    public static @Nullable String currentTraceId() {
        return MDC.get("traceId") instanceof String id ? id : null;
    }

    /** How far it came. */
    public enum Outcome {
        /** All of it was done. */
        SUCCEEDED,
        /** A part of it or all was not done: {@code codes} say why. */
        FAILED,
        /** Nobody knows whether it was done. */
        UNKNOWN,
        /** Nothing of it was executed. */
        REFUSED
    }

    /** The way that it came. */
    public enum Transport {
        HTTP,
        SSE,
        WEBSOCKET
    }

    /**
     * A GraphQL operation.
     *
     * @param type query, mutation or subscription
     * @param fields those at its root; of a mutation, those that were begun
     */
    public record Operation(String type, @Nullable String name, List<Field> fields) {}

    /**
     * A field at the root of an operation.
     *
     * @param ids the global ids among its arguments
     * @param result the global id of what it made, changed, deleted or began
     * @param code of its error, where it failed
     */
    public record Field(
            String name,
            List<String> ids,
            @Nullable String result,
            @Nullable String code) {

        /** A field of which no more is known. */
        public Field(String name) {
            this(name, List.of(), null, null);
        }
    }
}
