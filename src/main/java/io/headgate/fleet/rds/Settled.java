package io.headgate.fleet.rds;

import io.headgate.recovery.Progress;
import org.jspecify.annotations.Nullable;

/** How far a database has the settings that were asked for. */
enum Settled {
    /** It has them. */
    REACHED,
    /** It is about to have them. */
    PENDING,
    /** It has others, and RDS is not about to change them. */
    NOT;

    /**
     * How far a setting is.
     *
     * @param asked {@code null} when none was asked for
     * @param pending what RDS is about to set, {@code null} when nothing
     */
    static Settled of(@Nullable Object asked, @Nullable Object current, @Nullable Object pending) {
        if (asked == null || (asked.equals(current) && pending == null)) {
            return REACHED;
        }
        return asked.equals(pending) ? PENDING : NOT;
    }

    /** Storage that is asked for is reached by more, too: RDS lets it grow by a tenth at the least. */
    static Settled storage(@Nullable Integer asked, @Nullable Integer current, @Nullable Integer pending) {
        return of(asked, capped(asked, current), capped(asked, pending));
    }

    private static @Nullable Integer capped(@Nullable Integer asked, @Nullable Integer storage) {
        return asked == null || storage == null ? storage : (Integer) Math.min(asked, storage);
    }

    /** A version that is asked for can be the beginning of the one that is had: {@code 17} of {@code 17.4}. */
    static Settled version(@Nullable String asked, @Nullable String current, @Nullable String pending) {
        return asked == null ? REACHED : of(asked, shortened(asked, current), shortened(asked, pending));
    }

    private static @Nullable String shortened(String asked, @Nullable String version) {
        return version != null && version.startsWith(asked + ".") ? asked : version;
    }

    /** Both: what is furthest from being reached. */
    Settled and(Settled other) {
        return compareTo(other) > 0 ? this : other;
    }

    /** What it means for a database at rest: what is left to the maintenance window is done when it waits for that. */
    Progress progress(boolean immediately) {
        return switch (this) {
            case REACHED -> new Progress.Done(null);
            case PENDING -> immediately ? new Progress.Running(null, null) : new Progress.Done(null);
            case NOT -> new Progress.Absent();
        };
    }
}
