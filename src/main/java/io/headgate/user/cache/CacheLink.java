package io.headgate.user.cache;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
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
     * Puts the mark of a writer in place of whatever is there but other writers' marks. For no time at all, takes the mark
     * away, and removes whatever is there but other writers' marks.
     */
    Future<Void> mark(String key, String writer, Duration ttl);

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

    /** An entry that is to be put where there is a lease. */
    record Fill(String key, String ticket, Buffer entry, Duration ttl) {}
}
