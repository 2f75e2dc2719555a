package io.headgate.recovery.rds;

import io.headgate.error.ErrorCode;
import io.headgate.recovery.Progress;
import org.jspecify.annotations.Nullable;

/** What has become of a change, where DB instances and DB clusters do not differ. */
public final class RdsOutcomes {

    private static final int ALL = 100;

    private RdsOutcomes() {}

    /** What it means that something of the name is there that another request made. */
    public static Progress.Failed taken(String thing) {
        return new Progress.Failed(
                ErrorCode.ALREADY_EXISTS,
                thing + " is there, and this operation did not make it: choose another name",
                null);
    }

    /** What it means that a database is gone whose settings were to be changed. */
    public static Progress.Failed gone(String thing) {
        return new Progress.Failed(
                ErrorCode.NOT_FOUND, thing + " is not there any more: read the query databases again", null);
    }

    /** How far a snapshot is made. */
    public static Progress ofSnapshot(String thing, String key, @Nullable String status, @Nullable Integer percent) {
        if (RdsStates.AVAILABLE.equals(status)) {
            return new Progress.Done(key);
        }
        Progress failure = RdsStates.failure(thing, status);
        return failure != null
                ? failure
                : new Progress.Running(percent == null ? null : Math.min(percent, ALL - 1), key);
    }

    /** How far a snapshot is deleted that is still there. */
    public static Progress ofDeletion(@Nullable String status) {
        return RdsStates.DELETING.equals(status) ? new Progress.Running(null, null) : new Progress.Absent();
    }

    /**
     * How far backups are retained as was asked for.
     *
     * @param current what RDS has now
     * @param pending what RDS is about to have, {@code null} when nothing is
     */
    public static Progress ofPolicy(
            int askedFor, @Nullable Integer current, @Nullable Integer pending, @Nullable String status) {
        if (pending == null && current != null && current == askedFor) {
            return new Progress.Done(null);
        }
        boolean isUnderWay = pending == null ? RdsStates.MODIFYING.equals(status) : pending == askedFor;
        return isUnderWay ? new Progress.Running(null, null) : new Progress.Absent();
    }
}
