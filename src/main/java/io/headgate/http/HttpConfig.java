package io.headgate.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** What a request to {@code /graphql} may be, and how long a shutdown waits for those that are in flight. */
@ConfigMapping(prefix = "headgate.http")
public interface HttpConfig {

    /** The largest body of a request; a larger one is answered with 413. */
    @WithDefault("2M")
    MemorySize maxBodySize();

    /**
     * A file with the only documents that run: Apollo's manifest of persisted queries, or a JSON object with a text for each
     * id.
     */
    Optional<Path> trustedDocuments();

    /** How long a document can be asked for by its hash after it was sent last to a replica that did not know it. */
    @WithDefault("24h")
    @DurationMin(millis = 1)
    Duration persistedQueryTtl();

    /** What the keys of persisted queries in Redis begin with. */
    @WithDefault("hg")
    @Pattern(regexp = "[A-Za-z0-9._-]+")
    String persistedQueryPrefix();

    /** How long a client may take to send a request, from its first byte to its last; then its connection is closed. */
    @WithDefault("30s")
    @DurationMin(millis = 1)
    Duration readTimeout();

    /** How often the client of a WebSocket is asked whether it is there; one that did not answer by the next time is gone. */
    @WithDefault("25s")
    @DurationMin(millis = 1)
    Duration pingInterval();

    /** How long all is served on after SIGTERM, while readiness is down and load balancers find that out. */
    @WithDefault("5s")
    @DurationMin
    Duration shutdownDelay();

    /** How long what is in flight may take to end after that delay; then it is cut off. */
    @WithDefault("20s")
    @DurationMin(millis = 1)
    Duration shutdownTimeout();
}
