package io.headgate.recovery.rds;

import io.headgate.recovery.Change;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why RDS would refuse a change for its form alone.
 *
 * @param longestSnapshot how long a snapshot's name may be: 255 of a DB instance, 63 of a DB cluster
 * @param longestTarget how long the name of a restored database may be
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html">ModifyDBInstance,
 *     BackupRetentionPeriod</a>
 */
public record RdsRules(int longestSnapshot, int longestTarget) {

    private static final int LONGEST_RETENTION = 35;

    /** None where RDS would not. */
    public List<String> problems(Change change) {
        List<String> problems = new ArrayList<>();
        if (change instanceof Change.CreateSnapshot create) {
            problems.addAll(RdsNames.problems("the snapshot's name", create.name(), longestSnapshot));
            problems.addAll(RdsTags.RULES.problems(create.tags()));
        } else if (change instanceof Change.DeleteSnapshot delete) {
            problems.addAll(deletion(delete.snapshot().key()));
        } else if (change instanceof Change.Restore restore) {
            problems.addAll(RdsNames.problems("target", restore.target().name(), longestTarget));
            problems.addAll(RdsTags.RULES.problems(restore.tags()));
            if (restore instanceof Change.RestoreToPointInTime pointInTime && isFraction(pointInTime.time())) {
                problems.add("time has a fraction of a second: RDS restores to whole seconds");
            }
        } else if (change instanceof Change.SetBackupPolicy policy
                && (policy.retentionDays() < 1 || policy.retentionDays() > LONGEST_RETENTION)) {
            problems.add("retentionDays is " + policy.retentionDays() + "; 1 to " + LONGEST_RETENTION + " are allowed");
        }
        return problems;
    }

    private static List<String> deletion(String key) {
        if (key.startsWith("rds:")) {
            return List.of("'" + key + "' is an automated snapshot: RDS deletes it when its time has come");
        }
        if (key.startsWith("awsbackup:")) {
            return List.of("'" + key + "' belongs to AWS Backup: delete the recovery point there");
        }
        return RdsNames.mayBeSnapshot(key)
                ? List.of()
                : List.of("'" + key + "' is no snapshot's name: take the id from the query snapshots");
    }

    private static boolean isFraction(@Nullable Instant time) {
        return time != null && !time.equals(time.truncatedTo(ChronoUnit.SECONDS));
    }
}
