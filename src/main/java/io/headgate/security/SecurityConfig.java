package io.headgate.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Map;
import java.util.Set;

/** Who may use the gateway. Tokens are checked as {@code quarkus.oidc} says. */
@ConfigMapping(prefix = "headgate.security")
public interface SecurityConfig {

    /** Whether callers must say who they are. */
    @WithDefault("required")
    Mode mode();

    /** API keys by their names, which are the callers' in logs and audit records. */
    Map<String, ApiKey> apiKeys();

    /** Roles by what a token calls them, where that is not {@code reader}, {@code editor} or {@code operator}. */
    Map<String, Role> roles();

    /** Whether callers must say who they are. */
    enum Mode {
        /** Who does not may do nothing. */
        REQUIRED,
        /** Who does not may do everything, who does is held to it: for development and tests alone. */
        OPTIONAL,
        /** Nobody is asked, and everybody may do everything. */
        NONE
    }

    /** A service's key. */
    interface ApiKey {

        /** SHA-256 of the key, in hexadecimal. A key must be random, such as {@code openssl rand -hex 32} gives. */
        String sha256();

        /** What its callers may do. */
        Set<Role> roles();
    }
}
