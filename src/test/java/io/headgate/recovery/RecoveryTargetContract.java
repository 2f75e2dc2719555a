package io.headgate.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static final List<Tag> NO_TAGS = List.of();

    private final String suffix = UUID.randomUUID().toString().substring(0, 8);

    protected abstract RecoveryTarget target();

    /** A database with point-in-time recovery. */
    protected abstract DatabaseId source();

    /** Makes a database hold this text, and no other. */
    protected abstract void write(DatabaseId database, String text);

    /** The text that a database holds. */
    protected abstract String read(DatabaseId database);

    /** Deletes a database where it is. */
    protected abstract void remove(DatabaseId database);

    protected abstract Instant now();

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
        Map<String, RestoreWindow> windows = get(target().restoreWindows(names));
        assertThat(windows).containsOnlyKeys(name);
        assertThat(windows.get(name)).satisfies(window -> {
            assertThat(window.pointInTimeRecovery()).isTrue();
            assertThat(window.earliest()).isBeforeOrEqualTo(window.latest());
        });
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
    void aTimeBringsBackWhatWasThen() {
        // Given
        write(source(), "before");
        Instant time = nextSecond();
        write(source(), "after");
        until("restorable " + time, this::latest, latest -> latest != null && !latest.isBefore(time));
        Change.RestoreToPointInTime restore =
                new Change.RestoreToPointInTime(source(), restored(), time, List.of(new Tag("for", "a test")), true);
        assertThat(look("pitr", restore, null)).isEqualTo(new Progress.Absent());

        // When
        done("pitr", restore);

        // Then
        assertThat(read(restored())).isEqualTo("before");
        assertThat(read(source())).isEqualTo("after");
        assertThat(look("pitr", restore, null)).isEqualTo(new Progress.Done(null));
        Change other = new Change.RestoreToPointInTime(source(), restored(), time.minusSeconds(1), NO_TAGS, false);
        assertThat(look("other", other, null)).extracting("code").isEqualTo(ErrorCode.ALREADY_EXISTS);

        // And has its settings again, however often they are set
        List<Reapplied> first = get(target().reapply(restore));
        List<Reapplied> again = get(target().reapply(restore));
        assertThat(first).anySatisfy(item -> assertThat(item.setting()).isEqualTo("tags"));
        assertThat(again).extracting(Reapplied::setting).containsAll(List.of("tags"));
        assertThat(get(target().tags(Set.of(restored().name()))).get(restored().name()))
                .contains(new Tag("for", "a test"));
    }

    @Test
    void theLatestTimeIsTaken() {
        // Given
        write(source(), "latest");
        Instant time = nextSecond();
        until("restorable " + time, this::latest, latest -> latest != null && !latest.isBefore(time));
        Change.RestoreToPointInTime restore =
                new Change.RestoreToPointInTime(source(), restored(), null, NO_TAGS, false);

        // When
        done("latest", restore);

        // Then
        assertThat(read(restored())).isEqualTo("latest");
        assertThat(get(target().reapply(restore))).isEmpty();
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
        Change pointInTime = new Change.RestoreToPointInTime(nothing(), restored(), null, NO_TAGS, false);
        Change create = new Change.CreateSnapshot(nothing(), "snapshot-" + suffix, NO_TAGS);

        for (Change change : List.of(restore, pointInTime, create)) {
            GatewayException refusal = refusal(change);
            assertThat(refusal.code()).as("%s: %s", change, refusal).isEqualTo(ErrorCode.NOT_FOUND);
            assertThat(look("nothing", change, null)).isEqualTo(new Progress.Absent());
        }
        assertThat(look("nothing", new Change.DeleteSnapshot(noSnapshot()), null))
                .isEqualTo(new Progress.Done(null));
        assertThat(get(target().snapshots(nothing().name()))).isEmpty();
    }

    @Test
    void aRestoreIsOutlined() {
        Change.Restore restore = new Change.RestoreToPointInTime(source(), restored(), null, NO_TAGS, false);

        RestoreOutline outline = get(target().outline(restore));

        assertThat(outline.willCreate())
                .isNotEmpty()
                .first()
                .asString()
                .contains(restored().name());
        assertThat(outline.notRestored()).isNotEmpty().doesNotHaveDuplicates();
        assertThat(outline.problems()).isEmpty();
    }

    private @Nullable String done(String operation, Change change) {
        String id = operation + "-" + suffix;
        String key = get(target().begin(id, change));
        Progress progress = until(
                operation,
                () -> look(operation, change, key),
                seen -> !(seen instanceof Progress.Running || seen instanceof Progress.Absent));
        assertThat(progress).isInstanceOf(Progress.Done.class);
        return ((Progress.Done) progress).key();
    }

    private Progress look(String operation, Change change, @Nullable String key) {
        return get(target().look(operation + "-" + suffix, change, key));
    }

    private DatabaseId restored() {
        return new DatabaseId(target().kind(), "restored-" + suffix);
    }

    private DatabaseId nothing() {
        return new DatabaseId(target().kind(), "nothing-" + suffix);
    }

    /** RDS refuses while the source is busy with what came before. */
    private GatewayException refusal(Change change) {
        return until(
                "a refusal of " + change,
                () -> Failure.of(target().begin("again-" + suffix, change)),
                failure -> failure.code() != ErrorCode.FAILED_PRECONDITION);
    }

    private @Nullable Instant latest() {
        Map<String, RestoreWindow> windows = get(target().restoreWindows(Set.of(source().name())));
        return Objects.requireNonNull(windows.get(source().name())).latest();
    }

    /** The next second, when it has begun: before it is all that was done. */
    private Instant nextSecond() {
        Instant next = now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        return until("second " + next, this::now, now -> now.isAfter(next)).truncatedTo(ChronoUnit.SECONDS);
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
