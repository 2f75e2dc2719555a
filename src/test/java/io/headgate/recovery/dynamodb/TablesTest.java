package io.headgate.recovery.dynamodb;

import static io.headgate.recovery.RecordedAws.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.headgate.recovery.Change;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the adapter makes of DynamoDB's descriptions. */
class TablesTest extends RecordedDynamoDb {

    @Test
    void tablesAreListedThroughAllPagesAndDescribed() {
        aws.give("ListTables", "{\"TableNames\": [\"Users\"], \"LastEvaluatedTableName\": \"Users\"}")
                .give("ListTables", "{\"TableNames\": [\"Gone\"]}")
                .give("DescribeTable", document("dynamodb/DescribeTable"))
                .refuseDynamoDb("DescribeTable", 400, "ResourceNotFoundException");

        List<Database> databases = await(target.databases());

        assertThat(databases)
                .containsExactly(new Database(USERS, ARN, "dynamodb", null, "ACTIVE", null, null, List.of()));
        assertThat(aws.requests("ListTables").get(1).body()).contains("\"ExclusiveStartTableName\":\"Users\"");
    }

    @Test
    void namesThatDynamoDbWouldRefuseAreNotAskedFor() {
        Map<String, Database> found = await(target.findDatabases(Set.of("ab", "a/b", "x".repeat(256))));

        assertThat(found).isEmpty();
        assertThat(await(target.restoreWindows(Set.of("ab")))).isEmpty();
        assertThat(await(target.tags(Set.of("a b c")))).isEmpty();
        assertThat(await(target.snapshots("a/b"))).isEmpty();
        assertThat(await(target.findSnapshots(Set.of(ARN, "before-migration")))).isEmpty();
        assertThat(aws.calls()).isEmpty();
    }

    @Test
    void whatDynamoDbDoesNotKnowIsMissing() {
        aws.refuseDynamoDb("DescribeTable", 400, "ResourceNotFoundException")
                .refuseDynamoDb("DescribeContinuousBackups", 400, "TableNotFoundException")
                .refuseDynamoDb("DescribeBackup", 400, "BackupNotFoundException");

        Map<String, Database> found = await(target.findDatabases(Set.of("nowhere")));

        assertThat(found).isEmpty();
        assertThat(await(target.restoreWindows(Set.of("nowhere")))).isEmpty();
        assertThat(await(target.tags(Set.of("nowhere")))).isEmpty();
        assertThat(await(target.findSnapshots(Set.of(BACKUP)))).isEmpty();
    }

    @Test
    void theWindowIsTheRecoveryPeriod() {
        Map<String, RestoreWindow> windows = await(target.restoreWindows(Set.of("Users")));

        assertThat(windows)
                .containsExactly(Map.entry(
                        "Users",
                        new RestoreWindow(
                                true, 14, Instant.ofEpochSecond(1771149851), Instant.ofEpochSecond(1772366100))));
        assertThat(aws.calls()).containsExactly("DescribeContinuousBackups");
    }

    @Test
    void aTableWithoutPointInTimeRecoveryHasNoWindow() {
        aws.give(
                "DescribeContinuousBackups",
                document("dynamodb/DescribeContinuousBackups")
                        .replace(
                                "Status\": \"ENABLED\",\n      \"Recovery",
                                "Status\": \"DISABLED\",\n      \"Recovery"));

        Map<String, RestoreWindow> windows = await(target.restoreWindows(Set.of("Users")));

        assertThat(windows).containsEntry("Users", new RestoreWindow(false, null, null, null));
    }

    @Test
    void tagsAreListed() {
        Map<String, List<Tag>> tags = await(target.tags(Set.of("Users")));

        assertThat(tags.get("Users")).contains(new Tag("team", "users"));
    }

    @Test
    void backupsAreSnapshotsAndDeletedOnesAreNone() {
        List<Snapshot> snapshots = await(target.snapshots("Users"));

        assertThat(snapshots)
                .extracting(Snapshot::name, Snapshot::automated)
                .containsExactly(tuple("before-migration", false), tuple("nightly", true));
        assertThat(snapshots.get(0))
                .isEqualTo(new Snapshot(
                        SNAPSHOT,
                        "before-migration",
                        USERS,
                        "AVAILABLE",
                        false,
                        Instant.ofEpochMilli(1772361005481L),
                        268435456L,
                        null,
                        List.of()));
        assertThat(await(target.findSnapshots(Set.of(BACKUP)))).containsEntry(BACKUP, snapshots.get(0));
        assertThat(aws.requests("ListBackups").get(0).body()).contains("\"BackupType\":\"ALL\"", "\"Users\"");
    }

    @Test
    void formsAreCheckedWithoutAsking() {
        List<String> problems = target.problems(new Change.CreateSnapshot(USERS, "a", List.of(new Tag("k", "v"))));

        assertThat(problems).hasSize(2);
        assertThat(target.problems(new Change.CreateSnapshot(USERS, "before_migration.1", List.of())))
                .isEmpty();
        assertThat(target.problems(new Change.DeleteSnapshot(new SnapshotId(DatabaseKind.DYNAMODB_TABLE, "name"))))
                .hasSize(1);
        assertThat(target.problems(new Change.SetBackupPolicy(USERS, 36))).hasSize(1);
        assertThat(target.problems(new Change.RestoreToPointInTime(
                        USERS, RESTORED, TIME.plusMillis(1), List.of(new Tag("aws:k", "")), false)))
                .hasSize(2);
        assertThat(target.problems(
                        new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(new Tag("k", "")), true)))
                .isEmpty();
        assertThat(aws.calls()).isEmpty();
    }
}
