package io.headgate.fleet;

import java.time.Instant;
import java.util.List;

/**
 * What happened to a database or one of its snapshots.
 *
 * @param time by AWS's clock
 * @param source the id of the database or the snapshot
 * @param categories AWS's words, such as {@code failover}
 */
public record DatabaseEvent(Instant time, String source, List<String> categories, String message) {}
