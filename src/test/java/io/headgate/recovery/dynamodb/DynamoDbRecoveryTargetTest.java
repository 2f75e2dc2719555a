package io.headgate.recovery.dynamodb;

import static io.headgate.recovery.RecordedAws.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.headgate.error.ErrorCode;
import io.headgate.recovery.Change;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.Failure;
import io.headgate.recovery.Progress;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.RecordedAws;
import io.headgate.recovery.RestoreOutline;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the adapter asks DynamoDB for, and what it makes of DynamoDB's answers. */
class DynamoDbRecoveryTargetTest {

    private static final DatabaseId USERS = DatabaseId.parse("dynamodb:Users");
    private static final DatabaseId RESTORED = DatabaseId.parse("dynamodb:Users-restored");
    private static final String ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/Users";
    private static final String BACKUP = ARN + "/backup/01772361005481-1c8a2b3d";
    private static final SnapshotId SNAPSHOT = new SnapshotId(DatabaseKind.DYNAMODB_TABLE, BACKUP);
    private static final Instant TIME = Instant.ofEpochSecond(1772359205);

    private RecordedAws aws;
    private DynamoDbRecoveryTarget target;

    @BeforeEach
    void start() throws IOException {
        aws = new RecordedAws();
        target = new DynamoDbRecoveryTarget(aws.dynamoDb(), DynamoDbTimes.ample());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

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
    void eachChangeIsOneRequest() {
        String key = begin(new Change.CreateSnapshot(USERS, "before-migration", List.of()));

        begin(new Change.DeleteSnapshot(SNAPSHOT));
        begin(new Change.SetBackupPolicy(USERS, 14));
        begin(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), true));
        begin(new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(), true));
        begin(new Change.RestoreToPointInTime(USERS, RESTORED, null, List.of(), false));
        assertThat(key).isEqualTo(BACKUP);
        assertThat(aws.calls())
                .containsExactly(
                        "CreateBackup",
                        "DeleteBackup",
                        "UpdateContinuousBackups",
                        "RestoreTableFromBackup",
                        "RestoreTableToPointInTime",
                        "RestoreTableToPointInTime");
        assertThat(aws.requests("UpdateContinuousBackups").get(0).body()).contains("\"RecoveryPeriodInDays\":14");
        assertThat(aws.requests("RestoreTableToPointInTime").get(0).body())
                .contains("\"RestoreDateTime\":1772359205", "\"TargetTableName\":\"Users-restored\"");
        assertThat(aws.requests("RestoreTableToPointInTime").get(1).body())
                .contains("\"UseLatestRestorableTime\":true")
                .doesNotContain("RestoreDateTime");
    }

    @Test
    void aRestoreIsFollowedUntilItIsDone() {
        String restored = document("dynamodb/DescribeTable-restored");
        aws.refuseDynamoDb("DescribeTable", 400, "ResourceNotFoundException")
                .give("DescribeTable", restored)
                .give("DescribeTable", restored.replace("CREATING", "ACTIVE"))
                .give("DescribeTable", restored.replace("CREATING", "ACTIVE").replace("true", "false"));
        Change change = new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(), false);

        List<Progress> looks = List.of(look(change, null), look(change, null), look(change, null), look(change, null));

        assertThat(looks)
                .containsExactly(
                        new Progress.Absent(),
                        new Progress.Running(null, null),
                        new Progress.Running(null, null),
                        new Progress.Done(null));
    }

    @ParameterizedTest
    @CsvSource({"Orders, 1772359205", "Users, 1772359206"})
    void aTableThatWasRestoredFromElsewhereIsNotOurs(String source, long time) {
        aws.give("DescribeTable", document("dynamodb/DescribeTable-restored"));
        Change change = new Change.RestoreToPointInTime(
                new DatabaseId(DatabaseKind.DYNAMODB_TABLE, source),
                RESTORED,
                Instant.ofEpochSecond(time),
                List.of(),
                false);

        Progress progress = look(change, null);

        assertThat(progress).extracting("code").isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(look(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false), null))
                .extracting("code")
                .isEqualTo(ErrorCode.ALREADY_EXISTS);
    }

    @Test
    void aTableThatWasNotRestoredIsNotOurs() {
        Progress progress = look(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false), null);

        assertThat(progress).extracting("code").isEqualTo(ErrorCode.ALREADY_EXISTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETING", "INACCESSIBLE_ENCRYPTION_CREDENTIALS", "ARCHIVED"})
    void aRestoreFailsWithWhatToDo(String status) {
        aws.give("DescribeTable", document("dynamodb/DescribeTable-restored").replace("CREATING", status));

        Progress progress = look(new Change.RestoreToPointInTime(USERS, RESTORED, null, List.of(), false), null);

        assertThat(progress)
                .isInstanceOfSatisfying(
                        Progress.Failed.class,
                        failed -> assertThat(failed.message()).contains(status + ": "));
    }

    @Test
    void aBackupIsFoundByItsNameWhereItsArnIsLost() {
        Change.CreateSnapshot create = new Change.CreateSnapshot(USERS, "before-migration", List.of());

        Progress byName = look(create, null);

        assertThat(byName).isEqualTo(new Progress.Done(BACKUP));
        assertThat(look(create, BACKUP)).isEqualTo(new Progress.Done(BACKUP));
        assertThat(look(new Change.CreateSnapshot(USERS, "other", List.of()), null))
                .isEqualTo(new Progress.Absent());
    }

    @Test
    void deletionsAndPoliciesAreFollowed() {
        aws.give("DescribeBackup", document("dynamodb/DescribeBackup"))
                .give("DescribeBackup", document("dynamodb/DeleteBackup"));
        Change.DeleteSnapshot delete = new Change.DeleteSnapshot(SNAPSHOT);

        Progress there = look(delete, null);

        assertThat(there).isEqualTo(new Progress.Absent());
        assertThat(look(delete, null)).isEqualTo(new Progress.Done(null));
        assertThat(look(new Change.SetBackupPolicy(USERS, 14), null)).isEqualTo(new Progress.Done(null));
        assertThat(look(new Change.SetBackupPolicy(USERS, 35), null)).isEqualTo(new Progress.Absent());
    }

    @Test
    void theOutlineNamesWhatTheSourceHas() {
        RestoreOutline outline =
                await(target.outline(new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(), false)));

        assertThat(outline.willCreate()).containsExactly("table Users-restored with 1 index");
        assertThat(outline.notRestored())
                .containsExactly(
                        "auto scaling policies",
                        "IAM policies that name the source",
                        "CloudWatch metrics and alarms",
                        "tags",
                        "stream (NEW_AND_OLD_IMAGES)",
                        "time to live (expiresAt)",
                        "point-in-time recovery (14 days)",
                        "deletion protection",
                        "resource policy");
        assertThat(outline.problems()).isEmpty();
    }

    @Test
    void whatIsSetAgainIsNotNamedAsLeftBehind() {
        RestoreOutline outline = await(target.outline(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), true)));

        assertThat(outline.notRestored())
                .containsExactly(
                        "auto scaling policies", "IAM policies that name the source", "CloudWatch metrics and alarms");
    }

    @Test
    void everythingThatCanBeSetIsSetAgain() {
        aws.give("DescribeTable", document("dynamodb/DescribeTable-restored"))
                .give("DescribeTable", document("dynamodb/DescribeTable"))
                .give("DescribeTimeToLive", document("dynamodb/DescribeTimeToLive"))
                .give("DescribeTimeToLive", document("dynamodb/DescribeTimeToLive-off"));

        List<Reapplied> reapplied = await(target.reapply(
                new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(new Tag("for", "test")), true)));

        assertThat(reapplied)
                .filteredOn(Reapplied::applied)
                .extracting(Reapplied::setting)
                .containsExactly(
                        "tags",
                        "time to live",
                        "point-in-time recovery",
                        "resource policy",
                        "stream and deletion protection");
        assertThat(reapplied)
                .filteredOn(item -> !item.applied())
                .extracting(Reapplied::setting)
                .containsExactly("auto scaling", "IAM policies", "CloudWatch alarms");
        assertThat(aws.requests("TagResource").get(0).body())
                .contains("Users-restored", "\"for\"", "\"team\"")
                .doesNotContain("aws:cloudformation");
        assertThat(aws.requests("PutResourcePolicy").get(0).body())
                .contains("table/Users-restored\\\"")
                .doesNotContain("table/Users\\\"");
        assertThat(aws.requests("UpdateTable"))
                .singleElement()
                .satisfies(request -> assertThat(request.body())
                        .contains("\"DeletionProtectionEnabled\":true", "NEW_AND_OLD_IMAGES"));
    }

    @Test
    void whatIsSetAlreadyStays() {
        String set = document("dynamodb/DescribeTable").replace("\"Users\"", "\"Users-restored\"");
        aws.give("DescribeTable", set).give("DescribeTable", document("dynamodb/DescribeTable"));

        await(target.reapply(new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(), true)));

        assertThat(aws.calls()).doesNotContain("UpdateTable", "UpdateTimeToLive");
    }

    @Test
    void aSettingThatDynamoDbRefusesFailsNothing() {
        aws.give("DescribeTable", document("dynamodb/DescribeTable-restored"))
                .give("DescribeTable", document("dynamodb/DescribeTable"))
                .refuseDynamoDb("TagResource", 400, "ResourceInUseException")
                .refuseDynamoDb("GetResourcePolicy", 400, "AccessDeniedException")
                .refuseDynamoDb("UpdateContinuousBackups", 400, "ContinuousBackupsUnavailableException");

        List<Reapplied> reapplied =
                await(target.reapply(new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(), true)));

        assertThat(reapplied)
                .filteredOn(item -> !item.applied())
                .extracting(Reapplied::setting)
                .contains("tags", "resource policy", "point-in-time recovery");
        assertThat(aws.calls()).contains("UpdateTable");
    }

    @Test
    void aBusyDynamoDbFailsThemAllSoThatTheyAreTriedAgain() {
        aws.give("DescribeTable", document("dynamodb/DescribeTable-restored"))
                .give("DescribeTable", document("dynamodb/DescribeTable"))
                .refuseDynamoDb("TagResource", 400, "LimitExceededException");

        boolean retryable = Failure.of(
                        target.reapply(new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(), true)))
                .retryable();

        assertThat(retryable).isTrue();
    }

    @Test
    void aSettingWhoseAnswerIsLostIsLookedForAgain() {
        aws.give("DescribeTable", document("dynamodb/DescribeTable-restored"))
                .give("DescribeTable", document("dynamodb/DescribeTable"))
                .refuseDynamoDb("UpdateTable", 500, "InternalServerError");

        boolean retryable = Failure.of(
                        target.reapply(new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(), true)))
                .retryable();

        assertThat(retryable).isTrue();
        assertThat(aws.requests("UpdateTable")).hasSize(1);
    }

    @Test
    void ofATableThatIsGoneTheBackupTellsStreamAndTimeToLive() {
        aws.give("DescribeTable", document("dynamodb/DescribeTable-restored"))
                .refuseDynamoDb("DescribeTable", 400, "ResourceNotFoundException")
                .give("DescribeTimeToLive", document("dynamodb/DescribeTimeToLive-off"));

        List<Reapplied> reapplied =
                await(target.reapply(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), true)));

        assertThat(reapplied)
                .filteredOn(Reapplied::applied)
                .extracting(Reapplied::setting)
                .containsExactly("time to live", "stream");
        assertThat(reapplied).extracting(Reapplied::setting).contains("settings of the source");
        assertThat(aws.requests("UpdateTable").get(0).body()).contains("KEYS_ONLY");
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

    private String begin(Change change) {
        return String.valueOf(await(target.begin("op-1", change)));
    }

    private Progress look(Change change, @Nullable String key) {
        return await(target.look("op-1", change, key));
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }
}
