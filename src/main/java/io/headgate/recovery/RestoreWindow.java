package io.headgate.recovery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The past seconds that a database can be restored to.
 *
 * @param pointInTimeRecovery whether it is on
 * @param retentionDays how many days back; RDS 0 to 35, where 0 is off; {@code null} where AWS tells none
 * @param earliest the first of them, {@code null} when there is none
 * @param latest the last of them, {@code null} when there is none
 */
public record RestoreWindow(
        boolean pointInTimeRecovery,
        @Nullable Integer retentionDays,
        @Nullable Instant earliest,
        @Nullable Instant latest) {}
