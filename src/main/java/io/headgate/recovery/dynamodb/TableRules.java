package io.headgate.recovery.dynamodb;

import io.headgate.recovery.Change;
import io.headgate.recovery.FleetChange.DeleteTable;
import io.headgate.recovery.TagRules;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Why DynamoDB would refuse a change for its form alone.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html">Naming
 *     rules</a>
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html">CreateBackup,
 *     BackupName</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html">PointInTimeRecoverySpecification,
 *     RecoveryPeriodInDays</a>
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html">Tagging restrictions in
 *     DynamoDB</a>
 */
final class TableRules {

    static final TagRules TAGS =
            new TagRules(50, 0, Pattern.compile("[\\p{L}\\p{Z}\\p{N}+\\-=._:/@]*"), List.of("aws:"));

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{3,255}");
    private static final Pattern BACKUP_ARN = Pattern.compile(
            "arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9a-zA-Z]*:table/[a-zA-Z0-9_.-]{3,255}/backup/[^/\\s]+");
    private static final int LONGEST_ARN = 1024;
    private static final int LONGEST_RECOVERY = 35;

    private TableRules() {}

    /** Whether DynamoDB could know a table of this name. */
    static boolean mayBeTable(String name) {
        return NAME.matcher(name).matches();
    }

    /** Whether DynamoDB could know a backup of this ARN. */
    static boolean mayBeBackup(String arn) {
        return arn.length() <= LONGEST_ARN && BACKUP_ARN.matcher(arn).matches();
    }

    static List<String> problems(Change change) {
        List<String> problems = new ArrayList<>();
        if (change instanceof Change.CreateSnapshot create) {
            addName("the snapshot's name", create.name(), problems);
            if (!create.tags().isEmpty()) {
                problems.add("DynamoDB's backups have no tags: leave tags out");
            }
        } else if (change instanceof Change.DeleteSnapshot delete) {
            if (!mayBeBackup(delete.snapshot().key())) {
                problems.add(
                        "'" + delete.snapshot().key() + "' is no backup's ARN: take the id from the query snapshots");
            }
        } else if (change instanceof Change.Restore restore) {
            addName("target", restore.target().name(), problems);
            problems.addAll(TAGS.problems(restore.tags()));
            if (restore instanceof Change.RestoreToPointInTime pointInTime
                    && pointInTime.time() != null
                    && !pointInTime.time().equals(pointInTime.time().truncatedTo(ChronoUnit.SECONDS))) {
                problems.add("time has a fraction of a second: DynamoDB restores to whole seconds");
            }
        } else if (change instanceof DeleteTable delete) {
            addName("name", delete.database().name(), problems);
        } else if (change instanceof Change.SetBackupPolicy policy
                && (policy.retentionDays() < 1 || policy.retentionDays() > LONGEST_RECOVERY)) {
            problems.add("retentionDays is " + policy.retentionDays() + "; 1 to " + LONGEST_RECOVERY + " are allowed");
        }
        return problems;
    }

    static void addName(String thing, String name, List<String> problems) {
        if (!mayBeTable(name)) {
            problems.add(thing + " '" + name + "' is not allowed: it has 3 to 255 of a-z, A-Z, 0-9, '_', '.' and '-'");
        }
    }
}
