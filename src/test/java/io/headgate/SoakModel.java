package io.headgate;

import io.headgate.GraphQlClient.Answer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What is known of users from the answers to changes, and what reads may therefore answer. */
final class SoakModel {

    /** The version of a user whose deletion was answered. */
    private static final int DELETED = Integer.MAX_VALUE;

    private final Map<String, Known> users = new ConcurrentHashMap<>();
    private final List<Known> list = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger changes = new AtomicInteger();

    /** One user: each answered version, and the newest of them. */
    static final class Known {
        private final String id;
        private final String store;
        private final Map<Integer, Map<?, ?>> versions = new HashMap<>();
        private final Set<Map<?, ?>> seen = new HashSet<>();
        private int answered;
        private @Nullable Map<?, ?> last;

        Known(String id, String store) {
            this.id = id;
            this.store = store;
        }

        String id() {
            return id;
        }

        String store() {
            return store;
        }

        /** The newest version that a change was answered with; reads that begin now must not answer an older one. */
        synchronized int answeredVersion() {
            return answered;
        }
    }

    /** Counts an answer as a failure unless it has no errors, or only such as are allowed. */
    void allow(String operation, Answer answer, String... codes) {
        if (!List.of(codes).containsAll(answer.codes())) {
            failures.add(operation + " failed: " + answer.codes() + " " + answer.messages());
        }
    }

    void created(String store, @Nullable Object user) {
        Map<?, ?> state = (Map<?, ?>) Objects.requireNonNull(user);
        Known known = new Known(String.valueOf(state.get("id")), store);
        users.put(known.id, known);
        changed(known, state, Map.of());
        synchronized (list) {
            list.add(known);
        }
    }

    /** Records the answer to a change; {@code null} when it was refused. */
    void changed(Known user, @Nullable Object answer, Map<String, ?> input) {
        if (!(answer instanceof Map<?, ?> state)) {
            return;
        }
        changes.incrementAndGet();
        synchronized (user) {
            int version = version(state);
            if (user.versions.put(version, state) != null) {
                failures.add("two changes were answered with version " + version + " of " + user.id);
            }
            user.answered = Math.max(user.answered, version);
        }
        for (String field : List.of("email", "name", "phone")) {
            if (input.containsKey(field) && !Objects.equals(input.get(field), state.get(field))) {
                failures.add("a change of " + field + " was answered without it: " + input + " " + state);
            }
        }
    }

    void deleted(Known user, @Nullable Object answer) {
        changes.incrementAndGet();
        synchronized (user) {
            user.last = (Map<?, ?>) answer;
            user.answered = DELETED;
        }
        synchronized (list) {
            list.remove(user);
        }
    }

    /** Holds a read against what was answered before it began. */
    void check(Known user, int since, @Nullable Object read) {
        reads.incrementAndGet();
        if (!(read instanceof Map<?, ?> state)) {
            synchronized (user) {
                // A deletion that was under way meanwhile is answered a moment later: judged at the end.
                user.seen.add(Map.of());
            }
            return;
        }
        if (version(state) < since) {
            failures.add("version " + version(state) + " of " + user.id + " was read after "
                    + (since == DELETED ? "its deletion" : "version " + since) + " had been answered");
        }
        synchronized (user) {
            user.seen.add(state);
        }
    }

    void checkEmail(String email, Map<?, ?> read, Map<String, Integer> since) {
        if (!email.equals(read.get("email"))) {
            failures.add("userByEmail answered a user of another address");
        }
        Known user = users.get(String.valueOf(read.get("id")));
        if (user != null) {
            check(user, since.getOrDefault(user.id, 0), read);
        }
    }

    /** Judges a user when all is over: what was read, and that no version was lost or made twice. */
    void checkFinal(Known user, @Nullable Object strong, @Nullable Object cached) {
        if (!Objects.equals(strong, cached)) {
            failures.add("the cache ended with " + cached + " where the store has " + strong);
        }
        boolean deleted = user.answered == DELETED;
        if (deleted != (strong == null)) {
            failures.add(user.id + " ended as " + strong + ", deleted: " + deleted);
        }
        int highest = version(deleted ? Objects.requireNonNull(user.last) : (Map<?, ?>) Objects.requireNonNull(strong));
        if (highest != user.versions.size()) {
            failures.add(user.id + " ended with version " + highest + " after " + user.versions.size() + " changes");
        }
        for (Map<?, ?> state : user.seen) {
            if (state.isEmpty() ? !deleted : !state.equals(user.versions.get(version(state)))) {
                failures.add(user.id + " was read as " + state + ", which it never was");
            }
        }
        for (int version = 2; version <= highest; version++) {
            int differences = 0;
            for (String field : List.of("email", "name", "phone")) {
                Map<?, ?> before = user.versions.get(version - 1);
                Map<?, ?> after = user.versions.get(version);
                if (before == null || after == null || !Objects.equals(before.get(field), after.get(field))) {
                    differences++;
                }
            }
            if (differences > 1) {
                failures.add(user.id + " lost a change between versions " + (version - 1) + " and " + version);
            }
        }
    }

    Known some(Random random) {
        synchronized (list) {
            return list.get(random.nextInt(list.size()));
        }
    }

    Collection<Known> all() {
        return users.values();
    }

    Map<String, Integer> answeredVersions() {
        Map<String, Integer> versions = new HashMap<>();
        users.forEach((id, user) -> versions.put(id, user.answeredVersion()));
        return versions;
    }

    Collection<String> failures() {
        return failures;
    }

    private static int version(Map<?, ?> state) {
        return (Integer) Objects.requireNonNull(state.get("version"));
    }

    @Override
    public String toString() {
        return reads + " reads and " + changes + " changes of " + users.size() + " users, " + failures.size()
                + " failures";
    }
}
