package io.headgate.user.cache;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How users are cached. */
@ConfigMapping(prefix = "headgate.cache")
public interface CacheConfig {

    /** Whether there is a cache, whatever keeps it. Without one every read goes to the stores. */
    @WithDefault("true")
    boolean enabled();

    /** What keeps the cache. */
    @WithDefault("redis")
    Backend backend();

    /** What every key in the cache begins with. Gateways with the same prefix share one cache. */
    @WithDefault("hg")
    @Pattern(regexp = "[A-Za-z0-9._-]{1,128}")
    String keyPrefix();

    /**
     * How long a user is kept. It also bounds how old a user can be that another gateway reads from the cache while this one,
     * which changed the user, can't reach it.
     */
    @WithDefault("5m")
    @DurationMin(millis = 1)
    Duration ttl();

    /** The share of its time, 0 to 1, by which an entry may end early, so that what was filled at once does not end at once. */
    @WithDefault("0.1")
    @DecimalMin("0")
    @DecimalMax("1")
    double jitter();

    /** How long it is kept that nobody has a key or an e-mail address. */
    @WithDefault("30s")
    @DurationMin(millis = 1)
    Duration negativeTtl();

    /** How long a reader may take to fill an entry before another one may try. */
    @WithDefault("5s")
    @DurationMin(millis = 1)
    Duration leaseTtl();

    /**
     * How long an entry stays blocked by a change whose end the cache was not told: longer than any store takes from being
     * asked for a change to making it.
     */
    @WithDefault("15s")
    @DurationMin(millis = 1)
    Duration tombstoneTtl();

    /** How long a read or a change waits for the cache. */
    @WithDefault("250ms")
    @DurationMin(millis = 1)
    Duration timeout();

    /** How long a new connection to the cache may take. */
    @WithDefault("2s")
    @DurationMin(millis = 1)
    Duration connectTimeout();

    /**
     * How many commands may wait for their answers; further ones are not sent. Less than {@code
     * quarkus.redis.max-waiting-handlers}.
     */
    @WithDefault("8192")
    @Positive
    int maxOutstanding();

    /** After how many commands in a row without an answer in time the cache is left alone. */
    @WithDefault("5")
    @Positive
    int failureThreshold();

    /** The shortest time between two attempts to come back to the cache; it doubles with each. */
    @WithDefault("100ms")
    @DurationMin(millis = 1)
    Duration minBackoff();

    /** The longest time between two attempts to come back to the cache. */
    @WithDefault("1s")
    @DurationMin(millis = 1)
    Duration maxBackoff();

    /**
     * How long after an outage of the cache nothing is read from it: as long as the other gateways take to come back too,
     * which until then change users and tell nobody. {@code max-backoff} and {@code connect-timeout} together, so long as all
     * gateways lost it and got it back at the same time.
     */
    @WithDefault("3s")
    @DurationMin
    Duration settlingTime();

    /** How often it is checked that the cache is still in the same servers. */
    @WithDefault("1s")
    @DurationMin(millis = 1)
    Duration watchInterval();

    /** What can keep the cache. */
    enum Backend {
        REDIS,
        MEMCACHED,
        /** Nothing: every read goes to the stores. */
        NONE
    }
}
