package io.headgate.memcached;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Where Memcached is. */
@ConfigMapping(prefix = "headgate.memcached")
public interface MemcachedConfig {

    /** The servers, {@code host:port} each, where they are always the same. All gateways must have the same ones. */
    Optional<List<String>> hosts();

    /** The configuration endpoint of a cluster of ElastiCache, {@code host:port}, which tells of its nodes. */
    Optional<String> configurationEndpoint();

    /** Whether connections are encrypted. */
    @WithDefault("false")
    boolean tls();
}
