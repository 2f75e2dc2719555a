package io.headgate.app;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.graalvm.nativeimage.ImageInfo;

/**
 * The heap of the native executable while there is little to do. A young generation that is large enough for load would fill with
 * garbage over minutes before it is collected, and stay resident; so garbage is collected sooner where nothing else is done.
 */
final class IdleHeap {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    /** In bytes, of what may be garbage. */
    private static final long MOST_GARBAGE = 10L << 20;

    /** In bytes between two looks: whoever makes more is not idle. */
    private static final long MOST_WHEN_IDLE = 2L << 20;

    private long least;
    private long last;

    /** Collects what the start has left, and looks from now on. Does nothing on a JVM, whose heap is set as it is started. */
    static void watch(Vertx vertx) {
        if (ImageInfo.inImageRuntimeCode()) {
            IdleHeap heap = new IdleHeap();
            System.gc();
            heap.collected(used());
            vertx.setPeriodic(
                    BETWEEN_LOOKS.toMillis(),
                    look -> vertx.executeBlocking(() -> {
                        if (heap.isDue(used())) {
                            System.gc();
                            heap.collected(used());
                        }
                        return null;
                    }));
        }
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Whether to collect garbage, where so many bytes are used now. */
    synchronized boolean isDue(long used) {
        long more = used - last;
        last = used;
        least = Math.min(least, used);
        return used - least > MOST_GARBAGE && Math.abs(more) < MOST_WHEN_IDLE;
    }

    synchronized void collected(long used) {
        last = used;
        least = used;
    }
}
