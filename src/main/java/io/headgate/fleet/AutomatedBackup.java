package io.headgate.fleet;

import io.headgate.recovery.DatabaseId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What AWS keeps to restore a database to a past second.
 *
 * @param database which may be deleted
 * @param status AWS's word: creating, active, retained
 * @param earliest the first second that can be restored, {@code null} while there is none
 * @param latest the last second that can be restored, {@code null} while there is none
 */
public record AutomatedBackup(
        DatabaseId database,
        @Nullable String arn,
        @Nullable String engine,
        String status,
        @Nullable Integer retentionDays,
        @Nullable Instant earliest,
        @Nullable Instant latest,
        @Nullable Boolean encrypted) {}
