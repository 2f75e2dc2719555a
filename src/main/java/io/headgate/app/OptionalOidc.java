package io.headgate.app;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/** Switches OpenID Connect off where no provider is named, since Quarkus does not start then. */
public final class OptionalOidc implements ConfigSourceInterceptor {

    /** The provider's address. */
    static final String ISSUER = "quarkus.oidc.auth-server-url";

    private static final String ENABLED = "quarkus.oidc.tenant-enabled";
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        if (name.equals(ENABLED)) {
            ConfigValue issuer = context.restart(ISSUER);
            if (issuer == null || issuer.getValue() == null || issuer.getValue().isEmpty()) {
                return ConfigValue.builder().withName(name).withValue("false").build();
            }
        }
        return context.proceed(name);
    }
}
