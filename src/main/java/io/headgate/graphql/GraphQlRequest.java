package io.headgate.graphql;

import io.headgate.audit.AuditRecord.Transport;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to run an operation, as GraphQL over HTTP has it.
 *
 * @param query the document
 * @param operationName which of its operations; may be {@code null} when there is one
 * @param variables JSON values by name
 * @param extensions JSON values by name, for protocols beyond GraphQL's
 * @param way decides which operations are executed; others are refused
 */
public record GraphQlRequest(
        String query,
        @Nullable String operationName,
        Map<String, @Nullable Object> variables,
        Map<String, @Nullable Object> extensions,
        Way way) {

    /** The way that a request came, and what that lets it be. */
    public enum Way {
        /** Can be forged or repeated. */
        GET(false, false, Transport.HTTP),
        /** The same with a stream of answers. */
        EVENTS_BY_GET(false, true, Transport.SSE),
        /** Has one answer. */
        POST(true, false, Transport.HTTP),
        /** Has a stream of answers. */
        EVENTS_BY_POST(true, true, Transport.SSE),
        /** Has a stream of answers. */
        WEBSOCKET(true, true, Transport.WEBSOCKET);

        private final boolean mutations;
        private final boolean subscriptions;
        private final Transport transport;

        Way(boolean mutations, boolean subscriptions, Transport transport) {
            this.mutations = mutations;
            this.subscriptions = subscriptions;
            this.transport = transport;
        }

        boolean mutations() {
            return mutations;
        }

        boolean subscriptions() {
            return subscriptions;
        }

        Transport transport() {
            return transport;
        }
    }
}
