package io.headgate.recovery;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A change on its way to its end, as the ledger has it.
 *
 * @param id {@code operation:} and a time-ordered text
 * @param database the database that it is about; of a snapshot, the one it was made of
 * @param requestedBy who asked for it
 * @param sends how often it was sent to AWS, or was about to be
 * @param key what the target knows it by, once that is known: of a snapshot that it makes, AWS's key, as {@link
 *     SnapshotId#key()} has it
 * @param progressPercent 0 to 100, where it can be told
 * @param waitsFor what AWS is at, or not ready for yet, while that can be told
 * @param error why it failed
 * @param reapplied what was set again on a restored database
 * @param revision how often its record was changed; whoever changes it must have seen this one
 */
public record Operation(
        String id,
        Change change,
        DatabaseId database,
        String requestedBy,
        Instant requestedAt,
        OperationState state,
        @Nullable Instant finishedAt,
        int sends,
        @Nullable String key,
        @Nullable Integer progressPercent,
        @Nullable String waitsFor,
        Progress.@Nullable Failed error,
        List<Reapplied> reapplied,
        int revision) {

    private static final String PREFIX = "operation:";
    private static final int TIME_DIGITS = 11;
    private static final int HEXADECIMAL = 16;

    /** Whether a text has the form of an operation's id. */
    public static boolean isId(String text) {
        return text.startsWith(PREFIX) && text.length() > PREFIX.length();
    }

    /** A name that is time-ordered, and unlike any other: the id without what all begin with. */
    static String newName(Instant now) {
        return String.format(
                "%0" + TIME_DIGITS + "x%016x",
                now.toEpochMilli(),
                ThreadLocalRandom.current().nextLong());
    }

    static Operation requested(
            String name, Change change, DatabaseId database, String requestedBy, Instant requestedAt) {
        return new Operation(
                PREFIX + name,
                change,
                database,
                requestedBy,
                requestedAt,
                OperationState.PENDING,
                null,
                0,
                null,
                null,
                null,
                null,
                List.of(),
                1);
    }

    /** When the operation of an id was requested, by the id alone. */
    public static Instant requestedAt(String id) {
        return Instant.ofEpochMilli(
                Long.parseLong(id.substring(PREFIX.length(), PREFIX.length() + TIME_DIGITS), HEXADECIMAL));
    }

    /** What it starts from: a database's or a snapshot's id. */
    public String source() {
        if (change instanceof Change.DeleteSnapshot deletion) {
            return deletion.snapshot().toString();
        }
        return change instanceof Change.RestoreSnapshot restore
                ? restore.snapshot().toString()
                : database.toString();
    }

    /** What it makes: a database's or a snapshot's id; {@code null} where it makes nothing, or that has no id yet. */
    public @Nullable String target() {
        DatabaseId database = madeDatabase();
        if (database != null) {
            return database.toString();
        }
        SnapshotId made = makesSnapshot() ? snapshot() : null;
        return made == null ? null : made.toString();
    }

    /** The database that it makes, {@code null} where it makes none. */
    public @Nullable DatabaseId madeDatabase() {
        if (change instanceof Change.Restore restore) {
            return restore.target();
        }
        return change instanceof FleetChange.CreateDatabase
                        || change instanceof FleetChange.CreateReadReplica
                        || change instanceof FleetChange.CreateTable
                ? ((FleetChange) change).database()
                : null;
    }

    /** The snapshot that it makes, deletes or restores; {@code null} where there is none, or it has no id yet. */
    public @Nullable SnapshotId snapshot() {
        if (change instanceof Change.DeleteSnapshot deletion) {
            return deletion.snapshot();
        }
        if (change instanceof Change.RestoreSnapshot restore) {
            return restore.snapshot();
        }
        return key == null || !makesSnapshot() ? null : new SnapshotId(change.kind(), key);
    }

    private boolean makesSnapshot() {
        return change instanceof Change.CreateSnapshot || change instanceof FleetChange.DeleteDatabase;
    }

    /** It is about to be sent to AWS. */
    Operation sending() {
        return next(state, null, sends + 1, key, progressPercent, null, null, reapplied);
    }

    /** AWS's answer was lost. */
    Operation outcomeUnknown() {
        return next(OperationState.OUTCOME_UNKNOWN, null, sends, key, progressPercent, null, null, reapplied);
    }

    /** AWS is at work, and a part is done; progress never goes back. */
    Operation running(Progress.Running seen) {
        Integer percent = seen.percent();
        Integer progress =
                percent == null || (progressPercent != null && percent < progressPercent) ? progressPercent : percent;
        String known = seen.key() == null ? key : seen.key();
        return next(OperationState.RUNNING, null, sends, known, progress, seen.waitsFor(), null, reapplied);
    }

    /** AWS accepted it. */
    Operation accepted(@Nullable String knownKey) {
        return running(new Progress.Running(null, knownKey));
    }

    Operation succeeded(Instant at, @Nullable String knownKey, List<Reapplied> settings) {
        return next(OperationState.SUCCEEDED, at, sends, knownKey == null ? key : knownKey, 100, null, null, settings);
    }

    Operation failed(Instant at, Progress.Failed failure) {
        return next(OperationState.FAILED, at, sends, key, progressPercent, null, failure, reapplied);
    }

    private Operation next(
            OperationState nextState,
            @Nullable Instant at,
            int nextSends,
            @Nullable String nextKey,
            @Nullable Integer percent,
            @Nullable String waiting,
            Progress.@Nullable Failed failure,
            List<Reapplied> settings) {
        return new Operation(
                id,
                change,
                database,
                requestedBy,
                requestedAt,
                nextState,
                at,
                nextSends,
                nextKey,
                percent,
                waiting,
                failure,
                settings,
                revision + 1);
    }
}
