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
import java.util.concurrent.atomic.AtomicInteger;
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
                    ? Uni.createFrom()
                            .emitter(emitter -> gathering(context, keys.size()).add(new Reader<>(keys, emitter)))
                    : alone(keys);
        });
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
    private record Reader<T>(Set<String> keys, UniEmitter<? super Map<String, T>> emitter) {

        /** Gives what has been found if that is all, and says whether it is. */
        boolean giveAll(Map<String, T> found) {
            boolean isAll = found.keySet().containsAll(keys);
            if (isAll) {
                give(found);
            }
            return isAll;
        }

        void give(Map<String, T> found) {
            Map<String, T> own = new HashMap<>();
            for (String key : keys) {
                T value = found.get(key);
                if (value != null) {
                    own.put(key, value);
                }
            }
            emitter.complete(own);
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
            keys.addAll(reader.keys);
            readers.add(reader);
            waiting.incrementAndGet();
            reader.emitter.onTermination(this::left);
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
                    reader.emitter.fail(failure);
                } else {
                    alone(reader.keys).subscribe().with(reader::give, reader.emitter::fail);
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
