package io.headgate.security;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request.
 *
 * @param id the token's subject or the API key's name; {@code anonymous} for a caller who did not say
 * @param roles with those that they include
 * @param isAuthenticated whether the caller proved to be this
 * @param expiresAt when that proof ends; {@code null} where it does not
 */
public record Caller(
        String id,
        Set<Role> roles,
        boolean isAuthenticated,
        @Nullable Instant expiresAt) {

    private static final String NOBODY = "anonymous";

    /** Who did not say who it is, and may do nothing. */
    public static final Caller ANONYMOUS = new Caller(NOBODY, Set.of(), false, null);

    /** Anybody, where nobody has to say who they are. */
    public static final Caller ANYBODY = new Caller(NOBODY, Set.of(Role.values()), false, null);

    public Caller {
        roles = Role.withIncluded(roles);
    }

    public boolean may(Role role) {
        return roles.contains(role);
    }
}
