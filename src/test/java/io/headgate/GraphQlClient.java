package io.headgate;

import static io.restassured.RestAssured.given;

import io.headgate.json.Json;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks the running gateway, over HTTP. */
public final class GraphQlClient {

    private GraphQlClient() {}

    /** What {@code /graphql} answers to a document without variables. */
    public static Answer ask(String query) {
        return ask(query, Map.of());
    }

    /** What {@code /graphql} answers. */
    @SuppressWarnings("unchecked")
    public static Answer ask(String query, Map<String, ? extends @Nullable Object> variables) {
        String body = post(Json.write(Map.of("query", query, "variables", variables)))
                .statusCode(200)
                .extract()
                .asString();
        return new Answer((Map<String, @Nullable Object>) Objects.requireNonNull(Json.read(body)));
    }

    /** Posts a body of JSON. */
    public static ValidatableResponse post(String json) {
        return given().contentType("application/json")
                .body(json)
                .when()
                .post("/graphql")
                .then();
    }

    /** A response as plain values. */
    public record Answer(Map<String, @Nullable Object> response) {

        /** The value at a path of keys and indexes below {@code data}. */
        public @Nullable Object data(Object... path) {
            return at(response.get("data"), path);
        }

        /** A text below {@code data}. */
        public String text(Object... path) {
            return (String) Objects.requireNonNull(data(path));
        }

        /** A list below {@code data}. */
        @SuppressWarnings("unchecked")
        public List<@Nullable Object> list(Object... path) {
            return (List<@Nullable Object>) Objects.requireNonNull(data(path));
        }

        public boolean hasErrors() {
            return response.containsKey("errors");
        }

        /** The codes of all errors, in order. */
        public List<String> codes() {
            return errors().stream()
                    .map(error -> String.valueOf(at(error, "extensions", "code")))
                    .toList();
        }

        /** The messages of all errors, in order. */
        public List<String> messages() {
            return errors().stream()
                    .map(error -> String.valueOf(at(error, "message")))
                    .toList();
        }

        private List<?> errors() {
            return response.get("errors") instanceof List<?> errors ? errors : List.of();
        }

        private static @Nullable Object at(@Nullable Object root, Object... path) {
            Object value = root;
            for (Object step : path) {
                value = step instanceof Integer index
                        ? ((List<?>) Objects.requireNonNull(value)).get(index)
                        : ((Map<?, ?>) Objects.requireNonNull(value)).get(step);
            }
            return value;
        }
    }
}
