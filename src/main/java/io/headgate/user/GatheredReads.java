package io.headgate.user;

import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads by key, of which those that are asked for on one event loop at the same moment are one read. It begins after the
 * last of them was asked for, so that nobody is given what is older than without it; who asked for what it brings first does not
 * wait for the rest. Elsewhere than on an event loop each is a read of its own.
 *
 * @param <T> what a key names
 */
final class GatheredReads<T> {

    /** What DynamoDB gives at once; also bounds how many wait for one. */
    private static final int MOST_KEYS = 100;

    private final Function<Set<String>, Multi<Map<String, T>>> read;

    /** What has not begun yet, by event loop. */
    private final Map<Thread, Gathering> open = new ConcurrentHashMap<>();

    /** @param read gives what some keys name, in parts; a key that names nothing is in none */
    GatheredReads(Function<Set<String>, Multi<Map<String, T>>> read) {
        this.read = read;
    }

    /** What these keys name; a key that names nothing is absent. Cancelling it ends a read that nobody else waits for. */
    Uni<Map<String, T>> find(Set<String> keys) {
        return Uni.createFrom().deferred(() -> {
            Context context = Vertx.currentContext();
            return context != null && Context.isOnEventLoopThread() && keys.size() < MOST_KEYS
                    ? Uni.createFrom().emitter(emitter -> {
                        Gathering gathering = gathering(context, keys.size());
                        gathering.add(new Several<>(keys, emitter));
                        emitter.onTermination(gathering::left);
                    })
                    : alone(keys);
        });
    }

    /**
     * The same of one key: tells {@code outcome} once what it names, {@code null} where it is nothing, or the failure. What is
     * given ends a read that nobody else waits for.
     */
    Cancellable find(String key, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> outcome) {
        Context context = Vertx.currentContext();
        if (context == null || !Context.isOnEventLoopThread()) {
            return alone(Set.of(key))
                    .subscribe()
                    .with(found -> outcome.accept(found.get(key), null), failure -> outcome.accept(null, failure));
        }
        Gathering gathering = gathering(context, 1);
        Single<T> reader = new Single<>(key, outcome, gathering::left);
        gathering.add(reader);
        return reader;
    }

    private Uni<Map<String, T>> alone(Set<String> keys) {
        return read.apply(keys).collect().in(HashMap::new, Map::putAll);
    }

    private Gathering gathering(Context context, int more) {
        Gathering current = open.get(Thread.currentThread());
        if (current == null || current.keys.size() + more > MOST_KEYS) {
            Gathering begun = new Gathering();
            open.put(Thread.currentThread(), begun);
            context.runOnContext(ignored -> begun.close());
            return begun;
        }
        return current;
    }

    /** Who waits for what. */
    private interface Reader<T> {

        Set<String> keys();

        /** Gives what its keys name, of what has been found. */
        void give(Map<String, T> found);

        void fail(Throwable failure);

        /** Gives what has been found if that is all, and says whether it is. */
        default boolean giveAll(Map<String, T> found) {
            boolean isAll = found.keySet().containsAll(keys());
            if (isAll) {
                give(found);
            }
            return isAll;
        }
    }

    private record Several<T>(Set<String> keys, UniEmitter<? super Map<String, T>> emitter) implements Reader<T> {

        @Override
        public void give(Map<String, T> found) {
            Map<String, T> own = new HashMap<>();
            for (String key : keys) {
                T value = found.get(key);
                if (value != null) {
                    own.put(key, value);
                }
            }
            emitter.complete(own);
        }

        @Override
        public void fail(Throwable failure) {
            emitter.fail(failure);
        }
    }

    private static final class Single<T> implements Reader<T>, Cancellable {

        private final String key;
        private final BiConsumer<? super @Nullable T, ? super @Nullable Throwable> outcome;
        private final Runnable left;
        private final AtomicBoolean isOver = new AtomicBoolean();

        Single(String key, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> outcome, Runnable left) {
            this.key = key;
            this.outcome = outcome;
            this.left = left;
        }

        @Override
        public Set<String> keys() {
            return Set.of(key);
        }

        @Override
        public boolean giveAll(Map<String, T> found) {
            T value = found.get(key);
            if (value != null) {
                end(value, null);
            }
            return value != null;
        }

        @Override
        public void give(Map<String, T> found) {
            end(found.get(key), null);
        }

        @Override
        public void fail(Throwable failure) {
            end(null, failure);
        }

        private void end(@Nullable T value, @Nullable Throwable failure) {
            if (isOver.compareAndSet(false, true)) {
                left.run();
                outcome.accept(value, failure);
            }
        }

        @Override
        public void cancel() {
            if (isOver.compareAndSet(false, true)) {
                left.run();
            }
        }
    }

    /** One read, until it begins that of those who ask for it. Only its event loop adds to it and begins it. */
    private final class Gathering {

        private final Set<String> keys = new HashSet<>();
        private final Map<String, T> found = new HashMap<>();

        /** Who has not been answered yet. */
        private final List<Reader<T>> readers = new ArrayList<>();

        private final AtomicInteger waiting = new AtomicInteger();
        private volatile @Nullable Cancellable running;

        void add(Reader<T> reader) {
            keys.addAll(reader.keys());
            readers.add(reader);
            waiting.incrementAndGet();
        }

        void close() {
            open.remove(Thread.currentThread(), this);
            if (waiting.get() > 0) {
                running = read.apply(keys).subscribe().with(this::take, this::fail, this::finish);
                if (waiting.get() == 0) {
                    left();
                }
            }
        }

        private void take(Map<String, T> part) {
            found.putAll(part);
            readers.removeIf(reader -> reader.giveAll(found));
        }

        private void finish() {
            readers.forEach(reader -> reader.give(found));
        }

        /** What is wrong with one of the keys is no other's business. */
        private void fail(Throwable failure) {
            for (Reader<T> reader : readers) {
                if (readers.size() == 1 || GatewayException.isOutage(failure)) {
                    reader.fail(failure);
                } else {
                    alone(reader.keys()).subscribe().with(reader::give, reader::fail);
                }
            }
        }

        private void left() {
            Cancellable useless = running;
            if (waiting.decrementAndGet() <= 0 && useless != null) {
                useless.cancel();
            }
        }
    }
}
