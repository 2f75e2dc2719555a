package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleHeapTest {

    private static final long MB = 1 << 20;

    private final IdleHeap heap = new IdleHeap();

    private boolean isDue(long... megabytes) {
        boolean due = false;
        for (long used : megabytes) {
            due = heap.isDue(used * MB);
        }
        return due;
    }

    @Test
    void isCollectedOnceGarbageHasSlowlyBecomeMuch() {
        heap.collected(20 * MB);

        assertThat(isDue(20, 21, 22, 23, 24, 25, 26, 27, 28, 29)).isFalse();
        assertThat(isDue(30, 31)).isTrue();
    }

    @Test
    void isLeftAloneUnderLoad() {
        assertThat(isDue(20, 30, 40, 25, 45, 60, 22, 50)).isFalse();
    }

    @Test
    void isCollectedWhenTheLoadHasEnded() {
        assertThat(isDue(20, 30, 60, 61)).isTrue();
    }

    @Test
    void isLeftAloneAfterACollection() {
        isDue(20, 60, 61);
        heap.collected(24 * MB);

        assertThat(isDue(24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34)).isFalse();
        assertThat(isDue(35)).isTrue();
    }
}
