package io.headgate.user.cache;

import static io.headgate.memcached.MemcachedCommand.add;
import static io.headgate.memcached.MemcachedCommand.cas;
import static io.headgate.memcached.MemcachedCommand.casAway;
import static io.headgate.memcached.MemcachedCommand.delete;
import static io.headgate.memcached.MemcachedCommand.gets;
import static io.headgate.memcached.MemcachedCommand.stats;

import io.headgate.memcached.Memcached;
import io.headgate.memcached.MemcachedCommand;
import io.headgate.memcached.MemcachedConnection;
import io.headgate.memcached.MemcachedException;
import io.headgate.memcached.MemcachedNode;
import io.headgate.memcached.MemcachedNodes;
import io.headgate.memcached.MemcachedReply;
import io.headgate.memcached.MemcachedReply.Item;
import io.headgate.redis.TimeLimit;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A connection to each node of Memcached. A step that Redis does in a script is a read and a compare-and-set here, again
 * when something came between. Why that is coherent, and what is weaker, is written in {@code docs/adr/0012-memcached.md}.
 */
final class MemcachedCacheLink implements CacheLink {

    private static final int KEYS_A_COMMAND = 100;
    /** So many others can come between a read and a compare-and-set. */
    private static final int TRIES = 50;
    /** How much the clock of the server may be ahead of what is known of it, which is in whole seconds. */
    private static final long CLOCK_MILLIS = 2_000;

    /** Stands for what was there a moment ago, and was removed: a lease of somebody whom nobody knows. */
    private static final byte[] GONE = Entry.lease("");

    private final Memcached memcached;
    private final MemcachedNodes nodes;
    private final Map<MemcachedNode, MemcachedConnection> connections;
    private final TimeLimit connectLimit;
    private final TimeLimit limit;
    /** What is to be added to the clock here for that of the node with the epoch. */
    private volatile long clockOffset;

    MemcachedCacheLink(
            Memcached memcached,
            MemcachedNodes nodes,
            Map<MemcachedNode, MemcachedConnection> connections,
            TimeLimit connectLimit,
            TimeLimit limit) {
        this.memcached = memcached;
        this.nodes = nodes;
        this.connections = Map.copyOf(connections);
        this.connectLimit = connectLimit;
        this.limit = limit;
    }

    /**
     * An epoch is a token, a point, what run of the server it was set in, and among which nodes. One that was set among newer
     * nodes than these is not replaced: this connection is over.
     */
    @Override
    public Future<String> epoch(String key, String token, boolean renew) {
        String safe = MemcachedCommand.key(key);
        return stillTheSame().compose(same -> send(safe, stats())).compose(stats -> {
            String here = "." + run(stats) + "v" + nodes.version() + "x" + nodes.fingerprint();
            return item(safe).compose(item -> {
                String epoch = item == null ? "" : text(item);
                if (version(epoch) > nodes.version()) {
                    return Future.failedFuture(new OtherNodesException());
                }
                if (item != null && !renew && epoch.endsWith(here)) {
                    return Future.succeededFuture(epoch);
                }
                String renewed = token + here;
                // What somebody else sets meanwhile is as new.
                return put(safe, renewed.getBytes(StandardCharsets.US_ASCII), Duration.ZERO, item)
                        .compose(put -> put ? Future.succeededFuture(renewed) : epoch(key, token, false));
            });
        });
    }

    private Future<Void> stillTheSame() {
        if (!memcached.isDiscovered()) {
            return Future.succeededFuture();
        }
        return connectLimit
                .on(memcached.nodes())
                .compose(now -> now.nodes().equals(nodes.nodes()) && now.version() == nodes.version()
                        ? Future.succeededFuture()
                        : Future.failedFuture(new OtherNodesException()));
    }

    /** The server's process, and when it was started; its clock is learnt by the way. */
    private String run(MemcachedReply stats) {
        long time = Long.parseLong(stat(stats, "time"));
        clockOffset = TimeUnit.SECONDS.toMillis(time) - System.currentTimeMillis();
        return stat(stats, "pid") + "s" + (time - Long.parseLong(stat(stats, "uptime")));
    }

    private static String stat(MemcachedReply stats, String name) {
        return text(Objects.requireNonNull(stats.item(name), name));
    }

    /** The version of the nodes that an epoch was set among. */
    private static long version(String epoch) {
        int from = epoch.lastIndexOf('v');
        int to = epoch.lastIndexOf('x');
        return epoch.indexOf('.') < 0 || from < 0 || to < from ? 0 : Long.parseLong(epoch.substring(from + 1, to));
    }

    @Override
    public Future<@Nullable String> epoch(String key) {
        return item(MemcachedCommand.key(key)).map(item -> item == null ? null : text(item));
    }

    @Override
    public Future<List<byte @Nullable []>> read(String epochKey, List<String> keys) {
        List<String> safe = new ArrayList<>(keys.size() + 1);
        safe.add(MemcachedCommand.key(epochKey));
        keys.forEach(key -> safe.add(MemcachedCommand.key(key)));
        Map<MemcachedNode, List<String>> byNode = new HashMap<>();
        safe.forEach(key ->
                byNode.computeIfAbsent(nodes.of(key), node -> new ArrayList<>()).add(key));
        List<Future<MemcachedReply>> replies = new ArrayList<>();
        byNode.values().forEach(own -> {
            for (int from = 0; from < own.size(); from += KEYS_A_COMMAND) {
                List<String> some = own.subList(from, Math.min(own.size(), from + KEYS_A_COMMAND));
                replies.add(send(some.get(0), gets(some)));
            }
        });
        return CacheSession.all(replies).map(answers -> {
            Map<String, Item> found = new HashMap<>();
            answers.forEach(answer -> found.putAll(answer.items()));
            List<byte @Nullable []> values = new ArrayList<>(safe.size());
            safe.forEach(key -> values.add(data(found.get(key))));
            return values;
        });
    }

    @Override
    public List<Future<LeaseAnswer>> lease(List<String> keys, byte[] lease, Duration ttl, boolean byForce) {
        return keys.stream().map(key -> lease(key, lease, ttl, byForce)).toList();
    }

    /** The ticket is the number that the item with the lease has. */
    private Future<LeaseAnswer> lease(String key, byte[] lease, Duration ttl, boolean byForce) {
        String safe = MemcachedCommand.key(key);
        return byForce
                ? item(safe)
                        .compose(seen -> seen != null && WriterMarks.areIn(seen.data())
                                ? Future.succeededFuture(LeaseAnswer.refused(seen.data()))
                                : lease(safe, lease, ttl, seen))
                : lease(safe, lease, ttl, null);
    }

    private Future<LeaseAnswer> lease(String key, byte[] lease, Duration ttl, @Nullable Item seen) {
        Future<Boolean> put = put(key, lease, ttl, seen);
        Future<@Nullable Item> there = item(key);
        return Future.all(put, there).map(all -> {
            Item item = there.result();
            return item != null && Arrays.equals(item.data(), lease)
                    ? LeaseAnswer.given(item.unique())
                    : LeaseAnswer.refused(item == null ? GONE : item.data());
        });
    }

    @Override
    public List<Future<Boolean>> fill(List<Fill> fills) {
        return fills.stream().map(this::fill).toList();
    }

    private Future<Boolean> fill(Fill fill) {
        String safe = MemcachedCommand.key(fill.key());
        return stored(send(safe, cas(safe, fill.entry().getBytes(), atMost(fill.ttl()), fill.ticket())));
    }

    /** What lets an item stay no longer than a time, but for two seconds. */
    private static Duration atMost(Duration ttl) {
        return Duration.ofSeconds(Math.max(1, ttl.toSeconds() - 1));
    }

    @Override
    public Future<Marked> mark(String epochKey, Marking marking) {
        List<Future<Boolean>> marks = marking.keys().stream()
                .map(key -> mark(MemcachedCommand.key(key), marking.writer(), marking.ttl(), TRIES))
                .toList();
        Future<@Nullable String> epoch = epoch(epochKey);
        return Future.all(Future.all(marks), epoch).map(all -> Marked.of(marking, marks, epoch.result()));
    }

    private Future<Boolean> mark(String key, String writer, Duration ttl, int tries) {
        return item(key).compose(item -> {
            long now = System.currentTimeMillis() + clockOffset;
            WriterMarks marks = WriterMarks.of(item == null ? new byte[0] : item.data(), writer, now - CLOCK_MILLIS);
            if (!ttl.isZero()) {
                marks.add(writer, now + ttl.toMillis());
            }
            boolean held = item != null && WriterMarks.isBy(writer, item.data());
            if (item == null && marks.isEmpty()) {
                return Future.succeededFuture(false);
            }
            Future<Boolean> put = marks.isEmpty()
                    ? stored(send(key, casAway(key, Objects.requireNonNull(item).unique())))
                    : put(key, marks.entry(), Duration.ofMillis(Math.max(1, marks.last() - now)), item);
            return put.compose(
                    done -> done ? Future.succeededFuture(held) : again(tries, left -> mark(key, writer, ttl, left)));
        });
    }

    @Override
    public Future<Void> remove(String key) {
        String safe = MemcachedCommand.key(key);
        return send(safe, delete(safe)).mapEmpty();
    }

    @Override
    public boolean isClustered() {
        return nodes.nodes().size() > 1 || memcached.isDiscovered();
    }

    @Override
    public CacheFailure kindOf(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return CacheFailure.TIMEOUT;
        }
        if (failure instanceof ContendedException) {
            return CacheFailure.REPLY;
        }
        if (failure instanceof MemcachedException known) {
            return switch (known.kind()) {
                case CLOSED -> CacheFailure.CONNECTION;
                case TOO_MANY -> CacheFailure.REJECTED;
                case FULL -> CacheFailure.FULL;
                case REFUSED -> CacheFailure.REPLY;
            };
        }
        return CacheFailure.CONNECTION;
    }

    @Override
    public void onBroken(Runnable callback) {
        connections.values().forEach(connection -> connection.onBroken(callback));
    }

    @Override
    public void close() {
        connections.values().forEach(MemcachedConnection::close);
    }

    private Future<MemcachedReply> send(String key, Buffer command) {
        return limit.on(Objects.requireNonNull(connections.get(nodes.of(key))).send(command));
    }

    private Future<@Nullable Item> item(String key) {
        return send(key, gets(List.of(key))).map(reply -> reply.item(key));
    }

    /** Stores where nothing has changed since {@code seen} was, or nothing was, and answers whether it did. */
    private Future<Boolean> put(String key, byte[] data, Duration ttl, @Nullable Item seen) {
        return stored(send(key, seen == null ? add(key, data, ttl) : cas(key, data, ttl, seen.unique())));
    }

    private static Future<Boolean> stored(Future<MemcachedReply> reply) {
        return reply.map(MemcachedReply::isStored);
    }

    private static Future<Boolean> again(int tries, IntFunction<Future<Boolean>> step) {
        return tries > 1 ? step.apply(tries - 1) : Future.failedFuture(new ContendedException());
    }

    private static byte @Nullable [] data(@Nullable Item item) {
        return item == null ? null : item.data();
    }

    private static String text(Item item) {
        return new String(item.data(), StandardCharsets.US_ASCII);
    }

    /** Others came between each time. */
    private static final class ContendedException extends RuntimeException {
        ContendedException() {
            super("others changed the entry each time", null, false, false);
        }
    }

    /** The cluster has other nodes than these by now. */
    private static final class OtherNodesException extends RuntimeException {
        OtherNodesException() {
            super("the cluster of Memcached has other nodes by now", null, false, false);
        }
    }
}
