package io.headgate.http;

import io.headgate.security.Credentials;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests that a page of another site makes a browser send without asking this server first: by a link, an image, a script.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#cors-safelisted-request-header">Fetch, CORS-safelisted request headers</a>
 * @see <a href="https://www.w3.org/TR/fetch-metadata/#sec-fetch-mode-header">Fetch Metadata, Sec-Fetch-Mode</a>
 */
final class ForgedRequests {

    /** What such a request can't have. */
    private static final List<String> PROOFS = List.of(
            "Authorization",
            Credentials.API_KEY_HEADER,
            "GraphQL-Require-Preflight",
            "Apollo-Require-Preflight",
            "X-Apollo-Operation-Name");

    private ForgedRequests() {}

    /** Whether a GET may be one; of those that browsers say something of, what they say counts. */
    static boolean mayBe(HttpServerRequest get) {
        String mode = get.getHeader("Sec-Fetch-Mode");
        if (mode != null) {
            return !mode.equals("cors") && !mode.equals("same-origin");
        }
        return !MediaTypes.isNamed(get.getHeader(HttpHeaders.ACCEPT))
                && !isJson(get.getHeader(HttpHeaders.CONTENT_TYPE))
                && PROOFS.stream().noneMatch(name -> get.getHeader(name) != null);
    }

    private static boolean isJson(@Nullable String contentType) {
        return contentType != null && MediaTypes.essence(contentType).equals(MediaTypes.JSON);
    }
}
