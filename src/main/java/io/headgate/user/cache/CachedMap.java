package io.headgate.user.cache;

import io.smallrye.mutiny.Uni;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a store as a map with a cache before it. A reader who finds nothing takes a lease, reads the store, and fills
 * the entry if the lease still holds then. A writer marks the entry, which ends the lease; so no value is filled that is
 * older than a write which has been answered.
 *
 * <p>Whatever the cache does, the answer is one that the store gives or gave, and waits for the cache no longer than the time limit
 * to look, and as long again for a lease.
 */
final class CachedMap<T> {

    private final CacheGate gate;
    private final CacheConfig config;
    private final CacheMeters meters;
    private final String prefix;
    private final Codec<T> codec;
    private final Function<Set<String>, Uni<Map<String, T>>> store;
    private final Map<String, Flight<T>> flights = new ConcurrentHashMap<>();

    /**
     * @param prefix what the names of the entries begin with
     * @param store reads what the store has; sees every write answered before
     */
    CachedMap(
            CacheGate gate,
            CacheConfig config,
            CacheMeters meters,
            String prefix,
            Codec<T> codec,
            Function<Set<String>, Uni<Map<String, T>>> store) {
        this.gate = gate;
        this.config = config;
        this.meters = meters;
        this.prefix = prefix;
        this.codec = codec;
        this.store = store;
    }

    /** How a value is kept. */
    interface Codec<T> {

        byte[] encode(T value);

        /** {@code null} for what can't be read. */
        @Nullable
        T decode(String key, byte[] bytes);

        /** The value as one may have it who joined its reader. */
        T shared(T value);
    }

    /** The name of a key's entry. */
    String entry(String key) {
        return prefix + key;
    }

    /** What a writer has put into the store, under the name of its entry. */
    CacheLink.Written written(String key, T value) {
        return new CacheLink.Written(entry(key), Buffer.buffer(Entry.value(codec.encode(value))), spread(config.ttl()));
    }

    /** At least a millisecond, as Redis wants it. */
    private Duration spread(Duration ttl) {
        double share = 1 - config.jitter() * ThreadLocalRandom.current().nextDouble();
        return Duration.ofMillis(Math.max(1, (long) (ttl.toMillis() * share)));
    }

    /** The values of these keys, from the cache where it has them; a key without one is absent. */
    Future<Map<String, T>> get(Set<String> keys) {
        return get(keys, found -> {});
    }

    /** @param atHand is given what the cache has, where there is more to be waited for */
    Future<Map<String, T>> get(Set<String> keys, Consumer<Map<String, T>> atHand) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        CacheSession session = gate.readSession();
        if (session == null) {
            meters.bypasses.increment(keys.size());
            return load(keys);
        }
        List<String> asked = List.copyOf(keys);
        return gate.timeLimit().on(lookUp(session, asked, true)).transform(found -> {
            if (found.failed()) {
                meters.misses.increment(asked.size());
                return load(keys);
            }
            Reading reading = found.result();
            if (!reading.found.isEmpty() && reading.waits()) {
                atHand.accept(Map.copyOf(reading.found));
            }
            return reading.answer();
        });
    }

    /** The values of these keys as the store has them now; the cache is brought up to date. */
    Future<Map<String, T>> reload(Set<String> keys) {
        CacheSession session = keys.isEmpty() ? null : gate.readSession();
        if (session == null) {
            return keys.isEmpty() ? Future.succeededFuture(Map.of()) : load(keys);
        }
        Reading reading = new Reading(session);
        keys.forEach(key -> reading.toLease.put(key, true));
        return reading.answer();
    }

    private Future<Reading> lookUp(CacheSession session, List<String> keys, boolean again) {
        Future<List<byte @Nullable []>> read =
                gate.watched(session.link(), session.link().read(session.epochKey(), entries(session, keys)));
        return read.compose(values -> {
            byte[] epoch = values.get(0);
            if (epoch != null && session.epoch().equals(new String(epoch, StandardCharsets.US_ASCII))) {
                Reading reading = new Reading(session);
                for (int i = 0; i < keys.size(); i++) {
                    reading.take(keys.get(i), decoded(keys.get(i), values.get(i + 1)));
                }
                return Future.succeededFuture(reading);
            }
            return again
                    ? gate.refreshed(session).compose(renewed -> lookUp(renewed, keys, false))
                    : Future.failedFuture("the epoch changed twice");
        });
    }

    private List<String> entries(CacheSession session, List<String> keys) {
        return keys.stream().map(key -> session.key(entry(key))).toList();
    }

    private Entry<T> decoded(String key, byte @Nullable [] value) {
        return Entry.of(value, bytes -> codec.decode(key, bytes));
    }

    private Future<Map<String, T>> load(Set<String> keys) {
        return Future.fromCompletionStage(
                store.apply(keys).subscribeAsCompletionStage(), gate.vertx().getOrCreateContext());
    }

    /** One read of some keys: what the cache had, and what is to be done about the rest. */
    private final class Reading {

        final CacheSession session;
        final Map<String, T> found = new HashMap<>();
        /** Keys to take the lease of, and whether by force. */
        final Map<String, Boolean> toLease = new LinkedHashMap<>();

        /** The tickets of the leases that were given. */
        final Map<String, String> leased = new HashMap<>();

        final Set<String> unleased = new HashSet<>();
        final Map<Flight<T>, Set<String>> boarded = new HashMap<>();

        Reading(CacheSession session) {
            this.session = session;
        }

        void take(String key, Entry<T> entry) {
            if (entry instanceof Entry.Value<T>) {
                meters.hits.increment();
            } else if (entry instanceof Entry.Negative<T>) {
                meters.negativeHits.increment();
            } else {
                meters.misses.increment();
            }
            if (entry instanceof Entry.Free<T> || entry instanceof Entry.Garbled<T>) {
                toLease.put(key, entry instanceof Entry.Garbled<T>);
            } else {
                place(key, entry);
            }
        }

        private void place(String key, Entry<T> entry) {
            if (entry instanceof Entry.Value<T> value) {
                found.put(key, value.value());
            } else if (!(entry instanceof Entry.Negative<T>)) {
                Flight<T> flight = entry instanceof Entry.Leased<T> lease ? flights.get(lease.token()) : null;
                if (flight == null) {
                    meters.lostLeases.increment();
                    unleased.add(key);
                } else {
                    // The lease was there after this read began, so no write has been answered since it was taken.
                    meters.joins.increment();
                    boarded.computeIfAbsent(flight, first -> new HashSet<>()).add(key);
                }
            }
        }

        /** Whether the cache has not all of it. */
        boolean waits() {
            return !toLease.isEmpty() || !unleased.isEmpty() || !boarded.isEmpty();
        }

        Future<Map<String, T>> answer() {
            return (toLease.isEmpty() ? loaded(null) : led())
                    .compose(loaded -> joined())
                    .map(all -> found);
        }

        /** Leads a flight, which lands before this read waits for others: they may wait for it. */
        private Future<Void> led() {
            Flight<T> flight = new Flight<>(gate.names().next());
            flights.put(flight.token, flight);
            return lease(flight).transform(leased -> loaded(flight)).onComplete(loaded -> {
                flights.remove(flight.token);
                if (loaded.succeeded()) {
                    flight.landed.complete(flight.values);
                } else {
                    flight.landed.completeExceptionally(loaded.cause());
                }
            });
        }

        private Future<Void> lease(Flight<T> flight) {
            List<Future<Void>> leases = new ArrayList<>();
            toLease.values().stream().distinct().forEach(byForce -> {
                List<String> keys = toLease.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(byForce))
                        .map(Map.Entry::getKey)
                        .toList();
                List<Future<LeaseAnswer>> steps = session.link()
                        .lease(entries(session, keys), Entry.lease(flight.token), config.leaseTtl(), byForce);
                gate.watched(session.link(), CacheSession.all(steps));
                for (int i = 0; i < keys.size(); i++) {
                    String key = keys.get(i);
                    leases.add(steps.get(i).transform(asked -> {
                        take(key, asked);
                        return Future.succeededFuture();
                    }));
                }
            });
            return CacheSession.all(leases).mapEmpty();
        }

        private void take(String key, AsyncResult<LeaseAnswer> asked) {
            String ticket = asked.succeeded() ? asked.result().ticket() : null;
            if (asked.failed()) {
                meters.lostLeases.increment();
                unleased.add(key);
            } else if (ticket != null) {
                leased.put(key, ticket);
            } else {
                place(key, decoded(key, asked.result().held()));
            }
        }

        private Future<Void> loaded(@Nullable Flight<T> flight) {
            Set<String> missing = new HashSet<>(leased.keySet());
            missing.addAll(unleased);
            if (missing.isEmpty()) {
                return Future.succeededFuture();
            }
            return load(missing).map(values -> {
                found.putAll(values);
                if (flight != null && !leased.isEmpty()) {
                    fill(flight, values);
                }
                return null;
            });
        }

        private void fill(Flight<T> flight, Map<String, T> values) {
            List<CacheLink.Fill> fills = new ArrayList<>();
            leased.forEach((key, ticket) -> {
                T value = values.get(key);
                flight.values.put(key, new Landed<>(value == null ? null : codec.shared(value)));
                byte[] entry = value == null ? Entry.negative() : Entry.value(codec.encode(value));
                Duration ttl = spread(value == null ? config.negativeTtl() : config.ttl());
                fills.add(new CacheLink.Fill(session.key(entry(key)), ticket, Buffer.buffer(entry), ttl));
            });
            List<Future<Boolean>> steps = session.link().fill(fills);
            gate.watched(session.link(), CacheSession.all(steps));
            steps.forEach(step -> step.onComplete(answer -> {
                boolean filled = answer.succeeded() && answer.result();
                (filled ? meters.fills : meters.lostFills).increment();
            }));
        }

        private Future<Void> joined() {
            List<Future<Void>> joins = new ArrayList<>();
            boarded.forEach((flight, keys) -> joins.add(Future.fromCompletionStage(
                            flight.landed, gate.vertx().getOrCreateContext())
                    .compose(landed -> {
                        Set<String> missing = new HashSet<>();
                        for (String key : keys) {
                            Landed<T> one = landed.get(key);
                            if (one == null) {
                                missing.add(key);
                            } else if (one.value() != null) {
                                found.put(key, one.value());
                            }
                        }
                        return missing.isEmpty() ? Future.<Map<String, T>>succeededFuture(Map.of()) : load(missing);
                    })
                    .map(rest -> {
                        found.putAll(rest);
                        return null;
                    })));
            return CacheSession.all(joins).mapEmpty();
        }
    }

    /** A read of the store that began when all its leases had been taken; other readers of this process may join it. */
    private static final class Flight<T> {

        final String token;
        final Map<String, Landed<T>> values = new HashMap<>();
        final CompletableFuture<Map<String, Landed<T>>> landed = new CompletableFuture<>();

        Flight(String token) {
            this.token = token;
        }
    }

    /** What a flight brought for a key. */
    private record Landed<T>(@Nullable T value) {}
}
