package io.headgate.user.cache;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection to what keeps the cache. Each step is one that no other gateway's comes between, and fails when there is no
 * answer within {@code headgate.cache.timeout}; then it may have been done, or be done yet.
 */
public interface CacheLink {

    /**
     * The epoch that the cache has. It is set anew, to one that begins with {@code token}, where {@code renew} says so, where
     * there is none, and where the one there was set in another run of the server, or among other servers.
     */
    Future<String> epoch(String key, String token, boolean renew);

    /** The epoch that the cache has, or {@code null}. */
    Future<@Nullable String> epoch(String key);

    /** The epoch, then the entries of some keys in their order; {@code null} where there is none. */
    Future<List<byte @Nullable []>> read(String epochKey, List<String> keys);

    /**
     * Puts a lease under each key where there is nothing; where something is there, leaves and answers it. By force only marks
     * are left. Each is a step of its own.
     *
     * @return in the order of the keys
     */
    List<Future<LeaseAnswer>> lease(List<String> keys, byte[] lease, Duration ttl, boolean byForce);

    /**
     * Puts each entry where a lease still is that was given with its ticket, and answers whether it was. Each is a step of its
     * own.
     *
     * @return in the order of what is filled
     */
    List<Future<Boolean>> fill(List<Fill> fills);

    /**
     * Puts a writer's mark in place of whatever is there but other writers' marks. For no time at all, takes the mark away, and
     * removes whatever is there but other writers' marks, or puts what was written there. Each key is a step of its own; the epoch is
     * read after all of them were asked for.
     */
    Future<Marked> mark(String epochKey, Marking marking);

    /** Removes whatever is there. */
    Future<Void> remove(String key);

    /** Whether one of several servers may have changed when this connection ended, without the epoch's having done so. */
    boolean isClustered();

    /** What a failure says about the server. */
    CacheFailure kindOf(Throwable failure);

    /** Calls back, once or more, when the connection is broken. */
    void onBroken(Runnable callback);

    /** Sends no more. */
    void close();

    /**
     * What is marked, or is not any more: no key twice.
     *
     * @param written may be put under its key where the mark has been there, and no other writer's since, when it is taken away
     */
    record Marking(
            List<String> keys,
            String writer,
            Duration ttl,
            @Nullable Written written) {}

    /** What a writer has written into the store: an entry, and for how long it stays. */
    record Written(String key, Buffer entry, Duration ttl) {}

    /**
     * What was there when it was marked.
     *
     * @param held the keys under which the writer's mark was already: nobody has had a lease there since it was put
     */
    record Marked(@Nullable String epoch, Set<String> held) {

        /** @param marks what became of each key, in their order, all done */
        static Marked of(Marking marking, List<Future<Boolean>> marks, @Nullable String epoch) {
            Set<String> held = new HashSet<>();
            for (int i = 0; i < marks.size(); i++) {
                if (marks.get(i).result()) {
                    held.add(marking.keys().get(i));
                }
            }
            return new Marked(epoch, held);
        }

        /** What was marked in several steps. The epoch is {@code null} where they were not all in the same. */
        static Marked joined(List<Marked> steps) {
            Set<String> held = new HashSet<>();
            Set<String> epochs = new HashSet<>();
            steps.forEach(step -> {
                held.addAll(step.held());
                epochs.add(String.valueOf(step.epoch()));
            });
            return new Marked(epochs.size() == 1 ? steps.get(0).epoch() : null, held);
        }
    }

    /** An entry that is to be put where there is a lease. */
    record Fill(String key, String ticket, Buffer entry, Duration ttl) {}
}
