package io.headgate.recovery.elasticache;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.RedisSocket;
import io.headgate.recovery.Change;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.Failure;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.FleetChange.RebootDatabase;
import io.headgate.recovery.Progress;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.RecoveryTarget;
import io.headgate.recovery.RecoveryTargetContract;
import io.headgate.recovery.RestoreOutline;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.ReplicationGroup;

/** The contract on real Redis servers behind the local cloud's ElastiCache, and what caches alone do. */
class LocalElastiCacheRecoveryTest extends RecoveryTargetContract {

    private static final DatabaseId SOURCE = DatabaseId.parse("cache:contract");
    private static final DatabaseId SINGLE = DatabaseId.parse("cache:contract-single");
    private static final DatabaseId MEMCACHED = DatabaseId.parse("cache:contract-memcached");
    private static final String SUFFIX = UUID.randomUUID().toString().substring(0, 8);
    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final ElastiCacheAsyncClient CLIENT = CLOUD.rds().elastiCache();
    private static final RecoveryTarget TARGET = new ElastiCacheRecoveryTarget(CLIENT, ElastiCacheTimes.ample());

    @BeforeAll
    static void create() {
        CLIENT.createReplicationGroup(request -> request.replicationGroupId(SOURCE.name())
                        .replicationGroupDescription("of the contract")
                        .engine("valkey")
                        .cacheNodeType("cache.t4g.small")
                        .numCacheClusters(3)
                        .automaticFailoverEnabled(true)
                        .multiAZEnabled(true)
                        .securityGroupIds("sg-1", "sg-2")
                        .tags(software.amazon.awssdk.services.elasticache.model.Tag.builder()
                                .key("team")
                                .value("shop")
                                .build()))
                .join();
        CLIENT.createCacheCluster(request -> request.cacheClusterId(SINGLE.name())
                        .engine("redis")
                        .numCacheNodes(1)
                        .cacheNodeType("cache.t4g.micro"))
                .join();
        CLIENT.createCacheCluster(request -> request.cacheClusterId(MEMCACHED.name())
                        .engine("memcached")
                        .numCacheNodes(2)
                        .cacheNodeType("cache.t4g.micro"))
                .join();
        for (DatabaseId each : List.of(SOURCE, SINGLE, MEMCACHED)) {
            awaitAvailable(each);
        }
    }

    @AfterAll
    static void close() {
        for (DatabaseId each : List.of(SOURCE, SINGLE, MEMCACHED)) {
            delete(each);
        }
        CLIENT.close();
    }

    @AfterEach
    void removeRestored() {
        delete(restoredInto());
    }

    @Override
    protected RecoveryTarget target() {
        return TARGET;
    }

    @Override
    protected DatabaseId source() {
        awaitAvailable(SOURCE);
        return SOURCE;
    }

    @Override
    protected void write(DatabaseId database, String text) {
        assertThat(command(database, "SET contract " + text)).isEqualTo("+OK");
    }

    @Override
    protected String read(DatabaseId database) {
        return command(database, "GET contract");
    }

    @Override
    protected void remove(DatabaseId database) {
        delete(database);
    }

    @Override
    protected SnapshotId noSnapshot() {
        return SnapshotId.parse("snapshot:cache:never-made");
    }

    @Test
    void allKindsOfCachesAreDescribed() {
        // Given
        Set<String> names = Set.of("my-redis", SOURCE.name(), SINGLE.name(), MEMCACHED.name(), "contract-001", "none");

        // When
        Map<String, Database> few = get(TARGET.findDatabases(Set.of(SOURCE.name(), SINGLE.name(), "contract-001")));
        Map<String, Database> found = get(TARGET.findDatabases(names));
        List<Database> all = get(TARGET.databases());

        // Then
        assertThat(few).containsOnlyKeys(SOURCE.name(), SINGLE.name());
        assertThat(found).containsOnlyKeys("my-redis", SOURCE.name(), SINGLE.name(), MEMCACHED.name());
        assertThat(found).containsAllEntriesOf(few);
        assertThat(all).containsAll(found.values());
        assertThat(found.get(SOURCE.name())).satisfies(group -> {
            assertThat(group.engine()).isEqualTo("valkey");
            assertThat(group.engineVersion()).matches("\\d+\\..+");
            assertThat(group.multiAz()).isTrue();
            assertThat(group.arn()).isEqualTo("arn:aws:elasticache:eu-west-1:000000000000:replicationgroup:contract");
        });
        assertThat(found.get(SINGLE.name())).satisfies(single -> {
            assertThat(single.engine()).isEqualTo("redis");
            assertThat(single.multiAz()).isFalse();
        });
        assertThat(found.get(MEMCACHED.name())).satisfies(memcached -> {
            assertThat(memcached.engine()).isEqualTo("memcached");
            assertThat(memcached.multiAz()).isNull();
        });
        assertThat(endpoint(DatabaseId.parse("cache:my-redis")))
                .isEqualTo("127.0.0.1:" + CLOUD.redis().port());
        assertThat(get(TARGET.tags(Set.of(SOURCE.name()))))
                .containsEntry(SOURCE.name(), List.of(new Tag("team", "shop")));
    }

    @Test
    void aSingleNodeIsRestoredIntoAGroup() {
        // Given
        write(SINGLE, "of-one-node");
        SnapshotId snapshot = made(new Change.CreateSnapshot(SINGLE, "single-" + SUFFIX, List.of()));

        // When
        done(new Change.RestoreSnapshot(snapshot, restoredInto(), List.of(), true));

        // Then
        assertThat(read(restoredInto())).isEqualTo("of-one-node");
        assertThat(group(restoredInto())).isNotNull();
        done(new Change.DeleteSnapshot(snapshot));
    }

    @Test
    void aRestoreThatReappliesHasReplicasAndSettingsOfItsSource() {
        // Given
        write(source(), "replicated");
        SnapshotId snapshot = made(new Change.CreateSnapshot(SOURCE, "reapplied-" + SUFFIX, List.of()));
        Change.Restore restore =
                new Change.RestoreSnapshot(snapshot, restoredInto(), List.of(new Tag("for", "a test")), true);
        RestoreOutline outline = get(TARGET.outline(restore));
        assertThat(outline.willCreate()).singleElement().asString().contains("1 shard with 2 replicas each");
        assertThat(outline.problems()).isEmpty();

        // When
        done(restore);

        // Then
        List<Reapplied> report = get(TARGET.reapply(restore));
        assertThat(report).filteredOn(each -> !each.applied()).hasSize(2);
        assertThat(report)
                .filteredOn(Reapplied::applied)
                .extracting(Reapplied::setting)
                .contains("tags", "security groups", "replicas", "automatic failover", "Multi-AZ", "backup retention");
        assertThat(get(TARGET.tags(Set.of(restoredInto().name())))
                        .get(restoredInto().name()))
                .contains(new Tag("for", "a test"), new Tag("team", "shop"));
        assertThat(report).contains(new Reapplied("security groups", true, "as the source has it: [sg-1, sg-2]"));
        // And its replicas have the data
        failOver(restoredInto(), null);
        assertThat(read(restoredInto())).isEqualTo("replicated");
        done(new Change.DeleteSnapshot(snapshot));
    }

    @Test
    void aReplicaTakesOverAtTheSameEndpoint() {
        // Given
        write(source(), "before-failover");
        String primary = primary(SOURCE);
        String endpoint = endpoint(SOURCE);

        // When
        failOver(SOURCE, "0001");

        // Then
        assertThat(primary(SOURCE)).isNotEqualTo(primary);
        assertThat(endpoint(SOURCE)).isEqualTo(endpoint);
        assertThat(read(SOURCE)).isEqualTo("before-failover");
        write(SOURCE, "after-failover");
        assertThat(read(SOURCE)).isEqualTo("after-failover");
    }

    @Test
    void aFailoverWhoseAnswerWasLostIsFound() {
        // Given
        FailoverDatabase failover = new FailoverDatabase(source(), null);
        String operation = operation();
        assertThat(look(operation, failover, null)).isEqualTo(new Progress.Absent());
        get(TARGET.begin(operation, failover));

        // When
        Progress progress = until(
                "failed over", () -> look(operation, failover, null), seen -> !(seen instanceof Progress.Running));

        // Then
        assertThat(progress).isEqualTo(new Progress.Done(null));
    }

    @Test
    void whereFailoverIsNotAutomaticTheNewPrimaryIsNamed() {
        // Given
        CLIENT.createReplicationGroup(
                        request -> request.replicationGroupId(restoredInto().name())
                                .replicationGroupDescription("without automatic failover")
                                .cacheNodeType("cache.t4g.micro")
                                .numCacheClusters(2))
                .join();
        awaitAvailable(restoredInto());
        String to = restoredInto().name() + "-002";
        assertThat(refused(new FailoverDatabase(restoredInto(), null)).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);

        // When
        failOver(restoredInto(), to);

        // Then
        assertThat(primary(restoredInto())).isEqualTo(to);
        assertThat(refused(new FailoverDatabase(restoredInto(), to)).code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    }

    @Test
    void aDeletedCacheLeavesItsLastSnapshot() {
        // Given
        CLIENT.createReplicationGroup(
                        request -> request.replicationGroupId(restoredInto().name())
                                .replicationGroupDescription("to be deleted")
                                .cacheNodeType("cache.t4g.micro"))
                .join();
        awaitAvailable(restoredInto());
        write(restoredInto(), "last-words");
        DeleteDatabase delete = new DeleteDatabase(restoredInto(), false, "last-of-" + SUFFIX, false);
        assertThat(get(TARGET.check(delete))).isEqualTo(restoredInto());

        // When
        done(delete);

        // Then
        SnapshotId snapshot = SnapshotId.parse("snapshot:cache:last-of-" + SUFFIX);
        assertThat(get(TARGET.findSnapshots(Set.of(snapshot.key())))).containsOnlyKeys(snapshot.key());
        assertThat(get(TARGET.snapshots(restoredInto().name()))).hasSize(1);
        done(new Change.RestoreSnapshot(snapshot, restoredInto(), List.of(), true));
        assertThat(read(restoredInto())).isEqualTo("last-words");
        done(new Change.DeleteSnapshot(snapshot));
    }

    @Test
    void whatMemcachedCantDoIsSaid() {
        // Given
        Database memcached = database(MEMCACHED);

        // Then
        for (Change change : List.of(
                new Change.CreateSnapshot(MEMCACHED, "none", List.of()), new Change.SetBackupPolicy(MEMCACHED, 7))) {
            assertThat(TARGET.problems(change, memcached))
                    .singleElement()
                    .asString()
                    .contains("Memcached", "memory alone");
        }
        assertThat(refused(new FailoverDatabase(MEMCACHED, null)).getMessage()).contains("Memcached");
        assertThat(refused(new DeleteDatabase(MEMCACHED, false, null, false)).getMessage())
                .contains("skipFinalSnapshot: true");
        assertThat(get(TARGET.check(new DeleteDatabase(MEMCACHED, true, null, false))))
                .isEqualTo(MEMCACHED);
        assertThat(Failure.of(TARGET.begin(operation(), new Change.CreateSnapshot(MEMCACHED, "none", List.of())))
                        .awsErrorCode())
                .isEqualTo("SnapshotFeatureNotSupportedFault");
    }

    @Test
    void whatCantBeDoneIsRefused() {
        assertThat(refused(new FailoverDatabase(SINGLE, null)).getMessage()).contains("single node");
        assertThat(refused(new FailoverDatabase(source(), "0002")).getMessage()).contains("[0001]");
        assertThat(refused(new FailoverDatabase(DatabaseId.parse("cache:none"), null))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refused(new RebootDatabase(SOURCE)).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    private static SnapshotId made(Change.CreateSnapshot create) {
        return new SnapshotId(create.kind(), String.valueOf(done(create)));
    }

    private static @Nullable String done(Change change) {
        String operation = operation();
        String key = get(TARGET.begin(operation, change));
        Progress progress = until(
                change.toString(),
                () -> look(operation, change, key),
                seen -> !(seen instanceof Progress.Running || seen instanceof Progress.Absent));
        assertThat(progress).isInstanceOf(Progress.Done.class);
        return ((Progress.Done) progress).key();
    }

    private static void failOver(DatabaseId database, @Nullable String to) {
        FailoverDatabase failover = new FailoverDatabase(database, to);
        assertThat(get(TARGET.check(failover))).isEqualTo(database);
        done(failover);
    }

    private static Progress look(String operation, Change change, @Nullable String key) {
        return get(TARGET.look(operation, change, key));
    }

    /** Why the fleet's change is not begun. */
    private static GatewayException refused(FleetChange change) {
        return Failure.of(TARGET.check(change));
    }

    private static String operation() {
        return "operation:%011x%016x".formatted(System.currentTimeMillis(), System.nanoTime());
    }

    private static DatabaseId restoredInto() {
        return DatabaseId.parse("cache:into-" + SUFFIX);
    }

    private static ReplicationGroup group(DatabaseId database) {
        return CLIENT.describeReplicationGroups(request -> request.replicationGroupId(database.name()))
                .join()
                .replicationGroups()
                .get(0);
    }

    private static String primary(DatabaseId database) {
        return group(database).nodeGroups().get(0).nodeGroupMembers().stream()
                .filter(member -> member.currentRole().equals("primary"))
                .findFirst()
                .orElseThrow()
                .cacheClusterId();
    }

    private static Database database(DatabaseId id) {
        return Objects.requireNonNull(
                get(TARGET.findDatabases(Set.of(id.name()))).get(id.name()));
    }

    private static String endpoint(DatabaseId database) {
        return String.valueOf(database(database).endpoint());
    }

    private static Optional<String> status(DatabaseId database) {
        return Optional.ofNullable(
                        get(TARGET.findDatabases(Set.of(database.name()))).get(database.name()))
                .map(Database::status);
    }

    private static void awaitAvailable(DatabaseId database) {
        until(database + " is available", () -> status(database).orElse("none"), "available"::equals);
    }

    private static void delete(DatabaseId database) {
        if (status(database).isPresent()) {
            awaitAvailable(database);
            done(new DeleteDatabase(database, true, null, false));
        }
    }

    private static String command(DatabaseId database, String command) {
        return RedisSocket.ask(endpoint(database), command);
    }
}
