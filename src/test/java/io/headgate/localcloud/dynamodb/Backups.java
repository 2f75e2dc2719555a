package io.headgate.localcloud.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * On-demand backups, whose names need not be unique and which outlive their tables, and the system backups that deleted tables
 * with point-in-time recovery leave for 35 days.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CreateBackup.html">Backing up a table</a>
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html">ListBackups</a>
 */
final class Backups {

    private static final Duration SYSTEM_BACKUPS_LAST = Duration.ofDays(35);
    private static final int LARGEST_PAGE = 100;

    /** The end of an ARN, which begins with the time of creation: also the place of a backup that was deleted is known. */
    private static final Comparator<Backup> IN_ORDER = Comparator.comparing(backup -> place(backup.arn()));

    private final Tables tables;
    private final ObservedStorage storage;
    private final Stamps stamps;
    private final ImageLogs logs;
    private final Background background;
    private final Random random = new Random();
    private final Map<String, Backup> backups = new ConcurrentHashMap<>();

    Backups(Tables tables, ObservedStorage storage, Stamps stamps, ImageLogs logs, Background background) {
        this.tables = tables;
        this.storage = storage;
        this.stamps = stamps;
        this.logs = logs;
        this.background = background;
    }

    /** {@code CreateBackup}: of the table as it is at this moment, without holding up those who write to it. */
    ObjectNode create(JsonNode request) {
        String table = AwsJson.requiredTable(request, "TableName");
        String name = AwsJson.requiredName(request, "BackupName");
        if (!tables.exists(table)) {
            throw AwsFailure.tableNotFound(table);
        }
        if (storage.isHidden(table)) {
            throw new AwsFailure("TableInUseException", "Table is being created: " + table);
        }
        Backup.Source source = source(table);
        ImageLog items = logs.create();
        ConsistentScan scan = new ConsistentScan(storage, source.table(), items);
        long moment = storage.exclusively(table, () -> {
            long now = stamps.next();
            scan.begin(now);
            return now;
        });
        Backup backup = backup(name, Backup.Type.USER, source, Stamps.time(moment), null, items);
        ObjectNode response = AwsJson.object();
        response.set("BackupDetails", backup.details());
        background.startReading(table, () -> complete(backup, scan::run));
        return response;
    }

    Backup.Source source(String table) {
        return new Backup.Source(
                tables.describe(table), tables.timeToLive(table).path("TimeToLiveDescription"));
    }

    /** Keeps the last state of a table that was deleted; the journal goes. */
    void createOfDeleted(Backup.Source source, Journal journal) {
        Instant now = stamps.now();
        Backup backup = backup(
                source.name() + "$DeletedTableBackup",
                Backup.Type.SYSTEM,
                source,
                now,
                now.plus(SYSTEM_BACKUPS_LAST),
                logs.create());
        ImageSource last = journal.at(Long.MAX_VALUE);
        background.start(() -> {
            try {
                complete(backup, () -> copy(last, backup.items()));
            } finally {
                journal.close();
            }
        });
    }

    private static void copy(ImageSource source, ImageLog target) {
        try (source) {
            source.image().copyTo(target, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Backup backup(
            String name,
            Backup.Type type,
            Backup.Source source,
            Instant created,
            @Nullable Instant expires,
            ImageLog log) {
        String arn = "%s/backup/0%d-%08x".formatted(source.arn(), created.toEpochMilli(), random.nextInt());
        Backup backup = new Backup(arn, name, type, source, created, expires, log);
        backups.put(arn, backup);
        return backup;
    }

    /** A backup that could not be made is gone. */
    private void complete(Backup backup, Runnable copy) {
        try {
            copy.run();
            backup.isComplete();
        } catch (RuntimeException e) {
            backups.remove(backup.arn());
            backup.items().close();
            throw e;
        }
    }

    /** {@code DescribeBackup}. */
    ObjectNode describe(JsonNode request) {
        ObjectNode response = AwsJson.object();
        response.set("BackupDescription", find(request).description());
        return response;
    }

    /** {@code DeleteBackup}. */
    ObjectNode delete(JsonNode request) {
        Backup backup = find(request);
        backup.delete();
        backups.remove(backup.arn());
        ObjectNode response = AwsJson.object();
        response.set("BackupDescription", backup.description());
        return response;
    }

    /** {@code ListBackups}: by the time they were created; those of the user, unless others are asked for. */
    ObjectNode list(JsonNode request) {
        int limit = AwsJson.number(request, "Limit", LARGEST_PAGE, 1, LARGEST_PAGE);
        String table = AwsJson.text(request, "TableName") == null ? null : AwsJson.requiredTable(request, "TableName");
        Instant from = AwsJson.time(request, "TimeRangeLowerBound");
        Instant to = AwsJson.time(request, "TimeRangeUpperBound");
        String type = AwsJson.oneOf(request, "BackupType", List.of("USER", "SYSTEM", "AWS_BACKUP", "ALL"));
        String after = AwsJson.text(request, "ExclusiveStartBackupArn");
        String wanted = type == null ? "USER" : type;
        List<Backup> found = current().values().stream()
                .filter(backup -> table == null || table.equals(backup.source().name()))
                .filter(backup -> from == null || !backup.created().isBefore(from))
                .filter(backup -> to == null || backup.created().isBefore(to))
                .filter(backup ->
                        wanted.equals("ALL") || wanted.equals(backup.type().name()))
                .filter(backup -> after == null || place(backup.arn()).compareTo(place(after)) > 0)
                .sorted(IN_ORDER)
                .limit(limit + 1L)
                .toList();
        ObjectNode response = AwsJson.object();
        ArrayNode summaries = response.putArray("BackupSummaries");
        found.stream().limit(limit).forEach(backup -> summaries.add(backup.summary()));
        if (found.size() > limit) {
            response.put("LastEvaluatedBackupArn", found.get(limit - 1).arn());
        }
        return response;
    }

    private static String place(String arn) {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }

    Backup find(JsonNode request) {
        String arn = AwsJson.requiredText(request, "BackupArn");
        if (arn.length() < 37) {
            throw AwsJson.constraint(arn, "BackupArn", "Member must have length greater than or equal to 37");
        }
        Backup backup = current().get(arn);
        if (backup == null) {
            throw new AwsFailure("BackupNotFoundException", "Backup not found: " + arn);
        }
        return backup;
    }

    /** The backups without those that have expired. */
    private Map<String, Backup> current() {
        Instant now = stamps.now();
        backups.values().removeIf(backup -> {
            Instant expires = backup.expires();
            boolean isExpired = expires != null && !expires.isAfter(now) && !backup.isInUse();
            if (isExpired) {
                backup.items().close();
            }
            return isExpired;
        });
        return backups;
    }
}
