package io.headgate.http;

import io.headgate.response.Answer;
import io.headgate.security.Credentials;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What HTTP says of an answer. */
final class AnswerHeaders {

    /** What an answer depends on beside the URL. */
    private static final CharSequence VARY =
            HttpHeaders.createOptimized("Accept, Authorization, " + Credentials.API_KEY_HEADER);

    /** A browser may keep it, and asks each time whether it is still true: only the gateway can tell. */
    private static final CharSequence CACHE_CONTROL = HttpHeaders.createOptimized("private, no-cache");

    /** In bytes; less fits into one packet anyway. */
    private static final int WORTH_COMPRESSING = 1_024;

    private AnswerHeaders() {}

    static boolean isWorthCompressing(int length) {
        return length >= WORTH_COMPRESSING;
    }

    /**
     * The beginning of a response of HTTP/1.1.
     *
     * @param headers of all answers
     * @param isKept whether the answer is
     */
    static String head(Map<String, String> headers, String mediaType, boolean isKept) {
        Map<String, CharSequence> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        all.put("content-type", MediaTypes.withUtf8(mediaType));
        if (isKept) {
            all.put("cache-control", CACHE_CONTROL);
            all.put("vary", VARY);
        }
        StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\n");
        all.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.toString();
    }

    /** What is the same for all answers of a type and a length. */
    static void put(HttpServerResponse response, String mediaType, int length) {
        if (!isWorthCompressing(length)) {
            // What says how it is encoded is not compressed by the framework.
            response.putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, MediaTypes.withUtf8(mediaType));
    }

    /**
     * What tells of an answer that is kept.
     *
     * @param age how long it has been; {@code null} where it was made just now
     */
    static void put(HttpServerResponse response, Answer kept, @Nullable Duration age) {
        response.putHeader(HttpHeaders.CACHE_CONTROL, CACHE_CONTROL)
                .putHeader(HttpHeaders.VARY, VARY)
                .putHeader(HttpHeaders.ETAG, kept.etag());
        if (age != null) {
            response.putHeader(HttpHeaders.AGE, Long.toString(age.toSeconds()));
        }
    }

    /** Whether a client has the answer; compares weakly, as RFC 9110, 13.1.2, has it. */
    static boolean matches(@Nullable String ifNoneMatch, Answer kept) {
        if (ifNoneMatch == null) {
            return false;
        }
        String etag = kept.etag();
        String opaque = etag.substring("W/".length());
        return Stream.of(ifNoneMatch.split(","))
                .map(String::strip)
                .anyMatch(each -> each.equals("*") || each.equals(etag) || each.equals(opaque));
    }
}
