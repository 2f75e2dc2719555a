package io.headgate.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A number of places, of which each client may have a part. Can be used by any thread. */
final class Places {

    private final int most;
    private final int mostOfOne;
    private final AtomicInteger taken = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> byClient = new ConcurrentHashMap<>();

    Places(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** What keeps a client from having a place. */
    enum Full {
        /** All places are taken. */
        ALL,
        /** The client has as many as it may. */
        ONES
    }

    /** Takes a place; {@code null} where there was one. */
    @Nullable
    Full take(String client) {
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            return Full.ALL;
        }
        if (byClient.merge(client, 1, Integer::sum) > mostOfOne) {
            free(client, 1);
            return Full.ONES;
        }
        return null;
    }

    void free(String client, int places) {
        byClient.computeIfPresent(client, (name, count) -> count > places ? (Integer) (count - places) : null);
        taken.addAndGet(-places);
    }
}
