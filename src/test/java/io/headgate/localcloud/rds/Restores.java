package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.PostgresBackup;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The actions that make a new database of a snapshot, or of what another one was at a time. The source stays as it is. */
final class Restores {

    private final Account account;
    private final Work work;
    private final Backups backups;
    private final Standbys standbys;
    private final BiConsumer<XmlResponse, Database> writer;

    Restores(Account account, Work work, Backups backups, Standbys standbys, BiConsumer<XmlResponse, Database> writer) {
        this.account = account;
        this.work = work;
        this.backups = backups;
        this.standbys = standbys;
        this.writer = writer;
    }

    void fromSnapshot(Kind kind, QueryRequest request, XmlResponse xml) {
        String parameter = kind == Kind.INSTANCE ? "DBSnapshotIdentifier" : "SnapshotIdentifier";
        String identifier = Identifiers.ofDatabase(request, kind.identifierParameter());
        if (kind == Kind.CLUSTER) {
            request.require("Engine");
        }
        Snapshot snapshot = account.snapshot(kind, request.require(parameter));
        if (!snapshot.isAvailable()) {
            throw kind.invalidSnapshotState(
                    "The snapshot " + snapshot.identifier + " is not available: it is " + snapshot.status + ".");
        }
        PostgresBackup backup = snapshot.backup;
        Database restored = newDatabase(kind, identifier, snapshot.attributes, request);
        Path directory = account.directoryOf(restored);
        start(
                restored,
                snapshot,
                "snapshot " + snapshot.identifier,
                CompletableFuture.completedFuture(null),
                () -> backup == null ? null : backup.restoredIn(directory));
        writer.accept(xml, restored);
    }

    /**
     * Restores all that was committed at a time or before, to the microsecond: the time T includes commits that are stamped
     * T, and a whole second T those up to T.000000. PostgreSQL stops at the first commit that is stamped later.
     */
    void toPointInTime(Kind kind, QueryRequest request, XmlResponse xml) {
        String target = kind == Kind.INSTANCE ? "TargetDBInstanceIdentifier" : kind.identifierParameter();
        String identifier = Identifiers.ofDatabase(request, target);
        Database source = source(kind, request);
        if (source.cluster != null) {
            throw QueryError.invalidValue("The specified instance is a member of a cluster. Please use the"
                    + " RestoreDBClusterToPointInTime API instead.");
        }
        if (source.retentionDays() == 0) {
            throw new QueryError(
                    "PointInTimeRestoreNotEnabled",
                    400,
                    "Backups are not enabled for " + source.identifier
                            + ", so it can't be restored to a point in time.");
        }
        Instant time = time(kind, request, source);
        Snapshot base = base(source, time);
        PostgresBackup backup = base.backup;
        LocalPostgres server = source.server;
        Instant machineTime = account.clock.machineTime(time);
        Database restored = newDatabase(kind, identifier, source.attributes, request);
        Path directory = account.directoryOf(restored);
        start(
                restored,
                base,
                kind.words() + " " + source.identifier + " to " + identifier,
                // While another server takes over, the log ends too early.
                source.status.equals(Database.REBOOTING) ? source.work : CompletableFuture.completedFuture(null),
                () -> backup == null || server == null ? null : backup.recoveredIn(directory, server, machineTime));
        writer.accept(xml, restored);
    }

    /** Deleted databases are found too, as long as their automated backups are kept. */
    private Database source(Kind kind, QueryRequest request) {
        String byName = "Source" + kind.identifierParameter();
        String byResource = "Source" + kind.resourceIdElement;
        String byBackup = "SourceDBInstanceAutomatedBackupsArn";
        List<String> given =
                Stream.of(byName, byResource, byBackup).filter(request::has).toList();
        if (given.size() != 1) {
            throw QueryError.invalidCombination("Specify either " + byName + " or " + byResource + ".");
        }
        String sought = request.require(given.get(0));
        if (given.get(0).equals(byName)) {
            return account.database(kind, sought);
        }
        return account.all().stream()
                .filter(each -> each.kind == kind)
                .filter(each -> each.resourceId.equalsIgnoreCase(sought)
                        || kind.backupArn(each.resourceId).equals(sought))
                .findFirst()
                .orElseThrow(() -> kind.backupNotFound(sought));
    }

    private Instant time(Kind kind, QueryRequest request, Database source) {
        String parameter = kind == Kind.INSTANCE ? "RestoreTime" : "RestoreToTime";
        boolean latest = request.isTrue("UseLatestRestorableTime");
        Instant time = request.instant(parameter);
        if (latest == (time != null)) {
            throw QueryError.invalidCombination("Specify either " + parameter + " or UseLatestRestorableTime.");
        }
        Instant first = account.earliestRestorable(source);
        Instant last = account.latestRestorable(source);
        if (first == null || last == null) {
            throw source.kind.invalidState(source.identifier + " has no automated backup yet.");
        }
        if (time == null) {
            return last;
        }
        if (time.isAfter(last)) {
            throw QueryError.invalidValue(
                    "The specified instance cannot be restored to a time later than " + last + ".");
        }
        if (time.isBefore(first)) {
            throw QueryError.invalidValue(
                    "The specified instance cannot be restored to a time earlier than " + first + ".");
        }
        return time;
    }

    private static Snapshot base(Database source, Instant time) {
        Snapshot last = source.bases.get(0);
        for (Snapshot base : source.bases) {
            if (!base.created.isAfter(time)) {
                last = base;
            }
        }
        return last;
    }

    private Database newDatabase(Kind kind, String identifier, Map<String, String> source, QueryRequest request) {
        Database restored = account.newDatabase(kind, identifier);
        Attributes.restore(restored, source, request);
        restored.tags.putAll(request.tags());
        if (!restored.runs()) {
            restored.tags.putAll(Database.METADATA_ONLY);
        }
        account.add(restored);
        return restored;
    }

    private void start(
            Database restored,
            Snapshot from,
            String origin,
            CompletableFuture<Void> before,
            Supplier<@Nullable LocalPostgres> start) {
        work.<@Nullable LocalPostgres>enqueue(
                restored,
                before,
                start,
                server -> {
                    restored.server = server;
                    account.events.add(restored, "restoration", "Restored from " + origin);
                    standbys.establish(restored, () -> backups.backUp(restored));
                },
                () -> restored.becomes("incompatible-restore"));
        from.readBy(restored.work);
    }
}
