package io.headgate.app;

import io.headgate.user.Consistency;
import io.headgate.user.UserStore;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Whether a store of users answers: it is up when a read through its adapter ends well. */
final class StoreHealth implements AsyncHealthCheck {

    private static final Set<String> NOBODY = Set.of("headgate-readiness");

    private final UserStore store;

    StoreHealth(UserStore store) {
        this.store = store;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        String name = "users in " + store.store();
        return store.findByKeys(NOBODY, Consistency.STRONG)
                .map(found -> HealthCheckResponse.up(name))
                .onFailure()
                .recoverWithItem(failure -> HealthCheckResponse.named(name)
                        .withData("reason", String.valueOf(failure.getMessage()))
                        .down()
                        .build());
    }
}
