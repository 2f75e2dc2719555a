package io.headgate.app;

import io.headgate.user.Consistency;
import io.headgate.user.UserStore;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.jspecify.annotations.Nullable;

/**
 * Whether a store of users answers: it is up when a read through its adapter ends well, and for some minutes after. A
 * store that fails over is away for all replicas at once: taking all of them out of service would also end what they can
 * still answer, and help nobody.
 */
final class StoreHealth implements AsyncHealthCheck {

    private static final Set<String> NOBODY = Set.of("headgate-readiness");

    /** More than a Multi-AZ failover of RDS takes, which is one to two minutes. */
    private static final Duration GRACE = Duration.ofMinutes(3);

    private final UserStore store;
    private final LongSupplier clock;
    private volatile @Nullable Long answeredAt;

    /** @param clock nanoseconds that only grow */
    StoreHealth(UserStore store, LongSupplier clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        String name = "users in " + store.store();
        return store.findByKeys(NOBODY, Consistency.STRONG)
                .map(found -> {
                    answeredAt = clock.getAsLong();
                    return HealthCheckResponse.up(name);
                })
                .onFailure()
                .recoverWithItem(failure -> HealthCheckResponse.named(name)
                        .withData("reason", String.valueOf(failure.getMessage()))
                        .status(answeredLately())
                        .build());
    }

    private boolean answeredLately() {
        Long last = answeredAt;
        return last != null && clock.getAsLong() - last < GRACE.toNanos();
    }
}
