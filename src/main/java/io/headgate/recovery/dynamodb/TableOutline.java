package io.headgate.recovery.dynamodb;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.RestoreOutline;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BackupDescription;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * What a restore of a table would do. DynamoDB restores data, indexes, capacity and encryption; it leaves behind auto
 * scaling, IAM policies, CloudWatch metrics and alarms, tags, the stream, the time to live, deletion protection and
 * point-in-time recovery.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html">RestoreTableToPointInTime</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html">RestoreTableFromBackup</a>
 */
final class TableOutline {

    private TableOutline() {}

    static Uni<RestoreOutline> of(AwsWork<DynamoDbAsyncClient> dynamoDb, Restore restore) {
        return TableSettings.ofSource(dynamoDb, restore)
                .map(source -> new RestoreOutline(
                        List.of(created(restore, source)), notRestored(restore, source), problems(restore, source)));
    }

    private static String created(Restore restore, TableSettings source) {
        TableDescription table = source.table();
        String indexes = "";
        if (table != null) {
            int count = table.globalSecondaryIndexes().size()
                    + table.localSecondaryIndexes().size();
            indexes = count == 0 ? "" : " with " + count + (count == 1 ? " index" : " indexes");
        }
        return "table " + restore.target().name() + indexes;
    }

    private static List<String> notRestored(Restore restore, TableSettings source) {
        List<String> left = new ArrayList<>(
                List.of("auto scaling policies", "IAM policies that name the source", "CloudWatch metrics and alarms"));
        if (!restore.reapply()) {
            addSettings(source, left);
        } else if (source.table() == null) {
            left.add("tags, point-in-time recovery and deletion protection of the source, which is gone");
        }
        source.unread().keySet().stream().sorted().forEach(name -> left.add(name + ", which could not be read"));
        return left;
    }

    /** Each is named, also where there is nothing to lose: whoever reads a plan must not have to guess. */
    private static void addSettings(TableSettings source, List<String> left) {
        Integer days = source.recoveryDays();
        if (source.table() == null) {
            left.addAll(List.of("tags", "point-in-time recovery", "deletion protection", "resource policy"));
        } else {
            add(
                    source,
                    "tags",
                    source.tags().isEmpty() ? null : "" + source.tags().size(),
                    left);
            add(source, "point-in-time recovery", days == null ? null : days + " days", left);
            add(source, "deletion protection", source.deletionProtection() ? "it" : null, left);
            add(source, "resource policy", source.policy() == null ? null : "one", left);
        }
        add(source, "streams", source.stream() == null ? null : source.stream().streamViewTypeAsString(), left);
        add(source, "time to live (TTL)", source.timeToLive(), left);
    }

    private static void add(TableSettings source, String setting, @Nullable String ofSource, List<String> left) {
        if (!source.unread().containsKey(setting)) {
            left.add(setting + ": the source has " + (ofSource == null ? "none" : ofSource));
        }
    }

    private static List<String> problems(Restore restore, TableSettings source) {
        List<String> problems = new ArrayList<>();
        BackupDescription backup = source.backup();
        TableDescription table = source.table();
        if (restore instanceof RestoreSnapshot) {
            if (backup != null && backup.backupDetails().backupStatus() != BackupStatus.AVAILABLE) {
                problems.add("the snapshot is " + backup.backupDetails().backupStatusAsString()
                        + ": only an AVAILABLE one can be restored");
            }
        } else if (table != null
                && (table.tableStatus() == TableStatus.CREATING || table.tableStatus() == TableStatus.DELETING)) {
            problems.add("the source is " + table.tableStatusAsString() + ": wait until it is ACTIVE");
        }
        return problems;
    }
}
