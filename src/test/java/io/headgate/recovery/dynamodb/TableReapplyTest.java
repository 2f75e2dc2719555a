package io.headgate.recovery.dynamodb;

import static io.headgate.recovery.RecordedAws.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.recovery.Change;
import io.headgate.recovery.Failure;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.RestoreOutline;
import io.headgate.recovery.Tag;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a restore of a table leaves behind, and what is set again. */
class TableReapplyTest extends RecordedDynamoDb {

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
                        "tags: the source has 1",
                        "point-in-time recovery: the source has 14 days",
                        "deletion protection: the source has it",
                        "resource policy: the source has one",
                        "streams: the source has NEW_AND_OLD_IMAGES",
                        "time to live (TTL): the source has expiresAt");
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
    void whatCannotBeReadIsNamed() {
        aws.refuseDynamoDb("GetResourcePolicy", 400, "AccessDeniedException");

        RestoreOutline outline =
                await(target.outline(new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(), true)));

        assertThat(outline.notRestored()).last().isEqualTo("resource policy, which could not be read");
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
                        "time to live (TTL)",
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
                .containsExactly("time to live (TTL)", "stream");
        assertThat(reapplied).extracting(Reapplied::setting).contains("settings of the source");
        assertThat(aws.requests("UpdateTable").get(0).body()).contains("KEYS_ONLY");
    }
}
