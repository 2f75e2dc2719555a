package io.headgate.app;

import io.headgate.user.cache.CacheGate;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Tells whether reads are answered from the cache. It is up in any case: without Redis every read goes to the stores. */
final class CacheHealth implements HealthCheck {

    private final CacheGate gate;

    CacheHealth(CacheGate gate) {
        this.gate = gate;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("cache in Redis")
                .withData("degraded", !gate.usable())
                .up()
                .build();
    }
}
