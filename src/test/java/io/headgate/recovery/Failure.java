package io.headgate.recovery;

import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;

/** What a {@link Uni} fails with. */
public final class Failure {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Failure() {}

    /**
     * Waits for the failure.
     *
     * @throws AssertionError when there is none
     */
    public static GatewayException of(Uni<?> uni) {
        Optional<Throwable> failure = uni.onItemOrFailure()
                .transform((item, e) -> Optional.<Throwable>ofNullable(e))
                .await()
                .atMost(LIMIT);
        return (GatewayException) failure.orElseThrow(() -> new AssertionError("it did not fail"));
    }
}
