package io.headgate.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection to Redis, on which many commands wait for their answers at once, each for a limited time. */
public final class RedisLink {

    private final RedisConnection connection;
    private final TimeLimit limit;
    private final int maxOutstanding;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    public RedisLink(RedisConnection connection, TimeLimit limit, int maxOutstanding) {
        this.connection = connection;
        this.limit = limit;
        this.maxOutstanding = maxOutstanding;
    }

    /** Sends a command; too many outstanding ones make it fail with {@link TooManyCommandsException}, unsent. */
    public Future<Response> send(Request command) {
        if (closed.get()) {
            return Future.failedFuture(new ClosedLinkException());
        }
        if (outstanding.incrementAndGet() > maxOutstanding) {
            outstanding.decrementAndGet();
            return Future.failedFuture(new TooManyCommandsException());
        }
        // A command that timed out still takes a place until Redis answers or the connection ends.
        return limit.on(connection.send(command).onComplete(answer -> outstanding.decrementAndGet()));
    }

    /** Whether no command waits for its answer. */
    boolean isIdle() {
        return outstanding.get() == 0;
    }

    /** Calls back, once or more, when the connection is broken. */
    public void onBroken(Runnable callback) {
        connection.endHandler(end -> callback.run());
        connection.exceptionHandler(failure -> callback.run());
    }

    /** Sends no more. The connection goes back to the client's pool, where commands without an answer may still be. */
    public void close() {
        if (closed.compareAndSet(false, true)) {
            connection.close();
        }
    }

    /** As many commands wait for their answers as may. */
    public static final class TooManyCommandsException extends RuntimeException {
        TooManyCommandsException() {
            super("too many commands wait for Redis", null, false, false);
        }
    }

    /** This connection is not used any more. */
    public static final class ClosedLinkException extends RuntimeException {
        public ClosedLinkException() {
            super("this connection to Redis is not used any more", null, false, false);
        }
    }
}
