package io.headgate.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a {@link RecoveryTarget} promises besides, whose databases have point-in-time recovery, as the source has it. */
public abstract class PointInTimeRecoveryContract extends RecoveryTargetContract {

    protected abstract Instant now();

    @Test
    void theSourceHasAWindow() {
        RestoreWindow window = window();

        assertThat(window.pointInTimeRecovery()).isTrue();
        assertThat(window.earliest()).isBeforeOrEqualTo(window.latest());
    }

    @Test
    void noDatabaseHasNoTime() {
        Change restore = new Change.RestoreToPointInTime(nothing(), restored(), null, NO_TAGS, false);

        assertThat(refusal(restore).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(look("nothing", restore, null)).isEqualTo(new Progress.Absent());
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

    private RestoreWindow window() {
        Map<String, RestoreWindow> windows = get(target().restoreWindows(Set.of(source().name())));
        return Objects.requireNonNull(windows.get(source().name()));
    }

    private @Nullable Instant latest() {
        return window().latest();
    }

    /** The next second, when it has begun: before it is all that was done. */
    private Instant nextSecond() {
        Instant next = now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        return until("second " + next, this::now, now -> now.isAfter(next)).truncatedTo(ChronoUnit.SECONDS);
    }
}
