package io.headgate.http;

import io.vertx.core.http.HttpHeaders;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The media types of GraphQL over HTTP. */
final class MediaTypes {

    static final String JSON = "application/json";
    static final String GRAPHQL_RESPONSE = "application/graphql-response+json";

    static final String EVENT_STREAM = "text/event-stream";
    static final String GRAPHQL = "application/graphql";

    private static final String UTF8 = "; charset=utf-8";
    private static final CharSequence JSON_UTF8 = HttpHeaders.createOptimized(JSON + UTF8);
    private static final CharSequence GRAPHQL_RESPONSE_UTF8 = HttpHeaders.createOptimized(GRAPHQL_RESPONSE + UTF8);

    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\\s\";,]+)");

    private MediaTypes() {}

    /**
     * The type without its parameters, in lower case. Of a type given twice, as GraphiQL's page does, the first.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.3-7">RFC 9110, section 8.3</a>
     */
    static String essence(String mediaType) {
        return mediaType.split("[;,]", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /**
     * Which of the three response types a client wants: the one with the higher weight, the one named first where equal.
     * Without a wish it is JSON, as older clients expect; {@code null} when none is acceptable.
     */
    static @Nullable String negotiate(@Nullable String accept) {
        if (accept == null || accept.isBlank()) {
            return JSON;
        }
        String best = null;
        double bestWeight = 0;
        for (String range : accept.split(",", -1)) {
            String candidate = switch (essence(range)) {
                case GRAPHQL_RESPONSE -> GRAPHQL_RESPONSE;
                case EVENT_STREAM -> EVENT_STREAM;
                case JSON, "application/*", "*/*" -> JSON;
                default -> null;
            };
            double weight = weight(range);
            if (candidate != null && weight > bestWeight) {
                best = candidate;
                bestWeight = weight;
            }
        }
        return best;
    }

    /** The type of an answer, with its character set. */
    static CharSequence withUtf8(String mediaType) {
        return switch (mediaType) {
            case JSON -> JSON_UTF8;
            case GRAPHQL_RESPONSE -> GRAPHQL_RESPONSE_UTF8;
            default -> mediaType + UTF8;
        };
    }

    /** Whether a client asks for one of the three response types by name, as no element of a page does. */
    static boolean isNamed(@Nullable String accept) {
        return accept != null
                && Arrays.stream(accept.split(",", -1))
                        .map(MediaTypes::essence)
                        .anyMatch(Set.of(GRAPHQL_RESPONSE, EVENT_STREAM, JSON)::contains);
    }

    /** Whether a body of this type is in UTF-8, as far as the type says. */
    static boolean isUtf8(String mediaType) {
        Matcher charset = CHARSET.matcher(mediaType);
        return !charset.find()
                || charset.group(1).equalsIgnoreCase("utf-8")
                || charset.group(1).equalsIgnoreCase("utf8");
    }

    private static double weight(String range) {
        for (String parameter : range.split(";", -1)) {
            String stripped = parameter.strip();
            if (stripped.startsWith("q=")) {
                try {
                    return Double.parseDouble(stripped.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
