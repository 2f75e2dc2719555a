package io.headgate.security;

import org.jspecify.annotations.Nullable;

/**
 * What a caller sends to prove who it is: a token or an API key.
 *
 * @param authorization {@code Bearer} and a token, as the header {@code Authorization} has it
 * @param apiKey an API key, as the header {@code X-API-Key} has it
 */
public record Credentials(
        @Nullable String authorization, @Nullable String apiKey) {

    /** The header of an API key. */
    public static final String API_KEY_HEADER = "X-API-Key";

    private static final String BEARER = "bearer ";

    /** The token, where there is one. */
    @Nullable
    String token() {
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : null;
    }

    /** Whether the caller says nothing of who it is. */
    public boolean isEmpty() {
        return authorization == null && apiKey == null;
    }

    /** Says nothing of what it holds. */
    @Override
    public String toString() {
        return "Credentials";
    }
}
