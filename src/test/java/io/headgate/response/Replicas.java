package io.headgate.response;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model of replicas, one user in a store, and Redis, in which nothing happens but what a test lets happen. It knows
 * every write and fails when a replica shows less than it has promised.
 */
final class Replicas {

    static final Duration BELIEF = Duration.ofMillis(200);
    static final Duration LONGEST = Duration.ofSeconds(15);

    private static final String TAG = "user:1";
    private static final Question QUESTION = new Question('c', new byte[] {1}, "reader", false);

    final List<Replica> all = new ArrayList<>();
    long now;

    /** How many reads the caches answered. */
    long shown;

    private int stored;
    private int answered;
    private int writers;
    /** When each version was answered, by the version. */
    private final TreeMap<Integer, Long> answeredAt = new TreeMap<>();

    private String epoch = "e1";
    private int epochs = 1;
    private final List<Notice> notices = new ArrayList<>();
    private final Map<String, Notice> running = new HashMap<>();
    private @Nullable Answer shared;

    /** The entry of the user in the cache that stands between GraphQL and the store, which all replicas share. */
    private @Nullable Integer cached;

    private @Nullable Object lease;
    private final Set<String> marks = new HashSet<>();

    Replicas(int count) {
        for (int i = 0; i < count; i++) {
            Replica replica = new Replica();
            replica.enter();
            all.add(replica);
        }
    }

    /** Redis starts anew and empty; every connection is broken. */
    void restartRedis() {
        flushRedis();
        all.forEach(replica -> replica.log.leave());
    }

    /** Redis loses everything, and no connection breaks. */
    void flushRedis() {
        epoch = "e" + ++epochs;
        notices.clear();
        running.clear();
        shared = null;
    }

    /** The cache of users loses the entry with its marks, or has another epoch in which there are none; then it is read anew. */
    void loseEntry() {
        marks.clear();
        cached = stored;
        lease = null;
    }

    private void mark(String writer) {
        marks.add(writer);
        cached = null;
        lease = null;
    }

    /** Whether the mark was there until now. */
    private boolean unmark(String writer) {
        boolean held = marks.remove(writer);
        if (marks.isEmpty()) {
            cached = null;
            lease = null;
        }
        return held;
    }

    private long tell(Notice notice) {
        notices.add(notice);
        if (notice.ended()) {
            running.remove(notice.writer());
        } else {
            running.put(notice.writer(), notice);
        }
        return notices.size();
    }

    /** Whatever has happened, in the end each replica shows what is stored. */
    void settle() {
        now += LONGEST.toNanos() + 1;
        for (int round = 0; round < 3; round++) {
            for (Replica replica : all) {
                replica.enter();
                replica.poll();
                replica.log.overdue(LONGEST).forEach(this::tell);
                now += LONGEST.toNanos() + 1;
            }
        }
        for (Replica replica : all) {
            replica.enter();
            replica.poll();
        }
        for (Replica replica : all) {
            int shown = replica.look();
            assertThat(shown).isIn(-1, stored);
        }
    }

    final class Replica {

        final ChangeLog log = new ChangeLog(100, BELIEF, Duration.ZERO, () -> now);
        private final ResponseCache cache =
                new ResponseCache(log, 100_000, Duration.ofDays(1), Duration.ZERO, () -> now);
        private int answeredHere;

        /** What the cache shows, -1 for nothing. */
        int look() {
            Answer answer = cache.find(QUESTION);
            if (answer == null && shared != null) {
                answer = cache.adopt(QUESTION, shared);
            }
            if (answer == null) {
                return -1;
            }
            Replicas.this.shown++;
            int shown = Integer.parseInt(new String(answer.body(), StandardCharsets.UTF_8));
            assertThat(shown).as("what this replica answered").isGreaterThanOrEqualTo(answeredHere);
            Map.Entry<Integer, Long> newest = answeredAt.headMap(answered, true).descendingMap().entrySet().stream()
                    .filter(entry -> now - entry.getValue() > BELIEF.toNanos())
                    .findFirst()
                    .orElse(null);
            if (newest != null) {
                assertThat(shown).as("what any replica answered long ago").isGreaterThanOrEqualTo(newest.getKey());
            }
            return shown;
        }

        /** Goes to Redis where it has left. */
        void enter() {
            if (log.basis() == null) {
                boolean renew = log.needsEpoch();
                if (renew) {
                    flushRedis();
                }
                log.enter(epoch, notices.size(), List.copyOf(running.values()), now, renew);
            }
        }

        /** Takes all that Redis has. */
        void poll() {
            long askedAt = now;
            Basis basis = log.basis();
            if (basis == null) {
                return;
            }
            if (!basis.epoch().equals(epoch)) {
                log.leave();
                return;
            }
            for (int i = (int) basis.number(); i < notices.size(); i++) {
                log.take(i + 1L, notices.get(i));
            }
            log.complete(askedAt);
        }

        /** Takes the next notice alone. */
        void takeOne() {
            Basis basis = log.basis();
            if (basis != null && basis.epoch().equals(epoch) && basis.number() < notices.size()) {
                log.take(basis.number() + 1, notices.get((int) basis.number()));
            }
        }

        /** Loses a notice and takes the one after it. */
        void loseOne() {
            Basis basis = log.basis();
            if (basis != null && basis.epoch().equals(epoch) && basis.number() + 1 < notices.size()) {
                log.take(basis.number() + 2, notices.get((int) basis.number() + 1));
            }
        }

        /** The steps of a read that finds nothing, executes and keeps; each may come any time after the one before. */
        List<Runnable> read() {
            Making[] making = new Making[1];
            int[] seen = new int[1];
            return List.of(
                    this::look,
                    () -> making[0] = cache.begin(),
                    () -> {
                        making[0].dependsOn(TAG);
                        seen[0] = stored;
                    },
                    () -> {
                        byte[] body = Integer.toString(seen[0]).getBytes(StandardCharsets.UTF_8);
                        Answer kept = cache.keep(QUESTION, null, making[0], body);
                        if (kept != null) {
                            shared = kept;
                        }
                    },
                    this::look);
        }

        /** The steps of a read through the cache of users, as {@link #read} otherwise. */
        List<Runnable> readThroughUsers() {
            Making[] making = new Making[1];
            Integer[] seen = new Integer[1];
            Object own = new Object();
            return List.of(
                    () -> making[0] = cache.begin(),
                    () -> {
                        making[0].dependsOn(TAG);
                        seen[0] = cached;
                        if (cached == null && marks.isEmpty() && lease == null) {
                            lease = own;
                        }
                    },
                    () -> seen[0] = seen[0] == null ? Integer.valueOf(stored) : seen[0],
                    () -> {
                        if (own.equals(lease)) {
                            cached = seen[0];
                            lease = null;
                        }
                    },
                    () -> {
                        byte[] body = seen[0].toString().getBytes(StandardCharsets.UTF_8);
                        Answer kept = cache.keep(QUESTION, null, making[0], body);
                        if (kept != null) {
                            shared = kept;
                        }
                    },
                    this::look);
        }

        /**
         * The steps of a write that is told to both caches at once, before and after it is made.
         *
         * @param toldFirst whether its end is told before the entry is emptied, which nobody can know
         */
        List<Runnable> writeToBoth(boolean toldFirst) {
            Notice begin = new Notice("w" + ++writers, false, Set.of(TAG));
            Notice end = new Notice(begin.writer(), true, Set.of(TAG));
            int[] made = new int[1];
            boolean[] held = new boolean[1];
            Runnable tell = () -> {
                log.end(end, epoch, tell(end));
                poll();
            };
            Runnable empty = () -> held[0] = unmark(begin.writer());
            return List.of(
                    () -> {
                        log.begin(begin);
                        tell(begin);
                        poll();
                    },
                    () -> mark(begin.writer()),
                    () -> made[0] = ++stored,
                    toldFirst ? tell : empty,
                    toldFirst ? empty : tell,
                    () -> {
                        if (!held[0]) {
                            tell.run();
                        }
                    },
                    () -> answer(made[0]));
        }

        /** The steps of a write; a replica that is killed does not come to the last ones. */
        List<Runnable> write() {
            Notice begin = new Notice("w" + ++writers, false, Set.of(TAG));
            Notice end = new Notice(begin.writer(), true, Set.of(TAG));
            int[] made = new int[1];
            Object[] told = new Object[2];
            return List.of(
                    () -> log.begin(begin),
                    () -> tell(begin),
                    () -> made[0] = ++stored,
                    () -> {
                        told[1] = tell(end);
                        told[0] = epoch;
                    },
                    () -> log.end(
                            end, (String) Objects.requireNonNull(told[0]), (long) Objects.requireNonNull(told[1])),
                    () -> answer(made[0]));
        }

        /** The steps of a write whose end Redis is not told of. */
        List<Runnable> missedWrite() {
            List<Runnable> steps = new ArrayList<>(write());
            Notice write = new Notice("w" + writers, true, Set.of(TAG));
            steps.set(3, () -> {});
            steps.set(4, () -> log.miss(write, Duration.ZERO));
            // Promised to the clients of this replica alone: the others wait until the write is overdue.
            Runnable answer = steps.get(5);
            steps.set(5, () -> {
                answer.run();
                answeredAt.clear();
            });
            return steps;
        }

        private void answer(int version) {
            answeredHere = Math.max(answeredHere, version);
            answered = Math.max(answered, version);
            answeredAt.put(version, now);
        }
    }
}
