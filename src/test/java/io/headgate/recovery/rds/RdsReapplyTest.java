package io.headgate.recovery.rds;

import static io.headgate.recovery.RecordedAws.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.recovery.Change;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.RestoreOutline;
import io.headgate.recovery.Tag;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a restore of a DB instance leaves behind, and what is set again. */
class RdsReapplyTest extends RecordedRds {

    @Test
    void theOutlineNamesWhatTheSourceHas() {
        RestoreOutline outline =
                await(target.outline(new Change.RestoreToPointInTime(MYDB, RESTORED, TIME, List.of(), false)));

        assertThat(outline.willCreate())
                .containsExactly("DB instance mydb-restored (postgres 17.2, db.t4g.medium), single-AZ");
        assertThat(outline.notRestored())
                .contains(
                        "security groups sg-0f6c2d1e",
                        "subnet group private",
                        "parameter group users-postgres17",
                        "Multi-AZ",
                        "tags",
                        "read replicas mydb-replica")
                .doesNotContain("Enhanced Monitoring");
        assertThat(outline.problems()).isEmpty();
    }

    @Test
    void whatIsSetAgainIsNotNamedAsLeftBehind() {
        RestoreOutline outline = await(target.outline(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), true)));

        assertThat(outline.willCreate()).singleElement().asString().endsWith("Multi-AZ");
        assertThat(outline.notRestored())
                .contains("CloudWatch alarms and event subscriptions")
                .doesNotContain("tags", "Multi-AZ", "security groups sg-0f6c2d1e");
    }

    @Test
    void theOutlineTellsThatTheSnapshotIsNotYetMade() {
        aws.give("DescribeDBSnapshots", document("rds/DescribeDBSnapshots").replace("available", "creating"));

        RestoreOutline outline =
                await(target.outline(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false)));

        assertThat(outline.problems())
                .containsExactly("the snapshot is creating: only an available one can be restored");
    }

    @Test
    void sqlServerHasShorterNames() {
        aws.give("DescribeDBInstances", document("rds/DescribeDBInstances").replace(">postgres<", ">sqlserver-se<"));
        DatabaseId longer = DatabaseId.parse("rds:a123456789012345");

        RestoreOutline outline =
                await(target.outline(new Change.RestoreToPointInTime(MYDB, longer, TIME, List.of(), false)));

        assertThat(outline.problems()).containsExactly("target has 16 characters; SQL Server allows 1 to 15");
    }

    @Test
    void settingsAreComparedAndWhatDiffersIsChangedAtOnce() {
        aws.give("DescribeDBInstances", restored("available"))
                .give("DescribeDBInstances", document("rds/DescribeDBInstances-mydb"));

        List<Reapplied> reapplied = await(target.reapply(
                new Change.RestoreToPointInTime(MYDB, RESTORED, TIME, List.of(new Tag("for", "test")), true)));

        assertThat(aws.requests("ModifyDBInstance"))
                .singleElement()
                .satisfies(request -> assertThat(request.parameters())
                        .containsEntry("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-0f6c2d1e")
                        .containsEntry("DBParameterGroupName", "users-postgres17")
                        .containsEntry("MultiAZ", "true")
                        .doesNotContainKeys("DBSubnetGroupName", "DeletionProtection"));
        assertThat(aws.requests("AddTagsToResource").get(0).parameters())
                .containsEntry("Tags.Tag.1.Key", "for")
                .containsEntry("Tags.Tag.2.Key", "team")
                .doesNotContainKey("Tags.Tag.3.Key");
        assertThat(reapplied)
                .contains(
                        new Reapplied("tags", true, "2 tags are set"),
                        new Reapplied("Multi-AZ", true, "being set as the source: true"),
                        new Reapplied("subnet group", true, "as the source: private"))
                .filteredOn(item -> !item.applied())
                .extracting(Reapplied::setting)
                .containsExactly("read replicas", "CloudWatch alarms");
    }

    @Test
    void aSettingThatRdsRefusesFailsNothing() {
        aws.give("DescribeDBInstances", restored("available"))
                .give("DescribeDBInstances", document("rds/DescribeDBInstances-mydb"))
                .refuseRds("ModifyDBInstance", 400, "DBParameterGroupNotFound")
                .refuseRds("AddTagsToResource", 400, "InvalidParameterValue");

        List<Reapplied> reapplied =
                await(target.reapply(new Change.RestoreToPointInTime(MYDB, RESTORED, TIME, List.of(), true)));

        assertThat(reapplied)
                .filteredOn(item -> !item.applied())
                .extracting(Reapplied::setting)
                .contains("tags", "security groups", "parameter group", "Multi-AZ")
                .doesNotContain("subnet group");
    }

    @Test
    void withoutReapplyOnlyTheTagsOfTheInputAreSeenTo() {
        aws.give("DescribeDBInstances", restored("available"));

        List<Reapplied> reapplied =
                await(target.reapply(new Change.RestoreToPointInTime(MYDB, RESTORED, TIME, List.of(), false)));

        assertThat(reapplied).isEmpty();
        assertThat(aws.calls()).containsExactly("DescribeDBInstances");
    }
}
