package io.headgate.localcloud.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Restores to new tables. A table is created at once and filled in the background, hidden from requests for items until it is
 * full; when it cannot be filled it is deleted. What it was restored from is known as long as it exists.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html">
 *     RestoreTableToPointInTime</a>
 */
final class Restores {

    /** AWS: "Any number of users can execute up to 50 concurrent restores (any type of restore) in a given account." */
    private static final int MOST_AT_ONCE = 50;

    private final Tables tables;
    private final ObservedStorage storage;
    private final Backups backups;
    private final ContinuousBackups continuousBackups;
    private final Background background;
    private final ConcurrentMap<String, Restore> restores = new ConcurrentHashMap<>();

    private record Restore(
            Instant time, String sourceArn, @Nullable String backupArn, boolean isInProgress) {
        Restore done() {
            return new Restore(time, sourceArn, backupArn, false);
        }

        ObjectNode summary() {
            ObjectNode summary = AwsJson.object()
                    .put("SourceTableArn", sourceArn)
                    .put("RestoreDateTime", AwsJson.seconds(time))
                    .put("RestoreInProgress", isInProgress);
            return backupArn == null ? summary : summary.put("SourceBackupArn", backupArn);
        }
    }

    Restores(
            Tables tables,
            ObservedStorage storage,
            Backups backups,
            ContinuousBackups continuousBackups,
            Background background) {
        this.tables = tables;
        this.storage = storage;
        this.backups = backups;
        this.continuousBackups = continuousBackups;
        this.background = background;
    }

    /** {@code RestoreTableFromBackup}. */
    ObjectNode fromBackup(JsonNode request) {
        String target = AwsJson.requiredName(request, "TargetTableName");
        Backup backup = backups.find(request);
        checkTarget(target);
        Backup.Source source = backup.source();
        ObjectNode table = TableSchemas.restored(target, source.table(), request);
        return start(target, table, new Restore(backup.created(), source.arn(), backup.arn(), true), backup.open());
    }

    /** {@code RestoreTableToPointInTime}. */
    ObjectNode toPointInTime(JsonNode request) {
        String target = AwsJson.requiredName(request, "TargetTableName");
        String source = request.hasNonNull("SourceTableArn")
                ? AwsJson.requiredTable(request, "SourceTableArn")
                : AwsJson.requiredName(request, "SourceTableName");
        Instant asked = AwsJson.time(request, "RestoreDateTime");
        boolean isLatest = Boolean.TRUE.equals(AwsJson.flag(request, "UseLatestRestorableTime"));
        if (isLatest == (asked != null)) {
            throw AwsFailure.invalid("Either RestoreDateTime or UseLatestRestorableTime must be given, and not both");
        }
        if (!tables.exists(source)) {
            throw AwsFailure.tableNotFound(source);
        }
        Instant time = continuousBackups.restorable(source, asked);
        checkTarget(target);
        JsonNode description = tables.describe(source);
        ObjectNode table = TableSchemas.restored(target, description, request);
        return start(
                target,
                table,
                new Restore(time, description.path("TableArn").asText(), null, true),
                continuousBackups.at(source, time));
    }

    private void checkTarget(String target) {
        if (isInProgress(target)) {
            throw new AwsFailure("TableInUseException", "Table is being created: " + target);
        }
        if (tables.exists(target)) {
            throw new AwsFailure("TableAlreadyExistsException", "Table already exists: " + target);
        }
        if (restores.values().stream().filter(Restore::isInProgress).count() >= MOST_AT_ONCE) {
            throw new AwsFailure(
                    "LimitExceededException",
                    "Subscriber limit exceeded: There is a limit of " + MOST_AT_ONCE + " concurrent restores");
        }
    }

    private ObjectNode start(String target, ObjectNode table, Restore restore, ImageSource source) {
        storage.hide(target);
        restores.put(target, restore);
        try {
            tables.create(table);
        } catch (RuntimeException e) {
            forget(target);
            storage.show(target);
            source.close();
            throw e;
        }
        background.start(() -> fill(target, restore, source));
        ObjectNode response = AwsJson.object();
        response.set("TableDescription", asClientsSee(restore, tables.describe(target)));
        return response;
    }

    private void fill(String target, Restore restore, ImageSource source) {
        try (source) {
            storage.fill(target, source.image().items());
        } catch (RuntimeException e) {
            tables.delete(AwsJson.object().put("TableName", target));
            forget(target);
            storage.show(target);
            throw e;
        }
        storage.show(target);
        restores.put(target, restore.done());
    }

    boolean isInProgress(String table) {
        Restore restore = restores.get(table);
        return restore != null && restore.isInProgress;
    }

    /** A {@code TableDescription}, with what there is to say about its restore. */
    ObjectNode asClientsSee(String table, ObjectNode description) {
        Restore restore = restores.get(table);
        return restore == null ? description : asClientsSee(restore, description);
    }

    private static ObjectNode asClientsSee(Restore restore, ObjectNode description) {
        description.set("RestoreSummary", restore.summary());
        if (restore.isInProgress) {
            description.put("TableStatus", "CREATING").put("ItemCount", 0).put("TableSizeBytes", 0);
            for (JsonNode index : description.path("GlobalSecondaryIndexes")) {
                ((ObjectNode) index)
                        .put("IndexStatus", "CREATING")
                        .put("ItemCount", 0)
                        .put("IndexSizeBytes", 0);
            }
        }
        return description;
    }

    void forget(String table) {
        restores.remove(table);
    }
}
