package io.headgate.session;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How long sessions live. */
@ConfigMapping(prefix = "headgate.session")
public interface SessionConfig {

    /** How long a session lives that is not touched, where its creator does not say. */
    @WithDefault("1h")
    @DurationMin(seconds = 1)
    Duration ttl();

    /** The longest that a creator may say. */
    @WithDefault("720h")
    @DurationMin(seconds = 1)
    Duration maxTtl();

    /** How many sessions of one user live at once. */
    @WithDefault("1000")
    @Positive
    int maxPerUser();
}
