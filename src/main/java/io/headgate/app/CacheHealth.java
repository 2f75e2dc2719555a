package io.headgate.app;

import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Tells whether reads are answered from the cache. It is up in any case: without the cache every read goes to the stores. */
final class CacheHealth implements HealthCheck {

    private final String name;
    private final BooleanSupplier usable;

    CacheHealth(String name, BooleanSupplier usable) {
        this.name = name;
        this.usable = usable;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named(name)
                .withData("degraded", !usable.getAsBoolean())
                .up()
                .build();
    }
}
