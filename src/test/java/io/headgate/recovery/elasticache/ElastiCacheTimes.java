package io.headgate.recovery.elasticache;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Times that tests wait for ElastiCache. */
record ElastiCacheTimes(Duration readTimeout, Duration writeTimeout, Duration attemptTimeout)
        implements ElastiCacheConfig {

    /** As long as a slow machine needs. */
    static ElastiCacheTimes ample() {
        return new ElastiCacheTimes(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(10));
    }

    @Override
    public Optional<URI> endpointOverride() {
        return Optional.empty();
    }
}
