package io.headgate.localcloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LocalClockTest {

    private final LocalClock clock = new LocalClock(LocalClock.newState());

    @Test
    void tellsTheMachinesTimeUntilMoved() {
        Instant before = Instant.now();

        Instant now = clock.now();

        assertThat(now).isBetween(before, Instant.now());
    }

    @Test
    void movesForward() {
        clock.advance(Duration.ofDays(3));
        clock.advance(Duration.ofHours(1));

        Instant now = clock.now();

        assertThat(Duration.between(Instant.now(), now)).isBetween(Duration.ofHours(72), Duration.ofHours(73));
    }

    @Test
    void neverGoesBack() {
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void findsTheMachinesTimeOfAnyTime() {
        Instant first = Instant.now();
        clock.advance(Duration.ofDays(1));
        Instant second = clock.now();

        assertThat(clock.machineTime(first)).isEqualTo(first);
        assertThat(clock.machineTime(second)).isEqualTo(second.minus(Duration.ofDays(1)));
    }

    @Test
    void aSkippedTimeWasAtTheSkip() {
        Instant before = Instant.now();
        clock.advance(Duration.ofDays(1));
        Instant after = Instant.now();

        assertThat(clock.machineTime(before.plus(Duration.ofHours(5)))).isBetween(before, after);
    }
}
