package io.headgate.response;

import io.headgate.response.ResponseCache.Place;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which place the bytes of a request lead to: a table of fixed size, of which each question has a few slots and may be put out by
 * another. It keeps no order of its own, which costs more than all else does where most questions come once: what is evicted from
 * the cache is empty, and found no more. Can be used by any thread.
 */
final class SentQuestions {

    /** Slots of one question: a power of two. With half of all slots taken, one in a hundred questions puts out another. */
    private static final int WAYS = 4;

    private static final int MOST = 1 << 20;

    private final AtomicReferenceArray<@Nullable Place> slots;
    private final int mask;

    /** @param places how many there may be, about */
    SentQuestions(long places) {
        int size = Integer.highestOneBit((int) Math.max(WAYS, Math.min(places, MOST)));
        this.slots = new AtomicReferenceArray<>(2 * size);
        this.mask = 2 * size - WAYS;
    }

    @Nullable
    Place find(Question question) {
        int first = first(question);
        for (int i = first; i < first + WAYS; i++) {
            Place place = slots.get(i);
            if (place != null && place.isOf(question)) {
                return place;
            }
        }
        return null;
    }

    /** Lets a question lead to a place, instead of what it has led to. */
    void put(Question question, Place place) {
        int first = first(question);
        int chosen = first + (question.hashCode() & (WAYS - 1));
        for (int i = first; i < first + WAYS; i++) {
            Place other = slots.get(i);
            if (other == null || other == place || other.isEmpty()) {
                chosen = i;
                break;
            }
        }
        slots.set(chosen, place);
    }

    private int first(Question question) {
        int hash = question.hashCode();
        return (((hash ^ (hash >>> 15)) * 0x9E3779B1) >>> 3) & mask;
    }
}
