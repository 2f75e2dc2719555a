package io.headgate.redis;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How features other than the user cache reach Redis. */
@ConfigMapping(prefix = "headgate.redis")
public interface RedisConfig {

    /** How long a request waits for Redis. */
    @WithDefault("100ms")
    @DurationMin(millis = 1)
    Duration timeout();

    /** How long a request waits for what Redis alone holds: sessions, leaderboards, messages. */
    @WithDefault("1s")
    @DurationMin(millis = 1)
    Duration dataTimeout();

    /** What the keys of sessions, leaderboards and messages begin with. Gateways with the same prefix share them. */
    @WithDefault("hg")
    @Pattern(regexp = "[A-Za-z0-9._-]+")
    String keyPrefix();

    /** How long a new connection may take. */
    @WithDefault("1s")
    @DurationMin(millis = 1)
    Duration connectTimeout();

    /** How many commands may wait for their answers; further ones are not sent. */
    @WithDefault("4096")
    @Positive
    int maxOutstanding();

    /** After how many commands in a row without an answer in time Redis is left alone. */
    @WithDefault("3")
    @Positive
    int failureThreshold();

    /** The shortest time between two attempts to come back to Redis; it doubles with each. */
    @WithDefault("100ms")
    @DurationMin(millis = 1)
    Duration minBackoff();

    /** The longest time between two attempts to come back to Redis. */
    @WithDefault("2s")
    @DurationMin(millis = 1)
    Duration maxBackoff();
}
