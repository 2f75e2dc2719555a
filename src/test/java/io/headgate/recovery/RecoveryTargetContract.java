package io.headgate.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link RecoveryTarget} promises, on the local cloud, which really restores. */
public abstract class RecoveryTargetContract {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    static final List<Tag> NO_TAGS = List.of();

    private final String suffix = UUID.randomUUID().toString().substring(0, 8);

    protected abstract RecoveryTarget target();

    /** A database that can be backed up. */
    protected abstract DatabaseId source();

    /** Makes a database hold this text, and no other. */
    protected abstract void write(DatabaseId database, String text);

    /** The text that a database holds. */
    protected abstract String read(DatabaseId database);

    /** Deletes a database where it is. */
    protected abstract void remove(DatabaseId database);

    /** The id of a snapshot that never was. */
    protected abstract SnapshotId noSnapshot();

    @AfterEach
    void clean() {
        remove(restored());
    }

    @Test
    void theSourceIsDescribed() {
        String name = source().name();

        List<Database> databases = get(target().databases());

        assertThat(databases).extracting(Database::id).contains(source()).doesNotHaveDuplicates();
        assertThat(databases).extracting(each -> each.id().name()).isSorted();
        Set<String> names = Set.of(name, nothing().name(), "?");
        assertThat(get(target().findDatabases(names))).containsOnlyKeys(name);
        assertThat(get(target().tags(names))).containsOnlyKeys(name);
        assertThat(get(target().restoreWindows(names))).containsOnlyKeys(name);
    }

    @Test
    void aSnapshotBringsBackWhatItHolds() {
        // Given
        write(source(), "before");
        Change.CreateSnapshot create = new Change.CreateSnapshot(source(), "snapshot-" + suffix, NO_TAGS);
        SnapshotId snapshot = new SnapshotId(target().kind(), String.valueOf(done("create", create)));
        write(source(), "after");
        Change.RestoreSnapshot restore = new Change.RestoreSnapshot(snapshot, restored(), NO_TAGS, false);

        // When
        done("restore", restore);

        // Then
        assertThat(read(restored())).isEqualTo("before");
        assertThat(read(source())).isEqualTo("after");
        assertThat(get(target().findSnapshots(
                                Set.of(snapshot.key(), noSnapshot().key()))))
                .containsOnlyKeys(snapshot.key())
                .allSatisfy((key, found) -> {
                    assertThat(found.id()).isEqualTo(snapshot);
                    assertThat(found.name()).isEqualTo(create.name());
                    assertThat(found.source()).isEqualTo(source());
                    assertThat(found.automated()).isFalse();
                });
        assertThat(get(target().snapshots(source().name())))
                .extracting(Snapshot::id)
                .contains(snapshot);
        assertThat(get(target().snapshots(null))).extracting(Snapshot::id).contains(snapshot);
        assertThat(refusal(restore).code()).isEqualTo(ErrorCode.ALREADY_EXISTS);

        // And deleted
        Change.DeleteSnapshot delete = new Change.DeleteSnapshot(snapshot);
        assertThat(look("delete", delete, null)).isEqualTo(new Progress.Absent());
        done("delete", delete);
        assertThat(get(target().findSnapshots(Set.of(snapshot.key())))).isEmpty();
        assertThat(refusal(delete).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(read(restored())).isEqualTo("before");
    }

    @Test
    void theBackupPolicyIsSet() {
        // Given
        Change.SetBackupPolicy policy = new Change.SetBackupPolicy(source(), 21);

        // When
        done("policy", policy);

        // Then
        assertThat(get(target().restoreWindows(Set.of(source().name()))).get(source().name()))
                .extracting(RestoreWindow::retentionDays)
                .isEqualTo(21);
    }

    @Test
    void whatIsNotThereIsRefusedAndAbsent() {
        Change restore = new Change.RestoreSnapshot(noSnapshot(), restored(), NO_TAGS, false);
        Change create = new Change.CreateSnapshot(nothing(), "snapshot-" + suffix, NO_TAGS);

        for (Change change : List.of(restore, create)) {
            GatewayException refusal = refusal(change);
            assertThat(refusal.code()).as("%s: %s", change, refusal).isEqualTo(ErrorCode.NOT_FOUND);
            assertThat(look("nothing", change, null)).isEqualTo(new Progress.Absent());
        }
        assertThat(look("nothing", new Change.DeleteSnapshot(noSnapshot()), null))
                .isEqualTo(new Progress.Done(null));
        assertThat(get(target().snapshots(nothing().name()))).isEmpty();
    }

    @Nullable
    String done(String operation, Change change) {
        String id = operation + "-" + suffix;
        String key = get(target().begin(id, change));
        Progress progress = until(
                operation,
                () -> look(operation, change, key),
                seen -> !(seen instanceof Progress.Running || seen instanceof Progress.Absent));
        assertThat(progress).isInstanceOf(Progress.Done.class);
        return ((Progress.Done) progress).key();
    }

    Progress look(String operation, Change change, @Nullable String key) {
        return get(target().look(operation + "-" + suffix, change, key));
    }

    DatabaseId restored() {
        return new DatabaseId(target().kind(), "restored-" + suffix);
    }

    DatabaseId nothing() {
        return new DatabaseId(target().kind(), "nothing-" + suffix);
    }

    /** RDS refuses while the source is busy with what came before. */
    GatewayException refusal(Change change) {
        return until(
                "a refusal of " + change,
                () -> Failure.of(target().begin("again-" + suffix, change)),
                failure -> failure.code() != ErrorCode.FAILED_PRECONDITION);
    }

    /** Polls until something is so. */
    protected static <T> T until(String what, Supplier<T> look, Predicate<T> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            T seen = look.get();
            if (condition.test(seen)) {
                return seen;
            }
            assertThat(System.nanoTime()).as("%s: %s", what, seen).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    protected static <T> T get(Uni<T> uni) {
        return uni.await().atMost(LIMIT);
    }
}
