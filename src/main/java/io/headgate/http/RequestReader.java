package io.headgate.http;

import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlRequest.Way;
import io.headgate.json.Json;
import io.headgate.json.LongListException;
import io.headgate.json.MalformedJsonException;
import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads GraphQL requests as GraphQL over HTTP has them. Each method throws INVALID_ARGUMENT for a request that is none.
 *
 * @see <a href="https://graphql.github.io/graphql-over-http/draft/">GraphQL over HTTP</a>
 */
final class RequestReader {

    private RequestReader() {}

    /**
     * A body of {@code application/json}: an object with {@code query}, {@code variables} and so on. Throws
     * RESOURCE_EXHAUSTED for a list in a variable that is longer than lists may be.
     */
    static Asked body(byte[] body, Way way, int maxListSize) {
        Object json;
        try {
            json = Json.read(body, "variables", maxListSize);
        } catch (LongListException e) {
            throw GatewayException.tooMuchWork("a list has more than " + maxListSize + " elements");
        } catch (MalformedJsonException e) {
            throw GatewayException.invalidArgument("the body is " + e.getMessage());
        }
        if (!(json instanceof Map<?, ?> object)) {
            throw GatewayException.invalidArgument("the body is a JSON object with a \"query\", not a list or a value");
        }
        return payload(object, way);
    }

    /** A body of {@code application/graphql}: a document, and nothing else. */
    static Asked document(byte[] body, Way way) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return new Asked(emptyAsNull(text), null, null, null, Map.of(), Map.of(), way);
        } catch (CharacterCodingException e) {
            throw GatewayException.invalidArgument("the body is not UTF-8");
        }
    }

    /** A JSON object with {@code query}, {@code variables} and so on. */
    static Asked payload(Map<?, ?> object, Way way) {
        Map<String, @Nullable Object> extensions = object("extensions", object.get("extensions"));
        return new Asked(
                emptyAsNull(text("query", object.get("query"))),
                text("documentId", object.get("documentId")),
                hash(extensions),
                text("operationName", object.get("operationName")),
                object("variables", object.get("variables")),
                extensions,
                way);
    }

    /** The parameters of a URL, where {@code variables} and {@code extensions} are JSON text. */
    static Asked parameters(MultiMap parameters, Way way) {
        Map<String, @Nullable Object> extensions =
                object("extensions", parsed("extensions", parameters.get("extensions")));
        return new Asked(
                emptyAsNull(parameters.get("query")),
                emptyAsNull(parameters.get("documentId")),
                hash(extensions),
                emptyAsNull(parameters.get("operationName")),
                object("variables", parsed("variables", parameters.get("variables"))),
                extensions,
                way);
    }

    private static @Nullable String hash(Map<String, @Nullable Object> extensions) {
        Object persisted = extensions.get("persistedQuery");
        if (persisted == null) {
            return null;
        }
        if (persisted instanceof Map<?, ?> query
                && Integer.valueOf(1).equals(query.get("version"))
                && query.get("sha256Hash") instanceof String hash) {
            return hash;
        }
        throw GatewayException.invalidArgument(
                "extensions.persistedQuery is {\"version\": 1, \"sha256Hash\": \"...\"}");
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
        return text == null || text.isBlank() ? null : text;
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
