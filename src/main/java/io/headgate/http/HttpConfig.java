package io.headgate.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What a request to {@code /graphql} may be. */
@ConfigMapping(prefix = "headgate.http")
public interface HttpConfig {

    /** The largest body of a request; a larger one is answered with 413. */
    @WithDefault("2M")
    MemorySize maxBodySize();
}
