package io.headgate.localcloud.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Point-in-time recovery of tables. A table can be restored as it was at any whole second since recovery was enabled, within
 * the recovery period, up to now less a {@linkplain #LAG lag}: on AWS that is about five minutes.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html">How
 *     point-in-time recovery works</a>
 */
final class ContinuousBackups {

    /** The property that says how far the latest restorable time is behind, an ISO duration; none by default. */
    static final String LAG = "headgate.localcloud.restorable-lag";

    private static final int LONGEST_PERIOD = 35;

    private final Tables tables;
    private final ObservedStorage storage;
    private final Stamps stamps;
    private final ImageLogs logs;
    private final long logSize;
    private final Background background;
    private final Duration lag;
    private final ConcurrentMap<String, Recovery> enabled = new ConcurrentHashMap<>();

    /** @param since the first moment that can be restored */
    private record Recovery(Journal journal, Instant since, int days) {
        Instant earliest(Instant now) {
            Instant start = now.minus(Duration.ofDays(days));
            return wholeSecondFrom(start.isAfter(since) ? start : since);
        }
    }

    ContinuousBackups(
            Tables tables,
            ObservedStorage storage,
            Stamps stamps,
            ImageLogs logs,
            long logSize,
            Background background) {
        this.tables = tables;
        this.storage = storage;
        this.stamps = stamps;
        this.logs = logs;
        this.logSize = logSize;
        this.background = background;
        this.lag = Duration.parse(System.getProperty(LAG, "PT0S"));
    }

    /** {@code DescribeContinuousBackups}. */
    ObjectNode describe(JsonNode request) {
        String table = AwsJson.requiredTable(request, "TableName");
        if (!tables.exists(table)) {
            throw AwsFailure.tableNotFound(table);
        }
        return description(table);
    }

    /** {@code UpdateContinuousBackups}. */
    ObjectNode update(JsonNode request) {
        String table = AwsJson.requiredTable(request, "TableName");
        JsonNode specification = request.path("PointInTimeRecoverySpecification");
        Boolean isEnabled = AwsJson.flag(specification, "PointInTimeRecoveryEnabled");
        if (isEnabled == null) {
            throw AwsJson.constraint(
                    "null", "PointInTimeRecoverySpecification.pointInTimeRecoveryEnabled", "Member must not be null");
        }
        int days = AwsJson.number(specification, "RecoveryPeriodInDays", LONGEST_PERIOD, 1, LONGEST_PERIOD);
        if (!tables.exists(table)) {
            throw AwsFailure.tableNotFound(table);
        }
        if (storage.isHidden(table)) {
            throw new AwsFailure(
                    "ContinuousBackupsUnavailableException",
                    "Backups are being enabled for the table: " + table + ". Please retry later");
        }
        if (isEnabled) {
            enable(table, days);
        } else {
            disable(table);
        }
        return description(table);
    }

    private void enable(String table, int days) {
        Recovery recovery = enabled.get(table);
        if (recovery == null) {
            enabled.put(table, begin(table, days));
        } else if (recovery.days != days) {
            // What was out of the period stays so, also within a longer one.
            enabled.put(table, new Recovery(recovery.journal, recovery.earliest(stamps.now()), days));
        }
    }

    private Recovery begin(String table, int days) {
        Journal journal = new Journal(logs, logSize, () -> background.start(() -> fold(table)));
        ConsistentScan scan = new ConsistentScan(storage, tables.describe(table), journal.base());
        long moment = storage.exclusively(table, () -> {
            long now = stamps.next();
            storage.addObserver(table, journal);
            scan.begin(now);
            return now;
        });
        background.startReading(table, () -> {
            try {
                scan.run();
                journal.baseIsComplete();
            } catch (RuntimeException e) {
                journal.baseFailed(e);
                throw e;
            }
        });
        return new Recovery(journal, Stamps.time(moment), days);
    }

    boolean isEnabled(String table) {
        return enabled.containsKey(table);
    }

    private void disable(String table) {
        Journal journal = stop(table);
        if (journal != null) {
            background.start(journal::close);
        }
    }

    /** Ends the recovery of a table, and leaves its journal to the caller; null without recovery. */
    @Nullable
    Journal stop(String table) {
        Recovery recovery = enabled.remove(table);
        if (recovery == null) {
            return null;
        }
        storage.removeObserver(table, recovery.journal);
        return recovery.journal;
    }

    private ObjectNode description(String table) {
        ObjectNode response = AwsJson.object();
        ObjectNode description =
                response.putObject("ContinuousBackupsDescription").put("ContinuousBackupsStatus", "ENABLED");
        ObjectNode recovery = description.putObject("PointInTimeRecoveryDescription");
        Recovery found = enabled.get(table);
        if (found == null) {
            recovery.put("PointInTimeRecoveryStatus", "DISABLED");
        } else {
            Instant now = stamps.now();
            recovery.put("PointInTimeRecoveryStatus", "ENABLED")
                    .put("RecoveryPeriodInDays", found.days)
                    .put("EarliestRestorableDateTime", AwsJson.seconds(found.earliest(now)))
                    .put("LatestRestorableDateTime", AwsJson.seconds(latest(found, now)));
        }
        return response;
    }

    /** A second that is not over when recovery is enabled is restored when it is. */
    private Instant latest(Recovery recovery, Instant now) {
        Instant latest = now.minus(lag).truncatedTo(ChronoUnit.SECONDS);
        Instant earliest = recovery.earliest(now);
        return latest.isBefore(earliest) ? earliest : latest;
    }

    /**
     * The second to restore.
     *
     * @param asked null for the latest one; a fraction of a second does not count
     */
    Instant restorable(String table, @Nullable Instant asked) {
        Recovery recovery = recovery(table);
        Instant now = stamps.now();
        Instant latest = latest(recovery, now);
        Instant time = asked == null ? latest : asked.truncatedTo(ChronoUnit.SECONDS);
        Instant earliest = recovery.earliest(now);
        if (time.isBefore(earliest) || time.isAfter(latest)) {
            throw new AwsFailure(
                    "InvalidRestoreTimeException",
                    "RestoreDateTime must be between EarliestRestorableDateTime and LatestRestorableDateTime: "
                            + earliest + " and " + latest);
        }
        return time;
    }

    /** The items of a table at a {@linkplain #restorable restorable} second: every write that was stamped until then. */
    ImageSource at(String table, Instant time) {
        long moment = Stamps.of(time);
        ImageSource source = recovery(table).journal.at(moment);
        return new ImageSource() {
            @Override
            public TableImage image() {
                stamps.await(moment);
                storage.exclusively(table, () -> moment);
                return source.image();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    private void fold(String table) {
        Recovery recovery = enabled.get(table);
        if (recovery != null) {
            recovery.journal.fold(Stamps.of(recovery.earliest(stamps.now())));
        }
    }

    private Recovery recovery(String table) {
        Recovery recovery = enabled.get(table);
        if (recovery == null) {
            throw new AwsFailure(
                    "PointInTimeRecoveryUnavailableException",
                    "Point in time recovery is not enabled for table '" + table + "'");
        }
        return recovery;
    }

    private static Instant wholeSecondFrom(Instant time) {
        Instant second = time.truncatedTo(ChronoUnit.SECONDS);
        return second.equals(time) ? second : second.plusSeconds(1);
    }
}
