package io.headgate.user.cache;

import io.headgate.user.Store;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** What is counted of one kind of entries of one store. */
final class CacheMeters {

    /** Looked up and found in the cache. */
    final Counter hits;
    /** Looked up and found in the cache that the store has none. */
    final Counter negativeHits;
    /** Looked up and not found in the cache. */
    final Counter misses;
    /** Misses that waited for another reader of this process. */
    final Counter joins;
    /** Not looked up, because it is left alone. */
    final Counter bypasses;
    /** Put into the cache. */
    final Counter fills;
    /** Misses that could not be put into it, because another reader or a writer has the entry, or the server failed. */
    final Counter lostLeases;
    /** Read from the store and not put into it after all, because a writer came between, or the server failed. */
    final Counter lostFills;

    CacheMeters(MeterRegistry registry, Store store, String kind) {
        String[] tags = {"store", store.name().toLowerCase(Locale.ROOT), "kind", kind};
        hits = registry.counter("headgate.cache.hits", tags);
        negativeHits = registry.counter("headgate.cache.negative.hits", tags);
        misses = registry.counter("headgate.cache.misses", tags);
        joins = registry.counter("headgate.cache.joins", tags);
        bypasses = registry.counter("headgate.cache.bypasses", tags);
        fills = registry.counter("headgate.cache.fills", tags);
        lostLeases = registry.counter("headgate.cache.lost.leases", tags);
        lostFills = registry.counter("headgate.cache.lost.fills", tags);
    }
}
