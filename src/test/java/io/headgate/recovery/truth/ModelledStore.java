package io.headgate.recovery.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store that several writers changed at random, and beside it the model of what it held at each second. */
final class ModelledStore<V> implements AutoCloseable {

    static final int WRITERS = 4;

    private static final int CHANGES_A_WRITER = 250;
    private static final Duration BETWEEN_CHANGES = Duration.ofMillis(60);
    private static final int RECENT_CHANGES = 10;
    private static final Duration LEAST_BEFORE_EDGE = Duration.ofMillis(80);
    private static final Duration MOST_BEFORE_EDGE = Duration.ofMillis(600);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final TruthStore<V> store;
    private final StoreModel<V> model;
    private final List<Instant> seconds;
    private final String name;
    private @Nullable WriteLoad load;

    private ModelledStore(TruthStore<V> store, StoreModel<V> model, List<Instant> seconds, long seed) {
        this.store = store;
        this.model = model;
        this.seconds = seconds;
        this.name = store.database() + " with seed " + seed;
    }

    /**
     * Changes a store from now on, and returns in the second after the last change. All writers but one have no change
     * under way when a second begins, so that there is no doubt what that holds; the last one goes on, as writers do.
     */
    static <V> ModelledStore<V> changed(TruthStore<V> store, LocalClock clock, long seed) {
        Instant start = clock.now();
        List<Share<V>> shares = new ArrayList<>();
        List<CompletableFuture<@Nullable Void>> writers = new ArrayList<>();
        for (int number = 0; number < WRITERS; number++) {
            Share<V> share = new Share<>("w" + number);
            Pace pace = new Pace(clock, start, BETWEEN_CHANGES, beforeEdge(number, share));
            Callable<@Nullable Void> changes = store.changes(share, pace, new Random(seed + number));
            shares.add(share);
            writers.add(CompletableFuture.runAsync(() -> change(changes, pace), ModelledStore::inThread));
        }
        CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new))
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        new Pace(clock, start, BETWEEN_CHANGES, () -> Duration.ZERO).awaitNextSecond();
        Instant end = clock.now();
        List<Instant> seconds = Stream.iterate(
                        start.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1),
                        second -> !second.isAfter(end),
                        second -> second.plusSeconds(1))
                .toList();
        return new ModelledStore<>(store, new StoreModel<>(shares), seconds, seed);
    }

    /** Longer than nearly every change takes, also on a machine that is busy. */
    private static Supplier<Duration> beforeEdge(int number, Share<?> share) {
        if (number == WRITERS - 1) {
            return () -> Duration.ZERO;
        }
        return () -> {
            Duration likely = share.longestOfLast(RECENT_CHANGES).multipliedBy(2);
            return Collections.min(List.of(MOST_BEFORE_EDGE, Collections.max(List.of(LEAST_BEFORE_EDGE, likely))));
        };
    }

    private static void change(Callable<@Nullable Void> changes, Pace pace) {
        for (int change = 0; change < CHANGES_A_WRITER; change++) {
            pace.awaitTurn(change);
            try {
                changes.call();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        }
    }

    private static void inThread(Runnable task) {
        Thread thread = new Thread(task, "writer");
        thread.setDaemon(true);
        thread.start();
    }

    String database() {
        return store.database();
    }

    StoreModel<V> model() {
        return model;
    }

    /** The seconds that began while it was changed, and the one after. */
    List<Instant> seconds() {
        return seconds;
    }

    /** What a restore made, and what the source held after it. */
    record Outcome<V>(
            ModelledStore<V> source, Instant second, Map<String, V> restored, Map<String, V> sourceAfterwards) {

        /** Fails unless the restored rows are those of the second, and the source's are those of now. */
        void assertTrue() {
            source.model.assertHeldAt(second, restored, "A restore of " + source.name);
            source.model.assertHeldNow(sourceAfterwards, "The source " + source.name);
        }
    }

    /** Restores a second through the gateway, reads all that is there, and deletes it. */
    Outcome<V> restore(Instant second, String target) {
        Gateway.awaitRestorable(database(), second);
        Gateway.restore(database(), target, second);
        Map<String, V> restored = store.rowsOf(target);
        store.delete(target);
        return new Outcome<>(this, second, restored, withoutLoad(store.rows()));
    }

    /** Writes to it from now on. */
    WriteLoad load() {
        load = WriteLoad.on(store);
        return load;
    }

    /** Fails unless it holds all that was ever written to it, and nothing else. */
    void assertUnharmed() {
        Map<String, V> rows = store.rows();
        model.assertHeldNow(withoutLoad(rows), "The source " + name);
        Map<String, Long> written = new HashMap<>();
        rows.forEach((key, row) -> {
            if (isLoad(key)) {
                written.put(key, store.written(row));
            }
        });
        assertThat(written)
                .as("What the load wrote to %s", name)
                .containsExactlyInAnyOrderEntriesOf(load == null ? Map.of() : load.written());
        store.assertUnharmed();
    }

    private static <V> Map<String, V> withoutLoad(Map<String, V> rows) {
        Map<String, V> without = new HashMap<>(rows);
        without.keySet().removeIf(ModelledStore::isLoad);
        return without;
    }

    private static boolean isLoad(String key) {
        return key.startsWith(WriteLoad.NAME);
    }

    @Override
    public void close() {
        store.close();
    }
}
