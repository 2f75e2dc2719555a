package io.headgate.recovery.rds;

import io.headgate.recovery.Reapplied;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A setting of a DB instance or a DB cluster that a restore should have kept.
 *
 * @param wanted what the source has
 * @param isSame whether the new database has it, or is about to
 * @param change sets it in a request; {@code null} where RDS does not change it in a database that is there
 * @param <B> the request
 */
public record RdsSetting<B>(
        String name,
        @Nullable Object wanted,
        boolean isSame,
        @Nullable Consumer<B> change) {

    /**
     * A setting as two databases have it.
     *
     * @param pending what the new one is about to have, {@code null} when nothing is
     */
    public static <B> RdsSetting<B> of(
            String name,
            @Nullable Object wanted,
            @Nullable Object current,
            @Nullable Object pending,
            @Nullable Consumer<B> change) {
        boolean isSame = wanted == null || Objects.equals(wanted, pending == null ? current : pending);
        return new RdsSetting<>(name, wanted, isSame, change);
    }

    /** Puts the setting into the request where it differs and can be changed; whether it did. */
    boolean changes(B request) {
        if (isSame || change == null) {
            return false;
        }
        change.accept(request);
        return true;
    }

    /**
     * How it went.
     *
     * @param refusal why RDS did not change what differs, {@code null} when it did
     */
    Reapplied outcome(@Nullable String refusal) {
        if (isSame) {
            return new Reapplied(name, true, wanted == null ? "the source has none" : "as the source: " + wanted);
        }
        if (change == null) {
            return new Reapplied(
                    name, false, "RDS does not change it afterwards; the source has " + wanted + ": restore again");
        }
        return refusal == null
                ? new Reapplied(name, true, "being set as the source: " + wanted)
                : new Reapplied(name, false, refusal);
    }
}
