package io.headgate.recovery;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMin;

/** What can be recovered, and how operations are driven. */
@ConfigMapping(prefix = "headgate.recovery")
public interface RecoveryConfig {

    /** The kinds of databases that are shown and recovered. */
    @WithDefault("RDS_INSTANCE,AURORA_CLUSTER,DYNAMODB_TABLE,CACHE_CLUSTER")
    Set<DatabaseKind> kinds();

    /** After how long without a sign of the replica that drives an operation another one takes over. */
    @WithDefault("10s")
    @DurationMin(millis = 1)
    Duration lease();

    /** How long to wait between two looks at AWS, at first. */
    @WithDefault("500ms")
    @DurationMin(millis = 1)
    Duration minPoll();

    /** What the wait between two looks grows to. */
    @WithDefault("15s")
    @DurationMin(millis = 1)
    Duration maxPoll();

    /**
     * How long AWS may take to show what it accepted. When the answer to a change was lost and AWS shows nothing of it for
     * this long, it is sent again.
     */
    @WithDefault("20s")
    @DurationMin(millis = 1)
    Duration settle();

    /** How long a change is tried while AWS can't be reached or takes no more requests. */
    @WithDefault("2m")
    @DurationMin(millis = 1)
    Duration beginLimit();

    /**
     * How long what completes a change is tried that AWS made, such as the point-in-time recovery of a new table, for which
     * DynamoDB must have enabled its backups.
     */
    @WithDefault("1h")
    @DurationMin(millis = 1)
    Duration completeLimit();

    /** How many operations one replica drives at once; further ones wait. */
    @WithDefault("64")
    @Positive
    int maxDriven();

    /** How often a client that follows an operation is told of its progress, at the most. */
    @WithDefault("500ms")
    @DurationMin(millis = 1)
    Duration followInterval();
}
