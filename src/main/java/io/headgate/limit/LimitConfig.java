package io.headgate.limit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** How much clients may ask. A client is a caller who said who it is; of all others, an address. */
@ConfigMapping(prefix = "headgate.limits")
public interface LimitConfig {

    /**
     * How many requests and operations a second a client may send in the long run, to all replicas; 0 for any number. Where it is
     * not set it is 1,000, and any number in the mode in which nobody says who they are: an address may be that of all.
     */
    Optional<@Min(0) @Max(1_000_000) Integer> requestRate();

    /** How many a client that was quiet may send at once. */
    @WithDefault("5000")
    @Min(1)
    @Max(1_000_000_000)
    int requestBurst();

    /** How many credentials a second that are not valid may come from an address in the long run; 0 for any number. */
    @WithDefault("5")
    @Min(0)
    @Max(1_000_000)
    int failedAuthenticationRate();

    /** How many credentials that are not valid may come at once from an address that was quiet. */
    @WithDefault("100")
    @Min(1)
    @Max(1_000_000_000)
    int failedAuthenticationBurst();

    /** How many WebSockets and event streams one process has. */
    @WithDefault("10000")
    @Min(1)
    int connections();

    /** How many of those are one client's. */
    @WithDefault("2500")
    @Min(1)
    int connectionsPerClient();

    /** How many WebSockets from one address may be open whose callers did not say yet who they are. */
    @WithDefault("1000")
    @Min(1)
    int uninitialisedConnectionsPerAddress();

    /** How many operations run on WebSockets and event streams of one process. */
    @WithDefault("10000")
    @Min(1)
    int operations();

    /** How many of those are one client's. */
    @WithDefault("2000")
    @Min(1)
    int operationsPerClient();

    /** How many of those are on one WebSocket. */
    @WithDefault("100")
    @Min(1)
    int operationsPerConnection();

    /** How many operations one process executes at once. */
    @WithDefault("256")
    @Min(1)
    int executions();

    /** How many operations wait for others to end; further ones are refused at once. */
    @WithDefault("1024")
    @Min(0)
    int queuedExecutions();

    /** How long an operation waits; then it is refused. */
    @WithDefault("1s")
    @DurationMin(millis = 1)
    Duration queueTime();

    /** What the keys of rates in Redis begin with. */
    @WithDefault("hg")
    @Pattern(regexp = "[A-Za-z0-9._-]+")
    String keyPrefix();
}
