package io.headgate.http;

import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlRequest;
import io.headgate.graphql.GraphQlRequest.Allowed;
import io.headgate.json.Json;
import io.headgate.json.MalformedJsonException;
import io.vertx.core.MultiMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads GraphQL requests as GraphQL over HTTP has them. Each method throws INVALID_ARGUMENT for a request that is none.
 *
 * @see <a href="https://graphql.github.io/graphql-over-http/draft/">GraphQL over HTTP</a>
 */
final class RequestReader {

    private RequestReader() {}

    /** A body of {@code application/json}: an object with {@code query}, {@code variables} and so on. */
    static GraphQlRequest body(byte[] body) {
        Object json;
        try {
            json = Json.read(body);
        } catch (MalformedJsonException e) {
            throw GatewayException.invalidArgument("the body is " + e.getMessage());
        }
        if (!(json instanceof Map<?, ?> object)) {
            throw GatewayException.invalidArgument("the body is a JSON object with a \"query\", not a list or a value");
        }
        return payload(object, Allowed.QUERIES_AND_MUTATIONS);
    }

    /** A JSON object with {@code query}, {@code variables} and so on. */
    static GraphQlRequest payload(Map<?, ?> object, Allowed allowed) {
        return new GraphQlRequest(
                query(text("query", object.get("query"))),
                text("operationName", object.get("operationName")),
                object("variables", object.get("variables")),
                object("extensions", object.get("extensions")),
                allowed);
    }

    /** The parameters of a URL, where {@code variables} and {@code extensions} are JSON text. */
    static GraphQlRequest parameters(MultiMap parameters) {
        return new GraphQlRequest(
                query(parameters.get("query")),
                emptyAsNull(parameters.get("operationName")),
                object("variables", parsed("variables", parameters.get("variables"))),
                object("extensions", parsed("extensions", parameters.get("extensions"))),
                Allowed.QUERIES);
    }

    private static String query(@Nullable String query) {
        if (query == null || query.isBlank()) {
            throw GatewayException.invalidArgument(
                    "query is missing: send {\"query\": \"{ users { nodes { id } } }\"}");
        }
        return query;
    }

    private static @Nullable Object parsed(String name, @Nullable String json) {
        if (json == null || json.isEmpty()) {
            return null;
        }
        try {
            return Json.read(json);
        } catch (MalformedJsonException e) {
            throw GatewayException.invalidArgument(name + " is " + e.getMessage());
        }
    }

    private static @Nullable String emptyAsNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static @Nullable String text(String name, @Nullable Object value) {
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw GatewayException.invalidArgument(name + " is a text");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> object(String name, @Nullable Object value) {
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> object) {
            return (Map<String, @Nullable Object>) object;
        }
        throw GatewayException.invalidArgument(name + " is a JSON object");
    }
}
