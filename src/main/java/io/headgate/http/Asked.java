package io.headgate.http;

import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlRequest;
import io.headgate.graphql.GraphQlRequest.Way;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a client asked for: a {@link GraphQlRequest} whose document may be named instead of given.
 *
 * @param query the document, unless it is named alone
 * @param documentId what the document is called, as the appendix "Persisted Documents" of GraphQL over HTTP has it
 * @param sha256Hash what the document is called in {@code extensions.persistedQuery}, Apollo's way
 */
record Asked(
        @Nullable String query,
        @Nullable String documentId,
        @Nullable String sha256Hash,
        @Nullable String operationName,
        Map<String, @Nullable Object> variables,
        Map<String, @Nullable Object> extensions,
        Way way) {

    Asked {
        if (query == null && documentId == null && sha256Hash == null) {
            throw GatewayException.invalidArgument(
                    "query is missing: send {\"query\": \"{ users { nodes { id } } }\"}");
        }
    }

    /** Whether the document is given and has no name. */
    boolean isPlain() {
        return documentId == null && sha256Hash == null;
    }

    /** The name of the document. */
    String name() {
        return Objects.requireNonNull(sha256Hash != null ? sha256Hash : documentId, "a plain request names nothing");
    }

    GraphQlRequest with(String document) {
        return new GraphQlRequest(document, operationName, variables, extensions, way);
    }
}
