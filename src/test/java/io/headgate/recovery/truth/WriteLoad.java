package io.headgate.recovery.truth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Writers that write all the time until they are stopped, each to rows of its own, and what became of their writes. */
final class WriteLoad {

    /** What the writers' names begin with. */
    static final String NAME = "load";

    private static final int WRITERS = 2;
    private static final int ROWS = 50;
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TruthStore<?> store;
    private final AtomicBoolean ends = new AtomicBoolean();
    private final AtomicLong longest = new AtomicLong();
    private final AtomicInteger writes = new AtomicInteger();
    private final Map<String, Long> written = new ConcurrentHashMap<>();
    private final List<CompletableFuture<@Nullable Void>> writers = new ArrayList<>();

    private WriteLoad(TruthStore<?> store) {
        this.store = store;
    }

    static WriteLoad on(TruthStore<?> store) {
        WriteLoad load = new WriteLoad(store);
        for (int number = 0; number < WRITERS; number++) {
            String name = NAME + number;
            load.writers.add(CompletableFuture.runAsync(() -> load.write(name), WriteLoad::inThread));
        }
        return load;
    }

    private void write(String writer) {
        for (long number = 1; !ends.get(); number++) {
            String key = writer + "/a/" + number % ROWS;
            long begun = System.nanoTime();
            try {
                store.write(key, number);
            } catch (Exception e) {
                throw new AssertionError("A write to " + store.database() + " failed", e);
            }
            longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
            written.put(key, number);
            writes.incrementAndGet();
            LockSupport.parkNanos(BETWEEN_WRITES.toNanos());
        }
    }

    /** Ends it; fails when a write failed, or still waits. */
    void stop() {
        ends.set(true);
        CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new))
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    Duration longestWait() {
        return Duration.ofNanos(longest.get());
    }

    /** The last number that was written to each row. */
    Map<String, Long> written() {
        return Map.copyOf(written);
    }

    @Override
    public String toString() {
        return writes + " writes to " + store.database() + ", of which the longest took "
                + longestWait().toMillis() + " ms";
    }

    private static void inThread(Runnable task) {
        Thread thread = new Thread(task, "load");
        thread.setDaemon(true);
        thread.start();
    }
}
