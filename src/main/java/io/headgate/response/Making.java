package io.headgate.response;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is being made, and what it is made from so far. Whatever reads data tells it here before it reads; a
 * reader that does not know what its data depends on calls {@link #refuse}. Safe for use by many threads.
 */
public final class Making {

    /** More would take longer to check than the answer takes to make. */
    private static final int MAX_TAGS = 1_000;

    private final @Nullable Basis basis;
    private final long startedAt;
    private final AtomicReference<@Nullable Tags> tags = new AtomicReference<>();
    private final AtomicReference<@Nullable Tags> lagging = new AtomicReference<>();
    private volatile boolean refused;
    private volatile Duration maxAge;

    /** An answer that is not kept, whatever it is made from. */
    public static Making unkept() {
        return new Making(null, 0, Duration.ZERO);
    }

    Making(@Nullable Basis basis, long startedAt, Duration maxAge) {
        this.basis = basis;
        this.startedAt = startedAt;
        this.maxAge = maxAge;
    }

    /** Says that the answer depends on what a tag names, and that what is read shows every change that was told. */
    public void dependsOn(String tag) {
        if (basis != null) {
            tags.updateAndGet(others -> new Tags(tag, others));
        }
    }

    /** Says that the answer depends on what a tag names, and that what is read may lack the latest changes. */
    public void dependsOnLagging(String tag) {
        if (basis != null) {
            lagging.updateAndGet(others -> new Tags(tag, others));
            tags.updateAndGet(others -> new Tags(tag, others));
        }
    }

    /** Says that the answer is not to be kept. */
    public void refuse() {
        refused = true;
    }

    /** Whether somebody said that the answer is not to be kept. */
    public boolean isRefused() {
        return refused;
    }

    /** Says that the answer is to be kept no longer than a time, which the shortest one decides; zero is not at all. */
    public synchronized void keepAtMost(Duration age) {
        if (age.isZero()) {
            refuse();
        } else if (age.compareTo(maxAge) < 0) {
            maxAge = age;
        }
    }

    /** The answer, or {@code null} where it is not to be kept, or is not known to be true any more. */
    @Nullable
    Answer answer(byte[] body, ChangeLog log, Duration maxLag) {
        Set<String> from = Tags.set(tags.get());
        if (basis == null || refused || from.isEmpty() || from.size() > MAX_TAGS || !log.holds(basis, from)) {
            return null;
        }
        if (!log.changedBefore(startedAt - maxLag.toNanos(), Tags.set(lagging.get()))) {
            return null;
        }
        return new Answer(body, basis, from, startedAt, startedAt + maxAge.toNanos());
    }

    /** One tag and the others before it: most answers have one, which needs no set that many can add to. */
    private record Tags(String tag, @Nullable Tags others) {

        static Set<String> set(@Nullable Tags tags) {
            if (tags == null || tags.others == null) {
                return tags == null ? Set.of() : Set.of(tags.tag);
            }
            Set<String> all = new HashSet<>();
            for (Tags each = tags; each != null; each = each.others) {
                all.add(each.tag);
            }
            return Set.copyOf(all);
        }
    }
}
