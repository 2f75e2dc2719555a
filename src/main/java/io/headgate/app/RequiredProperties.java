package io.headgate.app;

import io.headgate.security.SecurityConfig;
import io.quarkus.runtime.LaunchMode;
import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Stops the start, before any client is made, when a property is missing that only a deployment can know. */
@Singleton
class RequiredProperties {

    private static final Logger LOG = Logger.getLogger("io.headgate");
    private static final String AUDIENCE = "quarkus.oidc.token.audience";
    private static final List<String> NAMES = List.of("quarkus.datasource.reactive.url", "quarkus.redis.hosts");

    void require(@Observes @Priority(1) Router router, Config config, SecurityConfig security, LaunchMode launch) {
        check(config);
        if (!launch.isDevOrTest()) {
            checkAuthentication(config, security);
        }
    }

    /** @throws IllegalStateException with the name of the property that leaves the gateway open, or open to nobody */
    static void checkAuthentication(Config config, SecurityConfig security) {
        boolean hasIssuer = isSet(config, OptionalOidc.ISSUER);
        switch (security.mode()) {
            case NONE ->
                LOG.warn("headgate.security.mode is none: everybody who reaches the gateway may read and change users,"
                        + " and delete snapshots");
            case OPTIONAL ->
                throw new IllegalStateException("headgate.security.mode is optional, which is for development: it must"
                        + " be required, or none where everybody may do everything");
            case REQUIRED -> {
                if (!hasIssuer && security.apiKeys().isEmpty()) {
                    throw new IllegalStateException("headgate.security.mode is required, and nobody could say who they"
                            + " are: set " + OptionalOidc.ISSUER + " or headgate.security.api-keys, see"
                            + " docs/security.md. headgate.security.mode=none lets everybody do everything");
                }
            }
        }
        if (hasIssuer && !isSet(config, AUDIENCE)) {
            throw new IllegalStateException(AUDIENCE + " is not set: without it a token that the issuer gave for"
                    + " another service would do here");
        }
    }

    private static boolean isSet(Config config, String name) {
        return config.getOptionalValue(name, String.class).isPresent();
    }

    /** @throws IllegalStateException with the name of the first property that is missing */
    static void check(Config config) {
        for (String name : NAMES) {
            if (!isSet(config, name)) {
                throw new IllegalStateException(
                        name + " is not set: docs/configuration.md says what a deployment must set");
            }
        }
    }
}
