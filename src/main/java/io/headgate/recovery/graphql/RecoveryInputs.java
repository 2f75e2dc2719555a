package io.headgate.recovery.graphql;

import io.headgate.error.GatewayException;
import io.headgate.graphql.Arguments;
import io.headgate.recovery.Change;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the inputs of changes. Each method throws INVALID_ARGUMENT for what no change can be. */
public final class RecoveryInputs {

    private RecoveryInputs() {}

    static Change.CreateSnapshot createSnapshot(Arguments input) {
        return new Change.CreateSnapshot(
                DatabaseId.parse(input.requiredText("database")), input.requiredText("name"), tags(input));
    }

    static Change.RestoreSnapshot restoreSnapshot(Arguments input) {
        SnapshotId snapshot = SnapshotId.parse(input.requiredText("snapshot"));
        return new Change.RestoreSnapshot(
                snapshot, new DatabaseId(snapshot.kind(), target(input)), tags(input), input.flag("reapply"));
    }

    static Change.RestoreToPointInTime restoreToPointInTime(Arguments input) {
        DatabaseId source = DatabaseId.parse(input.requiredText("source"));
        return new Change.RestoreToPointInTime(
                source, new DatabaseId(source.kind(), target(input)), time(input), tags(input), input.flag("reapply"));
    }

    static Change.SetBackupPolicy backupPolicy(Arguments input) {
        Integer days = input.integer("retentionDays");
        return new Change.SetBackupPolicy(DatabaseId.parse(input.requiredText("database")), days == null ? 0 : days);
    }

    private static String target(Arguments input) {
        String target = input.requiredText("target");
        if (target.isEmpty()) {
            throw GatewayException.invalidArgument("target is empty: it names the database that is created");
        }
        return target;
    }

    /** The second to restore; {@code null} for the latest. */
    private static @Nullable Instant time(Arguments input) {
        Instant time = input.instant("time");
        if ((time != null) == input.flag("latest")) {
            throw GatewayException.invalidArgument("give either time or latest: true");
        }
        if (time != null && !time.equals(time.truncatedTo(ChronoUnit.SECONDS))) {
            throw GatewayException.invalidArgument(
                    "time has a part of a second: databases are restored to whole seconds");
        }
        return time;
    }

    /** The input's tags. */
    public static List<Tag> tags(Arguments input) {
        return input.objects("tags").stream()
                .map(tag -> new Tag(tag.requiredText("key"), tag.requiredText("value")))
                .toList();
    }
}
