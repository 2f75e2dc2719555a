package io.headgate.limit;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.redis.SharedRedis;
import io.headgate.security.Authentication;
import io.headgate.security.Caller;
import io.headgate.security.Credentials;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether a caller is let in: who it is, and whether it asked too much lately. */
public final class Admission {

    private static final int REQUEST_RATE = 1_000;

    private final Authentication authentication;
    private final @Nullable RateLimiter requests;
    private final @Nullable RateLimiter failures;

    public Admission(Authentication authentication, SharedRedis redis, LimitConfig config) {
        this.authentication = authentication;
        int requestRate = config.requestRate().orElse(authentication.isOff() ? 0 : REQUEST_RATE);
        this.requests = limiter(redis, config.keyPrefix() + ":rate:", requestRate, config.requestBurst());
        this.failures = limiter(
                redis,
                config.keyPrefix() + ":failed:",
                config.failedAuthenticationRate(),
                config.failedAuthenticationBurst());
    }

    private static @Nullable RateLimiter limiter(SharedRedis redis, String keyPrefix, int times, int burst) {
        return times == 0 ? null : new RateLimiter(redis, keyPrefix, Rate.perSecond(times, burst), System::nanoTime);
    }

    /**
     * Who sends credentials. Fails as {@link Authentication#caller} does, and with RESOURCE_EXHAUSTED, whatever the credentials
     * are, while too many that came from this address were not valid.
     */
    public Uni<Caller> caller(Credentials credentials, String address) {
        Uni<Caller> caller = authentication.caller(credentials);
        RateLimiter limiter = failures;
        if (limiter == null || credentials.isEmpty()) {
            return caller;
        }
        Duration pause = limiter.pause(address);
        if (!pause.isZero()) {
            return Uni.createFrom()
                    .failure(GatewayException.later(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "too many credentials from this address were not valid: see"
                                    + " headgate.limits.failed-authentication-rate",
                            pause));
        }
        return caller.onFailure(Admission::isUnauthenticated)
                .invoke(() -> limiter.take(address).subscribe().with(counted -> {}));
    }

    /** Who sends credentials, where that is known at once; {@code null} where {@link #caller} must be asked. */
    public @Nullable Caller known(Credentials credentials, Supplier<String> address) {
        RateLimiter limiter = failures;
        return limiter == null
                        || credentials.isEmpty()
                        || limiter.pause(address.get()).isZero()
                ? authentication.known(credentials)
                : null;
    }

    /** Whether a caller may send one request now; where it is not known, {@link #request} must be asked. */
    public boolean admits(Caller caller, Supplier<String> address) {
        return requests == null || requests.takesAtOnce(client(caller, address.get()));
    }

    /** Lets a caller send one request. Fails with RESOURCE_EXHAUSTED when it must wait. */
    public Uni<Void> request(Caller caller, String address) {
        RateLimiter limiter = requests;
        if (limiter == null) {
            return Uni.createFrom().voidItem();
        }
        return limiter.take(client(caller, address)).invoke(Admission::refuse).replaceWithVoid();
    }

    private static void refuse(Duration wait) {
        if (!wait.isZero()) {
            throw GatewayException.later(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "there were too many requests of this client: see headgate.limits.request-rate",
                    wait);
        }
    }

    /** What a caller counts as: itself or, where it did not say who it is, its address. */
    static String client(Caller caller, String address) {
        return caller.isAuthenticated() ? "caller " + caller.id() : "address " + address;
    }

    private static boolean isUnauthenticated(Throwable failure) {
        return failure instanceof GatewayException known && known.code() == ErrorCode.UNAUTHENTICATED;
    }
}
