package io.headgate.localcloud;

import io.headgate.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A page that opens GraphiQL of {@code ./mvnw quarkus:dev} with the token of a reader, an editor or an operator. */
final class CallerChooser {

    private static final String GRAPHIQL = "http://localhost:8080/graphiql/";
    private static final List<String> ROLES = List.of("reader", "editor", "operator");

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Headgate: who asks?</title>
            <style>
              body { font: 16px/1.5 system-ui, sans-serif; max-width: 34em; margin: 4em auto; padding: 0 1em }
              a { display: inline-block; margin: 0 .5em .5em 0; padding: .5em 1em; border: 1px solid; border-radius: .3em }
            </style>
            <h1>GraphiQL as …</h1>
            <p>%s<a href="%s">developer</a>
            <p>The first three send a token that is valid for eight hours, in GraphiQL's tab <i>Headers</i>. The developer sends
            none, and may do everything, in <code>./mvnw quarkus:dev</code> alone.
            </html>
            """;

    private CallerChooser() {}

    /** @param tokens gives the token of a role */
    static String page(UnaryOperator<String> tokens) {
        return PAGE.formatted(
                ROLES.stream()
                        .map(role -> "<a href=\"" + graphiQl(tokens.apply(role)) + "\">" + role + "</a>")
                        .collect(Collectors.joining()),
                GRAPHIQL);
    }

    private static String graphiQl(String token) {
        String headers = Json.write(Map.of("Authorization", "Bearer " + token));
        return GRAPHIQL + "?headers="
                + URLEncoder.encode(headers, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
