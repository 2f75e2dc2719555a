package io.headgate.response;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;

/** How whole answers are kept. Replicas that share users must agree on whether there is a cache, and on its prefix. */
@ConfigMapping(prefix = "headgate.response-cache")
public interface ResponseCacheConfig {

    /** Whether answers are kept. Without it every request is executed, and no replica is told of changes. */
    @WithDefault("true")
    boolean enabled();

    /** What every key in Redis begins with. Gateways with the same prefix tell each other of changes. */
    @WithDefault("hg")
    @Pattern(regexp = "[A-Za-z0-9._-]+")
    String keyPrefix();

    /** About how much memory the answers may take that a process keeps. */
    @WithDefault("16M")
    MemorySize maxSize();

    /**
     * How long an answer is kept. It adds to {@code headgate.cache.ttl} where other programs change users, of which no
     * gateway is told.
     */
    @WithDefault("60s")
    @DurationMin(millis = 1)
    Duration maxAge();

    /** How long answers are kept at most that a field is part of, by {@code Query.field}; {@code 0s} for not at all. */
    Map<String, @DurationMin Duration> maxAgeOf();

    /** How far behind reads may be that are not the primary's, from indexes and read replicas. */
    @WithDefault("5s")
    @DurationMin
    Duration maxLag();
}
