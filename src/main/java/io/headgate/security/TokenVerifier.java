package io.headgate.security;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Set;

/** Checks tokens of an OpenID Connect provider. */
@FunctionalInterface
public interface TokenVerifier {

    /**
     * What a token says. Fails with UNAUTHENTICATED when it is not valid, and with UNAVAILABLE when the provider's keys can't
     * be had.
     */
    Uni<Token> verify(String token);

    /**
     * A token that is valid.
     *
     * @param roles as the provider names them
     */
    record Token(String subject, Set<String> roles, Instant expiresAt) {}
}
