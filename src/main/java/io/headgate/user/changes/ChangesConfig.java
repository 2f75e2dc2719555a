package io.headgate.user.changes;

import io.headgate.user.Store;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMin;

/** How changes are followed that the stores tell. Replicas that share users must agree on it. */
@ConfigMapping(prefix = "headgate.changes")
public interface ChangesConfig {

    /** The stores whose changes are followed. */
    Optional<Set<Store>> stores();

    /** What every key in Redis begins with. Gateways with the same prefix share one log. */
    @WithDefault("hg")
    @Pattern(regexp = "[A-Za-z0-9._-]+")
    String keyPrefix();

    /** About how many changes the log keeps, in some 250 bytes each; subscribers that are further behind are refused. */
    @WithDefault("250000")
    @Positive
    int logLength();

    /** How long a store is read by nobody when the replica that read it is gone. */
    @WithDefault("2s")
    @DurationMin(millis = 100)
    Duration lease();

    /** How long a reader that has read all there is waits before it looks again. */
    @WithDefault("250ms")
    @DurationMin(millis = 1)
    Duration pollInterval();

    /** How long a request to Redis may take, and a new connection. */
    @WithDefault("2s")
    @DurationMin(millis = 100)
    Duration timeout();

    /** The name of PostgreSQL's replication slot, and of the publication. A server's slots have one name each. */
    @WithDefault("headgate")
    @Pattern(regexp = "[a-z0-9_]{1,63}")
    String slot();
}
