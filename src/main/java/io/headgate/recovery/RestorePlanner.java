package io.headgate.recovery;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans restores: finds out from AWS what a restore would do, and why it would be refused. */
final class RestorePlanner {

    /** Why a restore would be refused, with the code that its refusal bears. */
    record Problem(ErrorCode code, String message) {}

    /** A plan, the database it is about, and its problems with their codes. */
    record Planned(RestorePlan plan, DatabaseId source, List<Problem> problems) {}

    private record Origin(
            DatabaseId source,
            @Nullable Database database,
            @Nullable Instant time,
            List<Problem> problems) {}

    private RestorePlanner() {}

    /** Fails with NOT_FOUND when there is nothing to restore from, and else as reads of the target do. */
    static Uni<Planned> plan(RecoveryTarget target, Change.Restore restore) {
        return origin(target, restore)
                .chain(origin -> Uni.combine()
                        .all()
                        .unis(
                                target.outline(restore),
                                target.findDatabases(Set.of(restore.target().name())))
                        .asTuple()
                        .map(found -> planned(
                                restore,
                                origin,
                                found.getItem1(),
                                target.problems(restore),
                                found.getItem2().containsKey(restore.target().name()))));
    }

    private static Uni<Origin> origin(RecoveryTarget target, Change.Restore restore) {
        return restore instanceof Change.RestoreSnapshot fromSnapshot
                ? originOf(target, fromSnapshot)
                : originOf(target, (Change.RestoreToPointInTime) restore);
    }

    private static Uni<Origin> originOf(RecoveryTarget target, Change.RestoreSnapshot restore) {
        return target.findSnapshots(Set.of(restore.snapshot().key())).chain(snapshots -> {
            Snapshot snapshot = snapshots.get(restore.snapshot().key());
            if (snapshot == null) {
                throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no " + restore.snapshot());
            }
            return target.findDatabases(Set.of(snapshot.source().name()))
                    .map(databases -> new Origin(
                            snapshot.source(),
                            databases.get(snapshot.source().name()),
                            snapshot.createdAt(),
                            List.of()));
        });
    }

    private static Uni<Origin> originOf(RecoveryTarget target, Change.RestoreToPointInTime restore) {
        Set<String> name = Set.of(restore.source().name());
        return Uni.combine()
                .all()
                .unis(target.findDatabases(name), target.restoreWindows(name))
                .asTuple()
                .map(found -> {
                    Database database = found.getItem1().get(restore.source().name());
                    RestoreWindow window = found.getItem2().get(restore.source().name());
                    if (database == null || window == null) {
                        throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no database " + restore.source());
                    }
                    return new Origin(
                            restore.source(), database, restore.time(), problems(database, restore.time(), window));
                });
    }

    private static List<Problem> problems(Database database, @Nullable Instant time, RestoreWindow window) {
        DatabaseId source = database.id();
        String belonging = database.belonging();
        if (belonging != null) {
            return List.of(new Problem(ErrorCode.FAILED_PRECONDITION, belonging));
        }
        Instant earliest = window.earliest();
        Instant latest = window.latest();
        if (!window.pointInTimeRecovery()) {
            return List.of(new Problem(
                    ErrorCode.FAILED_PRECONDITION,
                    source.kind().hasPointInTimeRecovery()
                            ? source
                                    + " has no point-in-time recovery: switch it on with setBackupPolicy, and it covers"
                                    + " what happens from then on"
                            : source + " can't be restored to a past second: take one of its snapshots with"
                                    + " restoreSnapshot"));
        }
        if (latest == null) {
            return List.of(new Problem(
                    ErrorCode.FAILED_PRECONDITION,
                    source + " has no time to restore yet: ask again when it has a latestRestorableTime"));
        }
        boolean isOutside = time != null && (time.isAfter(latest) || (earliest != null && time.isBefore(earliest)));
        return isOutside
                ? List.of(new Problem(
                        ErrorCode.INVALID_ARGUMENT,
                        "time " + time + " is outside what can be restored: " + source + " goes from "
                                + (earliest == null ? "its creation" : earliest) + " to " + latest))
                : List.of();
    }

    private static Planned planned(
            Change.Restore restore, Origin origin, RestoreOutline outline, List<String> malformed, boolean isTaken) {
        List<Problem> problems = new ArrayList<>();
        malformed.forEach(each -> problems.add(new Problem(ErrorCode.INVALID_ARGUMENT, each)));
        problems.addAll(origin.problems);
        if (isTaken) {
            problems.add(new Problem(
                    ErrorCode.ALREADY_EXISTS,
                    restore.target() + " exists, and a restore never overwrites: choose another target"));
        }
        outline.problems().forEach(each -> problems.add(new Problem(ErrorCode.FAILED_PRECONDITION, each)));
        Database source = origin.database == null ? Database.deleted(origin.source) : origin.database;
        RestorePlan plan = new RestorePlan(
                hash(restore, origin, outline),
                source,
                restore.target().name(),
                origin.time,
                outline.willCreate(),
                outline.notRestored(),
                problems.stream().map(Problem::message).toList());
        return new Planned(plan, origin.source, problems);
    }

    /** Of what the plan does and leaves; not of what hinders it now. */
    private static String hash(Change.Restore restore, Origin origin, RestoreOutline outline) {
        Database source = origin.database;
        String plan = String.join(
                "\n",
                restore.toString(),
                origin.source.toString(),
                source == null ? "deleted" : source.arn() + " " + source.engine() + " " + source.engineVersion(),
                String.join("\n", outline.willCreate()),
                "",
                String.join("\n", outline.notRestored()));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(plan.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
