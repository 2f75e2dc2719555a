package io.headgate.graphql;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to run an operation, as GraphQL over HTTP has it.
 *
 * @param query the document
 * @param operationName which of its operations; may be {@code null} when there is one
 * @param variables JSON values by name
 * @param extensions JSON values by name, for protocols beyond GraphQL's
 * @param allowed the operations that are executed; others are refused
 */
public record GraphQlRequest(
        String query,
        @Nullable String operationName,
        Map<String, @Nullable Object> variables,
        Map<String, @Nullable Object> extensions,
        Allowed allowed) {

    /** What the way that a request came lets it be. */
    public enum Allowed {
        /** Requests that can be forged or repeated: GET. */
        QUERIES,
        /** The same with a stream of answers: GET of server-sent events. */
        QUERIES_AND_SUBSCRIPTIONS,
        /** Requests with one answer: POST. */
        QUERIES_AND_MUTATIONS,
        /** Requests with a stream of answers: WebSockets, and POST for server-sent events. */
        ALL;

        boolean mutations() {
            return this == QUERIES_AND_MUTATIONS || this == ALL;
        }

        boolean subscriptions() {
            return this == QUERIES_AND_SUBSCRIPTIONS || this == ALL;
        }
    }
}
