package io.headgate.recovery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot as AWS describes it: a DB snapshot, a DB cluster snapshot or a DynamoDB backup.
 *
 * @param source the database it was made of, which may be gone
 * @param status AWS's word, such as {@code creating} or {@code available}
 * @param automated whether AWS made it, and deletes it when its time has come; manual ones stay until deleted
 * @param createdAt when it was made or, while it is being made, begun
 * @param progressPercent how much of it is made, 0 to 100, where AWS tells
 * @param tags {@code null} where AWS tells them one by one, of {@link RecoveryTarget#snapshotTags}
 */
public record Snapshot(
        SnapshotId id,
        String name,
        DatabaseId source,
        String status,
        boolean automated,
        Instant createdAt,
        @Nullable Long sizeBytes,
        @Nullable Integer progressPercent,
        @Nullable List<Tag> tags) {}
