package io.headgate.recovery.rds;

import io.headgate.error.ErrorCode;
import io.headgate.recovery.Progress;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What RDS's states of instances, clusters and snapshots mean for what is being made.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status">DB
 *     instance status</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html">DB cluster status</a>
 */
public final class RdsStates {

    static final String AVAILABLE = "available";
    /** Somebody deletes it. */
    public static final String DELETING = "deleting";

    static final String MODIFYING = "modifying";

    /** In these it serves, and nothing is left to be done. */
    private static final Set<String> READY = Set.of(AVAILABLE, "storage-initialization", "storage-optimization");

    /** In these no backup can be restored from. */
    private static final Set<String> NOT_YET_OR_NO_MORE = Set.of("creating", DELETING);

    private static final String AGAIN = "; delete it, and make it again";

    private static final Map<String, String> FAILED = Map.ofEntries(
            Map.entry("failed", "RDS could not make it" + AGAIN),
            Map.entry("restore-error", "RDS could not restore it" + AGAIN),
            Map.entry(
                    "incompatible-restore",
                    "the data can't be brought to that second, often for a table or engine that does not allow it"
                            + AGAIN + " to another time"),
            Map.entry(
                    "incompatible-parameters",
                    "its parameter group does not fit its engine or class: change the parameters, and reboot it"),
            Map.entry(
                    "incompatible-option-group",
                    "its option group does not fit it: give it another one, or delete it and restore without reapply"),
            Map.entry(
                    "incompatible-network",
                    "its subnets have no free addresses, or were changed: mend the DB subnet group" + AGAIN),
            Map.entry("incompatible-credentials", "the credentials of its domain are not valid: mend them in RDS"),
            Map.entry("incompatible-create", "what it needs does not fit together: see its events in RDS" + AGAIN),
            Map.entry(
                    "insufficient-capacity",
                    "AWS has no capacity for its class in its zone: delete it, and restore again later"),
            Map.entry("storage-full", "its storage is full: give it more, which makes it available again"),
            Map.entry(
                    "inaccessible-encryption-credentials",
                    "its KMS key can't be used: delete it, enable the key, and restore again"),
            Map.entry(
                    "inaccessible-encryption-credentials-recoverable",
                    "its KMS key can't be used: enable the key, and start it again"),
            Map.entry(DELETING, "somebody is deleting it: wait until it is gone, and restore again"));

    private RdsStates() {}

    /** Whether it serves, and nothing is left to be done. */
    public static boolean isReady(@Nullable String status) {
        return status != null && READY.contains(status);
    }

    /** Whether its backups can't be restored from: it is not there yet, or not much longer. */
    public static boolean isNoSource(@Nullable String status) {
        return status == null || NOT_YET_OR_NO_MORE.contains(status);
    }

    /**
     * What a state means that nothing good comes of by itself; {@code null} for others.
     *
     * @param thing what is in the state, such as {@code DB instance mydb}
     */
    public static Progress.@Nullable Failed failure(String thing, @Nullable String status) {
        String meaning = status == null ? null : FAILED.get(status);
        return meaning == null
                ? null
                : new Progress.Failed(
                        ErrorCode.FAILED_PRECONDITION, thing + " is in the state " + status + ": " + meaning, null);
    }

    /** How much of a DB instance is made, which RDS tells by its state alone: it is created, backed up, configured. */
    public static int percent(@Nullable String status) {
        if (status == null) {
            return 0;
        }
        return switch (status) {
            case "creating" -> 10;
            case "backing-up" -> 60;
            default -> 80;
        };
    }
}
