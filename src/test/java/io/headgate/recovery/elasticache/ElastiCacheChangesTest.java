package io.headgate.recovery.elasticache;

import static io.headgate.recovery.RecordedAws.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.recovery.Change;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.Failure;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.Progress;
import io.headgate.recovery.RecordedAws;
import io.headgate.recovery.RestoreOutline;
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

/** What ElastiCache is asked for, byte for byte, and what its answers mean: those of a group with shards, and of Memcached. */
class ElastiCacheChangesTest {

    private static final String OPERATION = "operation:0199999999900000000000000000";
    private static final DatabaseId SESSIONS = DatabaseId.parse("cache:sessions");
    private static final DatabaseId PAGES = DatabaseId.parse("cache:pages");
    private static final DatabaseId RESTORED = DatabaseId.parse("cache:sessions-restored");
    private static final SnapshotId SNAPSHOT = SnapshotId.parse("snapshot:cache:before-sale");

    private RecordedAws aws;
    private ElastiCacheRecoveryTarget target;

    @BeforeEach
    void start() throws IOException {
        aws = new RecordedAws();
        target = new ElastiCacheRecoveryTarget(aws.elastiCache(), ElastiCacheTimes.ample());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void groupsAndClustersAreListed() {
        List<Database> databases = await(target.databases());

        assertThat(databases).extracting(Database::id).containsExactly(PAGES, SESSIONS);
        assertThat(databases.get(1))
                .isEqualTo(new Database(
                        SESSIONS,
                        "arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:sessions",
                        "valkey",
                        "8.0.1",
                        "available",
                        "sessions.abc123.clustercfg.euw1.cache.amazonaws.com:6379",
                        true,
                        List.of()));
        assertThat(databases.get(0).endpoint()).isEqualTo("pages.abc123.cfg.euw1.cache.amazonaws.com:11211");
        assertThat(aws.requests("DescribeReplicationGroups").get(0).body())
                .isEqualTo("Action=DescribeReplicationGroups&Version=2015-02-02&MaxRecords=100");
        assertThat(aws.requests("DescribeCacheClusters").get(0).body())
                .isEqualTo("Action=DescribeCacheClusters&Version=2015-02-02&MaxRecords=100&ShowCacheNodeInfo=true");
    }

    @Test
    void snapshotsAreListed() {
        List<Snapshot> snapshots = await(target.snapshots("sessions"));

        assertThat(snapshots)
                .extracting(Snapshot::name)
                .containsExactly("before-sale", "automatic.sessions-2026-03-02-03-00");
        assertThat(snapshots.get(0))
                .isEqualTo(new Snapshot(
                        SNAPSHOT,
                        "before-sale",
                        SESSIONS,
                        "available",
                        false,
                        Instant.parse("2026-03-01T11:00:05Z"),
                        (16L << 20) + (2L << 30),
                        null,
                        null));
        assertThat(snapshots.get(1).automated()).isTrue();
        assertThat(await(target.snapshots("pages"))).isEmpty();
        assertThat(aws.calls()).as("tags are another question").containsOnly("DescribeSnapshots");
    }

    @Test
    void tagsOfSnapshotsAreAskedForOneByOneAfterOneDescriptionOfAll() {
        String automatic = "automatic.sessions-2026-03-02-03-00";

        assertThat(await(target.snapshotTags(Set.of("before-sale", automatic, "none"))))
                .isEqualTo(Map.of(
                        "before-sale", List.of(new Tag("team", "shop")), automatic, List.of(new Tag("team", "shop"))));
        assertThat(aws.calls()).containsExactly("DescribeSnapshots", "ListTagsForResource", "ListTagsForResource");
    }

    @Test
    void aSnapshotIsCreatedWithTheOperationAsATag() {
        String key = begin(new Change.CreateSnapshot(SESSIONS, "Before-Sale", List.of(new Tag("team", "shop"))));

        assertThat(key).isEqualTo("before-sale");
        assertThat(body("CreateSnapshot"))
                .isEqualTo(
                        "Action=CreateSnapshot&Version=2015-02-02&ReplicationGroupId=sessions&SnapshotName=before-sale"
                                + "&Tags.Tag.1.Key=team&Tags.Tag.1.Value=shop&Tags.Tag.2.Key=headgate%3Aoperation&Tags.Tag.2.Value="
                                + OPERATION.replace(":", "%3A"));
    }

    @Test
    void aSnapshotIsDeleted() {
        begin(new Change.DeleteSnapshot(SNAPSHOT));

        assertThat(body("DeleteSnapshot"))
                .isEqualTo("Action=DeleteSnapshot&Version=2015-02-02&SnapshotName=before-sale");
        assertThat(aws.calls()).containsExactly("DeleteSnapshot");
    }

    @Test
    void aRestoreNamesWhatTheSnapshotHas() {
        begin(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false));

        assertThat(body("CreateReplicationGroup"))
                .isEqualTo("Action=CreateReplicationGroup&Version=2015-02-02&ReplicationGroupId=sessions-restored"
                        + "&ReplicationGroupDescription=Restored+of+before-sale&AutomaticFailoverEnabled=true"
                        + "&NumNodeGroups=2&ReplicasPerNodeGroup=0&CacheNodeType=cache.r7g.large&Engine=valkey"
                        + "&EngineVersion=8.0.1&CacheParameterGroupName=default.valkey8.cluster.on"
                        + "&Tags.Tag.1.Key=headgate%3Aoperation&Tags.Tag.1.Value=" + OPERATION.replace(":", "%3A")
                        + "&SnapshotName=before-sale");
    }

    @Test
    void aRestoreThatReappliesAsksForTheSettingsOfTheSource() {
        begin(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(new Tag("for", "a look")), true));

        assertThat(aws.requests("CreateReplicationGroup").get(0).parameters())
                .containsEntry("NumNodeGroups", "2")
                .containsEntry("ReplicasPerNodeGroup", "1")
                .containsEntry("AutomaticFailoverEnabled", "true")
                .containsEntry("MultiAZEnabled", "true")
                .containsEntry("CacheSubnetGroupName", "private")
                .containsEntry("SecurityGroupIds.SecurityGroupId.1", "sg-0f6c2d1e")
                .containsEntry("SnapshotRetentionLimit", "5")
                .containsEntry("SnapshotWindow", "03:00-04:00")
                .containsEntry("AtRestEncryptionEnabled", "true")
                .containsEntry("TransitEncryptionEnabled", "true")
                .containsEntry("Tags.Tag.1.Key", "for")
                .containsEntry("Tags.Tag.2.Key", "team")
                .containsEntry("Tags.Tag.3.Key", "headgate:operation")
                .doesNotContainKeys("NumCacheClusters", "Tags.Tag.4.Key");
    }

    @Test
    void aPlanSaysWhatIsLeftBehind() {
        RestoreOutline plain = await(target.outline(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false)));
        RestoreOutline again = await(target.outline(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), true)));

        assertThat(plain.willCreate())
                .containsExactly("replication group sessions-restored (valkey 8.0.1, cache.r7g.large): 2 shards with no"
                        + " replicas");
        assertThat(plain.notRestored())
                .contains("security groups sg-0f6c2d1e", "subnet group private", "replicas", "encryption in transit");
        assertThat(again.willCreate()).singleElement().asString().endsWith("2 shards with 1 replica each");
        assertThat(again.notRestored()).doesNotContain("replicas").hasSize(3);
    }

    @Test
    void retentionIsSet() {
        begin(new Change.SetBackupPolicy(SESSIONS, 14));

        assertThat(body("ModifyReplicationGroup"))
                .isEqualTo("Action=ModifyReplicationGroup&Version=2015-02-02&ReplicationGroupId=sessions"
                        + "&ApplyImmediately=true&SnapshotRetentionLimit=14");
        assertThat(look(new Change.SetBackupPolicy(SESSIONS, 14))).isEqualTo(new Progress.Absent());
        assertThat(look(new Change.SetBackupPolicy(SESSIONS, 5))).isEqualTo(new Progress.Done(null));
    }

    @Test
    void aShardFailsOver() {
        FailoverDatabase failover = new FailoverDatabase(SESSIONS, "0002");
        assertThat(await(target.check(failover))).isEqualTo(SESSIONS);

        String key = begin(failover);

        assertThat(body("TestFailover"))
                .isEqualTo("Action=TestFailover&Version=2015-02-02&ReplicationGroupId=sessions&NodeGroupId=0002");
        // With cluster mode ElastiCache tells no roles: its events say what has come of it.
        assertThat(await(target.look(OPERATION, failover, key))).isEqualTo(new Progress.Absent());
        aws.give("DescribeEvents", event("Test Failover API called for node group 0002"))
                .give(
                        "DescribeEvents",
                        event(
                                "Failover from primary node sessions-0002-001 to replica node sessions-0002-002 completed"));
        assertThat(await(target.look(OPERATION, failover, key))).isInstanceOf(Progress.Running.class);
        assertThat(await(target.look(OPERATION, failover, key))).isEqualTo(new Progress.Done(null));
    }

    @Test
    void ofSeveralShardsOneIsNamed() {
        assertThat(Failure.of(target.check(new FailoverDatabase(SESSIONS, null))))
                .hasMessageContaining("[0001, 0002]")
                .extracting("code")
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void aGroupIsDeletedAfterALastSnapshot() {
        begin(new DeleteDatabase(SESSIONS, false, "the-last", false));

        assertThat(body("DeleteReplicationGroup"))
                .isEqualTo("Action=DeleteReplicationGroup&Version=2015-02-02&ReplicationGroupId=sessions"
                        + "&RetainPrimaryCluster=false&FinalSnapshotIdentifier=the-last");
    }

    @Test
    void aClusterOfItsOwnIsAskedForByItsOwnName() {
        onlyPages();

        begin(new DeleteDatabase(PAGES, true, null, false));
        begin(new Change.CreateSnapshot(PAGES, "none", List.of()));

        assertThat(body("DeleteCacheCluster"))
                .isEqualTo("Action=DeleteCacheCluster&Version=2015-02-02&CacheClusterId=pages");
        assertThat(body("CreateSnapshot")).startsWith("Action=CreateSnapshot&Version=2015-02-02&CacheClusterId=pages&");
    }

    @ParameterizedTest
    @CsvSource({
        "creating, Running",
        "available, Done",
        "create-failed, Failed",
        "deleting, Failed",
        "modifying, Running"
    })
    void aRestoredGroupIsFollowed(String status, String progress) {
        aws.give("DescribeReplicationGroups", group(status))
                .give(
                        "ListTagsForResource",
                        document("elasticache/ListTagsForResource")
                                .replace("team", "headgate:operation")
                                .replace("shop", OPERATION));

        Progress seen = look(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false));

        assertThat(seen.getClass().getSimpleName()).isEqualTo(progress);
    }

    @Test
    void whatAnotherRequestMadeIsNotTaken() {
        assertThat(look(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false)))
                .extracting("code")
                .isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(look(new Change.CreateSnapshot(SESSIONS, "before-sale", List.of())))
                .extracting("code")
                .isEqualTo(ErrorCode.ALREADY_EXISTS);
    }

    @Test
    void tagsThatAreNotToldYetAreNone() {
        aws.refuseRds("ListTagsForResource", 400, "InvalidReplicationGroupState");

        assertThat(await(target.tags(Set.of("sessions")))).isEqualTo(Map.of("sessions", List.of()));
    }

    @Test
    void whatGoesBeforeItsTagsAreReadHasNone() {
        aws.refuseRds("ListTagsForResource", 404, "SnapshotNotFoundFault");

        assertThat(await(target.snapshotTags(Set.of("before-sale")))).isEqualTo(Map.of("before-sale", List.of()));
        assertThat(aws.requests("DescribeSnapshots").get(0).parameters()).containsEntry("SnapshotName", "before-sale");
        assertThat(Failure.of(
                        target.look(OPERATION, new Change.CreateSnapshot(SESSIONS, "before-sale", List.of()), null)))
                .extracting("code")
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1st", "a--b", "ends-", "under_score", "longer-than-the-forty-characters-of-a-name"})
    void namesAreCheckedBeforeElastiCacheIsAsked(String name) {
        assertThat(target.problems(
                        new Change.RestoreSnapshot(SNAPSHOT, new DatabaseId(SESSIONS.kind(), name), List.of(), false)))
                .singleElement()
                .asString()
                .contains("target");
        assertThat(aws.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 36, -1})
    void retentionIsCheckedBeforeElastiCacheIsAsked(int days) {
        assertThat(target.problems(new Change.SetBackupPolicy(SESSIONS, days))).hasSize(1);
        assertThat(target.problems(new Change.SetBackupPolicy(SESSIONS, 35))).isEmpty();
    }

    @Test
    void anAutomaticSnapshotIsNotDeleted() {
        assertThat(target.problems(new Change.DeleteSnapshot(
                        SnapshotId.parse("snapshot:cache:automatic.sessions-2026-03-02-03-00"))))
                .singleElement()
                .asString()
                .contains("automatic");
    }

    private static String event(String message) {
        return document("elasticache/DescribeEvents")
                .replace(
                        "<Events/>",
                        "<Events><Event><SourceIdentifier>sessions</SourceIdentifier><Message>" + message
                                + "</Message><Date>2030-01-01T00:00:00Z</Date></Event></Events>");
    }

    private void onlyPages() {
        String all = document("elasticache/DescribeCacheClusters");
        int first = all.indexOf("<CacheCluster>");
        aws.refuseRds("DescribeReplicationGroups", 404, "ReplicationGroupNotFoundFault")
                .give(
                        "DescribeCacheClusters",
                        all.substring(0, first) + all.substring(all.lastIndexOf("<CacheCluster>")));
    }

    private static String group(String status) {
        return document("elasticache/DescribeReplicationGroups").replaceFirst("<Status>available", "<Status>" + status);
    }

    private @Nullable String begin(Change change) {
        return await(target.begin(OPERATION, change));
    }

    private Progress look(Change change) {
        return await(target.look(OPERATION, change, null));
    }

    private String body(String call) {
        return aws.requests(call).get(0).body();
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }
}
