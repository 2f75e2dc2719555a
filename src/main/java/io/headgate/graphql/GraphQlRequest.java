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
 * @param queriesOnly whether mutations are refused, as they must be where requests can be forged or repeated (GET)
 */
public record GraphQlRequest(
        String query,
        @Nullable String operationName,
        Map<String, @Nullable Object> variables,
        Map<String, @Nullable Object> extensions,
        boolean queriesOnly) {}
