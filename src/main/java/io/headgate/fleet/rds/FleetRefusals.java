package io.headgate.fleet.rds;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.FleetChange.ModifyDatabase;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is refused for the state that a database is in. */
final class FleetRefusals {

    /** In these RDS takes no change at all. */
    private static final Set<String> BUSY = Set.of("creating", "deleting", "rebooting", "backing-up", "modifying");

    private FleetRefusals() {}

    static <T> T existing(@Nullable T found, String id) {
        if (found == null) {
            throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no database " + id);
        }
        return found;
    }

    static void requireFree(@Nullable Object found, String id) {
        if (found != null) {
            throw GatewayException.of(
                    ErrorCode.ALREADY_EXISTS, "there is a database " + id + " already: choose another name");
        }
    }

    static void requireNoSnapshot(@Nullable Object found, @Nullable String name) {
        if (found != null) {
            throw GatewayException.of(
                    ErrorCode.ALREADY_EXISTS,
                    "there is a snapshot " + name + " already: choose another name for the last one");
        }
    }

    /** RDS changes what is at rest. */
    static void requireNotBusy(String id, @Nullable String status) {
        require(!BUSY.contains(String.valueOf(status)), id + " is " + status + ": wait until it is available");
    }

    static void requireUnprotected(String id, @Nullable Boolean deletionProtection) {
        require(
                !Boolean.TRUE.equals(deletionProtection),
                id + " is protected against deletion: modify it with deletionProtection: false first");
    }

    /** RDS takes another major version only where that is allowed by itself. */
    static void requireMajorAllowed(ModifyDatabase modify, Engine engine, @Nullable String current) {
        String wanted = modify.settings().engineVersion();
        if (wanted != null
                && current != null
                && !modify.allowMajorVersionUpgrade()
                && engine.isOtherMajor(current, wanted)) {
            throw GatewayException.invalidArgument("engineVersion " + wanted + " is of another major version than "
                    + current + ", which " + modify.database() + " has: give allowMajorVersionUpgrade: true too");
        }
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw GatewayException.of(ErrorCode.FAILED_PRECONDITION, otherwise);
        }
    }

    static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw GatewayException.invalidArgument(String.join("; ", problems));
        }
    }

    /** Why a request with a password can't be sent: the replica that had it is gone, and nothing recorded it. */
    static GatewayException passwordGone() {
        return GatewayException.of(
                ErrorCode.FAILED_PRECONDITION,
                "the replica that was given the password went away before it had asked AWS, and passwords are recorded"
                        + " nowhere: ask again, with another idempotencyKey");
    }
}
