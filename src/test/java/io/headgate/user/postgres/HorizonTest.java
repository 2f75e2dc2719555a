package io.headgate.user.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Where a reader must be to be used, by what is known of the primary and of this process' changes. */
class HorizonTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND);
    private final Horizon horizon = new Horizon(Duration.ofSeconds(5), now::get);

    @Test
    void nothingIsRecentBeforeThePrimaryWasSeen() {
        assertThat(horizon.isRecent(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void lagIsTheTimeSinceThePrimaryWasKnownToBeNoFurther() {
        sampleAt(100);
        pass(2);
        sampleAt(200);
        pass(1);

        assertThat(horizon.lag(200)).hasValue(SECOND);
        assertThat(horizon.lag(199)).hasValue(3 * SECOND);
        assertThat(horizon.lag(99)).isEmpty();
    }

    @Test
    void readerThatHasAllOfAPrimaryAtRestDoesNotLag() {
        for (int i = 0; i < 20; i++) {
            pass(1);
            sampleAt(100);
        }

        assertThat(horizon.lag(100)).hasValue(0);
    }

    @Test
    void lagGrowsOnlyWhileThePrimaryAnswers() {
        sampleAt(100);
        pass(3);
        sampleAt(200);
        horizon.primaryAway();
        pass(60);

        assertThat(horizon.isRecent(100)).isTrue();
        assertThat(horizon.isRecent(99)).isFalse();
    }

    @Test
    void changesMoveThePlaceThatIsNeeded() {
        horizon.changed(120L);
        horizon.changed(110L);

        assertThat(horizon.needed(false)).hasValue(120);
    }

    @Test
    void changeWithoutAPlaceHasOneOnceThePrimaryWasAskedLater() {
        long asked = now.get();
        pass(1);
        horizon.changed(null);
        horizon.sampled(asked, 100);
        assertThat(horizon.needed(true)).isEmpty();

        pass(1);
        sampleAt(130);

        assertThat(horizon.needed(true)).hasValue(130);
    }

    @Test
    void doubtCountsUntilThePrimaryWasAskedLaterUnlessNobodyCanTell() {
        horizon.changed(100L);
        horizon.doubted();

        assertThat(horizon.needed(false)).isEmpty();
        assertThat(horizon.needed(true)).hasValue(100);
        pass(1);
        sampleAt(140);
        assertThat(horizon.needed(false)).hasValue(140);
    }

    @Test
    void primaryThatHasLostChangesIsTheMeasureFromThenOn() {
        sampleAt(200);
        horizon.changed(210L);
        sampleAt(150);

        assertThat(horizon.needed(false)).hasValue(150);
        assertThat(horizon.isRecent(149)).isFalse();
        assertThat(horizon.isRecent(150)).isTrue();
    }

    private void sampleAt(long place) {
        horizon.sampled(now.get(), place);
    }

    private void pass(long seconds) {
        now.addAndGet(seconds * SECOND);
    }
}
