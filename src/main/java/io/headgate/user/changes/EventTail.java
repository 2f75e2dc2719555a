package io.headgate.user.changes;

import io.headgate.redis.SharedRedis;
import io.headgate.user.Store;
import io.headgate.user.changes.UserEventLog.Entry;
import io.headgate.user.changes.UserEventLog.Page;
import io.headgate.user.changes.UserEventLog.Place;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log as a replica knows it: where it is, and the newest entries as far as they fit. One connection waits for
 * what comes, whoever listens. Safe for use by many threads.
 */
final class EventTail {

    /** How long Redis is waited for at once; a log that began anew is noticed after that. */
    private static final Duration WAIT = Duration.ofMillis(500);

    private static final int AT_ONCE = 256;
    private static final int MAX_ENTRIES = 2_000;
    private static final int MAX_BYTES = 4_000_000;

    private final Context context;
    private final UserEventLog log;
    private final SharedRedis waiting;

    private final Object lock = new Object();
    private final Deque<Entry> newest = new ArrayDeque<>();
    private final Set<UniEmitter<? super Void>> waiters = new HashSet<>();
    private int bytes;
    private Set<Store> begun = Set.of();
    private @Nullable Place end;
    private volatile boolean closed;

    /** @param waiting a connection for this alone, whose commands may take longer than {@link #WAIT} */
    EventTail(Vertx vertx, UserEventLog log, SharedRedis waiting) {
        this.context = vertx.getOrCreateContext();
        this.log = log;
        this.waiting = waiting;
    }

    /** Goes to Redis. Returns at once. */
    void start() {
        context.runOnContext(ignored -> enter());
    }

    void stop() {
        closed = true;
        leave();
    }

    /** Where the log ends; {@code null} while that is not known, or not all of these stores have begun. */
    @Nullable
    Place end(Set<Store> stores) {
        synchronized (lock) {
            return begun.containsAll(stores) ? end : null;
        }
    }

    /** What follows a place, as far as it is kept here: nothing at the end, {@code null} where only the log knows. */
    @Nullable
    List<Entry> after(Place place) {
        synchronized (lock) {
            Place now = end;
            if (now == null || !now.epoch().equals(place.epoch())) {
                return null;
            }
            if (now.number() == place.number()) {
                return List.of();
            }
            if (place.number() > now.number()
                    || newest.isEmpty()
                    || newest.getFirst().place().number() > place.number() + 1) {
                return null;
            }
            List<Entry> following = new ArrayList<>();
            for (Entry entry : newest) {
                if (entry.place().number() > place.number() && following.size() < AT_ONCE) {
                    following.add(entry);
                }
            }
            return following;
        }
    }

    /** Completes when the {@linkplain #end end} is another than this one. */
    Uni<Void> changed(Set<Store> stores, @Nullable Place from) {
        return Uni.createFrom().emitter(emitter -> {
            synchronized (lock) {
                if (Objects.equals(from, end(stores)) && !closed) {
                    waiters.add(emitter);
                    emitter.onTermination(() -> {
                        synchronized (lock) {
                            waiters.remove(emitter);
                        }
                    });
                    return;
                }
            }
            emitter.complete(null);
        });
    }

    private void enter() {
        if (closed) {
            return;
        }
        log.read(new Place("", 0), 0)
                .subscribe()
                .with(
                        page -> {
                            if (page.isPresent()) {
                                move(page.get().end(), page.get().begun(), List.of());
                                await(page.get().end());
                            } else {
                                later();
                            }
                        },
                        away -> later());
    }

    private void await(Place at) {
        if (closed) {
            return;
        }
        waiting.awaitEntry(log.stream(), at.number() + "-0", WAIT)
                .chain(() -> log.read(at, AT_ONCE))
                .subscribe()
                .with(page -> take(at, page), away -> {
                    leave();
                    later();
                });
    }

    private void take(Place at, Optional<Page> read) {
        if (read.isEmpty() || !read.get().end().epoch().equals(at.epoch())) {
            leave();
            enter();
            return;
        }
        List<Entry> entries = read.get().entries();
        if (!entries.isEmpty()) {
            Place last = entries.get(entries.size() - 1).place();
            move(last, read.get().begun(), entries);
            await(last);
        } else {
            move(at, read.get().begun(), entries);
            await(at);
        }
    }

    private void leave() {
        move(null, Set.of(), List.of());
    }

    private void later() {
        context.owner().setTimer(WAIT.toMillis(), ignored -> context.runOnContext(now -> enter()));
    }

    private void move(@Nullable Place to, Set<Store> stores, List<Entry> entries) {
        List<UniEmitter<? super Void>> woken;
        synchronized (lock) {
            Entry last = newest.peekLast();
            boolean goesOn = to != null
                    && end != null
                    && to.epoch().equals(end.epoch())
                    && (entries.isEmpty() || last == null || isNext(entries.get(0), last));
            if (!goesOn) {
                newest.clear();
                bytes = 0;
            }
            for (Entry entry : entries) {
                newest.addLast(entry);
                bytes += entry.size();
            }
            while (newest.size() > MAX_ENTRIES || bytes > MAX_BYTES) {
                bytes -= newest.removeFirst().size();
            }
            boolean isNew = !Objects.equals(end, to) || !begun.equals(stores);
            end = to;
            begun = stores;
            woken = isNew ? List.copyOf(waiters) : List.of();
            waiters.removeAll(woken);
        }
        woken.forEach(each -> each.complete(null));
    }

    private static boolean isNext(Entry entry, Entry last) {
        return entry.place().number() == last.place().number() + 1;
    }
}
