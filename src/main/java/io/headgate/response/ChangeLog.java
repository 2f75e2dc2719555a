package io.headgate.response;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a replica knows of the writes of all replicas, and so whether an answer is still true. Notices have consecutive
 * numbers in an epoch. The log is believed only for a time after the moment at which it was last known to be complete; a
 * notice that is missing, or an epoch that is over, ends the belief at once. After Redis was away it is believed again only
 * when other replicas have had the time to come back too: until then they may change what they can tell nobody. Safe for use
 * by many threads.
 */
public final class ChangeLog {

    private static final int EPOCHS = 8;

    private final int capacity;
    private final long belief;
    private final long settling;
    private final LongSupplier nanoTime;

    private final Object lock = new Object();
    /** The last change of each tag, the oldest first. */
    private final LinkedHashMap<String, Change> changes = new LinkedHashMap<>();

    private final Map<String, Block> blocks = new HashMap<>();
    private final Map<String, Integer> blocked = new HashMap<>();
    /** What is true of a tag that has no change here: nothing older than this is known. */
    private Change floor;

    /** The last number of this replica's own writes in each of the latest epochs. */
    private final LinkedHashMap<String, Long> told = new LinkedHashMap<>();

    private long number;
    private boolean missed;
    private long missedUntil;
    /** Whether Redis was away since the log last entered an epoch. */
    private boolean lost;

    private volatile long believedFrom;
    private volatile @Nullable String epoch;
    private volatile long completeAt;
    private volatile long version;

    /**
     * A log that knows nothing yet.
     *
     * @param capacity how many tags' changes are kept; answers older than the changes that are not are given up
     * @param belief how long the log is believed after it was complete
     * @param settling how long after an outage of Redis any replica is back that can reach it
     * @param nanoTime as {@link System#nanoTime}
     */
    public ChangeLog(int capacity, Duration belief, Duration settling, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.belief = belief.toNanos();
        this.settling = settling.toNanos();
        this.nanoTime = nanoTime;
        this.believedFrom = nanoTime.getAsLong();
        this.floor = new Change(0, nanoTime.getAsLong());
    }

    /**
     * Begins with an epoch, in which nothing before {@code number} is known.
     *
     * @param running the writes of others that had begun and not ended
     * @param askedAt when this was asked of Redis
     * @param renewed whether the epoch was made by asking
     * @return whether it began; an epoch that may be older than a missed write is refused
     */
    boolean enter(String epoch, long number, Collection<Notice> running, long askedAt, boolean renewed) {
        synchronized (lock) {
            if (missed && !(renewed && askedAt - missedUntil > 0)) {
                return false;
            }
            missed = false;
            changes.clear();
            // Redis may have been told of more than it had when it was asked.
            floor = new Change(Math.max(number, told.getOrDefault(epoch, 0L)), nanoTime.getAsLong());
            this.number = number;
            List<String> over = new ArrayList<>();
            blocks.forEach((writer, block) -> {
                if (!block.own) {
                    over.add(writer);
                }
            });
            over.forEach(this::unblock);
            running.forEach(notice -> block(notice, false));
            completeAt = askedAt;
            if (lost) {
                lost = false;
                believedFrom = nanoTime.getAsLong() + settling;
            }
            this.epoch = epoch;
            version++;
            return true;
        }
    }

    /** Whether only a new epoch will do. */
    boolean needsEpoch() {
        synchronized (lock) {
            return missed;
        }
    }

    /** Forgets how far it was: nothing is believed until {@link #enter}. */
    void leave() {
        synchronized (lock) {
            epoch = null;
            version++;
        }
    }

    /** Forgets how far it was, as {@link #leave}, because Redis is away: perhaps for other replicas too. */
    void lose() {
        synchronized (lock) {
            lost = true;
            leave();
        }
    }

    /**
     * Takes the notice with a number. A number that is not the next but one that was taken before is no loss; one beyond
     * it is: the log leaves.
     *
     * @return whether the log goes on
     */
    boolean take(long noticed, Notice notice) {
        synchronized (lock) {
            if (epoch == null || noticed > number + 1) {
                leave();
                return false;
            }
            if (noticed == number + 1) {
                number = noticed;
                if (notice.ended()) {
                    changed(noticed, notice);
                } else if (!blocks.containsKey(notice.writer())) {
                    block(notice, false);
                }
                version++;
            }
            return true;
        }
    }

    /** Tells that all that Redis had at a moment has been taken. */
    void complete(long askedAt) {
        completeAt = askedAt;
    }

    /** Blocks the tags of a write of this replica, before anything is told of it. */
    void begin(Notice write) {
        synchronized (lock) {
            block(write, true);
            version++;
        }
    }

    /** Ends a write of this replica that Redis was told of, under a number and in an epoch. */
    void end(Notice write, String in, long noticed) {
        synchronized (lock) {
            told.merge(in, noticed, Math::max);
            if (told.size() > EPOCHS) {
                told.remove(told.keySet().iterator().next());
            }
            if (in.equals(epoch)) {
                changed(noticed, write);
            } else {
                // What has been entered meanwhile may have begun before the write was told.
                leave();
                unblock(write.writer());
            }
            version++;
        }
    }

    /**
     * Ends a write of this replica that Redis may not have been told of.
     *
     * @param yet how long the write may yet be made
     */
    void miss(Notice write, Duration yet) {
        synchronized (lock) {
            lose();
            long until = nanoTime.getAsLong() + yet.toNanos();
            missedUntil = missed && missedUntil - until > 0 ? missedUntil : until;
            missed = true;
            unblock(write.writer());
        }
    }

    /** Keeps the tags of a write blocked of which Redis knows and whose outcome nobody does, until it is overdue. */
    void doubt(Notice write) {
        synchronized (lock) {
            Block block = blocks.get(write.writer());
            if (block != null) {
                blocks.put(write.writer(), new Block(block.tags, false, nanoTime.getAsLong()));
            }
        }
    }

    /** The writes that have lasted longer than any may: their writers are gone, and somebody has to end them. */
    List<Notice> overdue(Duration longest) {
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            List<Notice> overdue = new ArrayList<>();
            blocks.forEach((writer, block) -> {
                if (!block.own && now - block.since > longest.toNanos()) {
                    overdue.add(new Notice(writer, true, block.tags));
                }
            });
            return overdue;
        }
    }

    /** Whether the log is complete enough to judge an answer by. */
    boolean believed() {
        long now = nanoTime.getAsLong();
        return epoch != null && now - completeAt < belief && now - believedFrom >= 0;
    }

    /** Whether the log has entered an epoch that it has not left. */
    boolean entered() {
        return epoch != null;
    }

    /** Grows with each change to the log, so that what was judged once need not be judged again. */
    long version() {
        return version;
    }

    /** How far the log is, for an answer that is about to be made; {@code null} while it is not believed. */
    @Nullable
    Basis basis() {
        synchronized (lock) {
            String current = epoch;
            return current != null && believed() ? new Basis(current, number) : null;
        }
    }

    /** Whether nothing that an answer was made from has changed, as far as the log goes. */
    boolean holds(Basis basis, Set<String> tags) {
        synchronized (lock) {
            if (!basis.epoch().equals(epoch) || basis.number() < floor.number) {
                return false;
            }
            for (String tag : tags) {
                if (blocked.containsKey(tag) || changes.getOrDefault(tag, floor).number > basis.number()) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Whether the last changes of tags were known before a moment. */
    boolean changedBefore(long moment, Set<String> tags) {
        synchronized (lock) {
            for (String tag : tags) {
                if (moment - changes.getOrDefault(tag, floor).at <= 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private void changed(long noticed, Notice notice) {
        unblock(notice.writer());
        long now = nanoTime.getAsLong();
        for (String tag : notice.tags()) {
            Change last = changes.remove(tag);
            changes.put(tag, new Change(last == null ? noticed : Math.max(last.number, noticed), now));
        }
        Iterator<Change> oldest = changes.values().iterator();
        while (changes.size() > capacity) {
            Change forgotten = oldest.next();
            oldest.remove();
            floor = new Change(Math.max(floor.number, forgotten.number), Math.max(floor.at, forgotten.at));
        }
    }

    private void block(Notice notice, boolean own) {
        Block running = blocks.get(notice.writer());
        if (running == null) {
            blocks.put(notice.writer(), new Block(notice.tags(), own, nanoTime.getAsLong()));
            notice.tags().forEach(tag -> blocked.merge(tag, 1, Integer::sum));
        }
    }

    private void unblock(String writer) {
        Block ended = blocks.remove(writer);
        if (ended != null) {
            ended.tags.forEach(tag -> blocked.computeIfPresent(tag, (same, count) -> count == 1 ? null : count - 1));
        }
    }

    private record Change(long number, long at) {}

    private record Block(Set<String> tags, boolean own, long since) {}
}
