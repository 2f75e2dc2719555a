package io.headgate.app;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * One event loop for each processor, unless told otherwise, and not two as Quarkus has: nothing blocks one, and what comes at the same
 * moment is read together by loop, see {@code docs/performance.md}.
 */
public final class EventLoops implements ConfigSourceInterceptor {

    private static final String COUNT = "quarkus.vertx.event-loops-pool-size";
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        if (!name.equals(COUNT) || (value != null && value.getValue() != null)) {
            return value;
        }
        int processors = Runtime.getRuntime().availableProcessors();
        return ConfigValue.builder()
                .withName(name)
                .withValue(Integer.toString(processors))
                .build();
    }
}
