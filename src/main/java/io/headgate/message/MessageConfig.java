package io.headgate.message;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How many messages are kept for those who come back. */
@ConfigMapping(prefix = "headgate.message")
public interface MessageConfig {

    /** How many messages of a channel are kept; who is further behind is told so. */
    @WithDefault("1000")
    @Positive
    int kept();

    /** How long they are kept after the last one was published. */
    @WithDefault("1h")
    @DurationMin(seconds = 1)
    Duration retention();
}
