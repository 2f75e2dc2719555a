package io.headgate.memcached;

import io.headgate.memcached.MemcachedException.Kind;
import io.headgate.memcached.MemcachedReply.Item;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server, on which many commands wait for their answers at once. The server does them in the order in
 * which they were sent. It is never replaced: all that was sent on it is over when it ends.
 */
public final class MemcachedConnection {

    private static final String CRLF = "\r\n";

    private final NetSocket socket;
    private final Context context;
    private final int maxOutstanding;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final Queue<Sent> outgoing = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean flushing = new AtomicBoolean();
    private volatile @Nullable Runnable broken;

    // What follows is touched in the socket's context alone.
    private final Queue<Sent> sent = new ArrayDeque<>();
    private final RecordParser parser = RecordParser.newDelimited(CRLF);
    private Map<String, Item> items = new HashMap<>();
    private @Nullable Header awaited;
    private boolean ended;

    private record Sent(Buffer command, Promise<MemcachedReply> answer) {}

    private record Header(String key, String unique) {}

    private MemcachedConnection(NetSocket socket, Context context, int maxOutstanding) {
        this.socket = socket;
        this.context = context;
        this.maxOutstanding = maxOutstanding;
        parser.handler(this::received);
        socket.handler(parser);
        socket.exceptionHandler(failure -> socket.close());
        socket.closeHandler(closed -> end());
    }

    /** Connects; fails when the server is away. */
    static Future<MemcachedConnection> to(MemcachedNode node, Vertx vertx, NetClient client, int maxOutstanding) {
        Context context = vertx.getOrCreateContext();
        return client.connect(node.port(), node.host())
                .map(socket -> new MemcachedConnection(socket, context, maxOutstanding));
    }

    /** Sends a command. Fails with a {@link MemcachedException}; it waits for its answer as long as the server likes. */
    public Future<MemcachedReply> send(Buffer command) {
        if (outstanding.incrementAndGet() > maxOutstanding) {
            outstanding.decrementAndGet();
            return Future.failedFuture(new MemcachedException(Kind.TOO_MANY, "too many commands wait for Memcached"));
        }
        Promise<MemcachedReply> answer = Promise.promise();
        outgoing.add(new Sent(command, answer));
        if (flushing.compareAndSet(false, true)) {
            context.runOnContext(ignored -> flush());
        }
        return answer.future().onComplete(answered -> outstanding.decrementAndGet());
    }

    /** Calls back when the connection has ended, whoever ended it. */
    public void onBroken(Runnable callback) {
        broken = callback;
        context.runOnContext(ignored -> {
            if (ended) {
                callback.run();
            }
        });
    }

    public void close() {
        socket.close();
    }

    /** Sends all that has come together. */
    private void flush() {
        flushing.set(false);
        Buffer all = Buffer.buffer();
        for (Sent next = outgoing.poll(); next != null; next = outgoing.poll()) {
            if (ended) {
                next.answer().fail(closed());
            } else {
                sent.add(next);
                all.appendBuffer(next.command());
            }
        }
        if (all.length() > 0) {
            socket.write(all).onFailure(failure -> end());
        }
    }

    private void received(Buffer record) {
        try {
            read(record);
        } catch (RuntimeException garbled) {
            socket.close();
        }
    }

    private void read(Buffer record) {
        Header header = awaited;
        if (header != null) {
            awaited = null;
            parser.delimitedMode(CRLF);
            items.put(header.key(), new Item(record.getBytes(0, record.length() - CRLF.length()), header.unique()));
            return;
        }
        String line = record.toString(StandardCharsets.ISO_8859_1);
        String[] words = line.split(" ", 5);
        switch (words[0]) {
            // VALUE key flags bytes unique
            case "VALUE" -> await(new Header(words[1], words.length > 4 ? words[4] : ""), words[3]);
            // CONFIG key flags bytes
            case "CONFIG" -> await(new Header(words[1], ""), words[3]);
            case "STAT" ->
                items.put(
                        words[1],
                        new Item(line.substring(6 + words[1].length()).getBytes(StandardCharsets.ISO_8859_1), ""));
            default -> answered(line);
        }
    }

    private void await(Header header, String length) {
        awaited = header;
        parser.fixedSizeMode(Integer.parseInt(length) + CRLF.length());
    }

    private void answered(String status) {
        Sent first = sent.poll();
        Map<String, Item> had = items;
        items = new HashMap<>();
        if (first == null || status.startsWith("ERROR") || status.startsWith("CLIENT_ERROR")) {
            // Which answer belongs to what is not known any more.
            if (first != null) {
                first.answer().fail(new MemcachedException(Kind.REFUSED, status));
            }
            socket.close();
        } else if (status.startsWith("SERVER_ERROR")) {
            boolean full = status.contains("out of memory") || status.contains("too large");
            first.answer().fail(new MemcachedException(full ? Kind.FULL : Kind.REFUSED, status));
        } else {
            first.answer().complete(new MemcachedReply(status, had));
        }
    }

    private void end() {
        ended = true;
        for (Sent next = sent.poll(); next != null; next = sent.poll()) {
            next.answer().fail(closed());
        }
        flush();
        Runnable callback = broken;
        if (callback != null) {
            callback.run();
        }
    }

    private static MemcachedException closed() {
        return new MemcachedException(Kind.CLOSED, "the connection to Memcached has ended");
    }
}
