package io.headgate.redis;

import io.headgate.redis.RedisLink.ClosedLinkException;
import io.headgate.redis.RedisLink.TooManyCommandsException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis, made when it is first needed, on which the commands of all features go out without waiting for
 * each other. Every command has one key, so that it works with a cluster. Each fails when Redis has not answered within
 * {@code headgate.redis.timeout}, and at once while Redis is away: then it is tried again with a growing pause, when there
 * is something to ask.
 */
public final class SharedRedis implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(SharedRedis.class);

    private final Vertx vertx;
    private final Redis redis;
    private final RedisConfig config;
    private final TimeLimit timeLimit;

    private final Object lock = new Object();
    private volatile @Nullable RedisLink link;
    private @Nullable Future<RedisLink> connecting;
    /** Whether Redis failed when it was last tried, so that nothing waits for a connection. */
    private boolean isAway;

    private long nextAttempt;
    private Duration backoff;
    private volatile int failures;
    private boolean closed;

    public SharedRedis(Vertx vertx, Redis redis, RedisConfig config) {
        this.vertx = vertx;
        this.redis = redis;
        this.config = config;
        this.timeLimit = new TimeLimit(vertx, config.timeout());
        this.backoff = config.minBackoff();
    }

    /** The value of a key; empty when there is none. Fails when Redis does. */
    public Uni<Optional<String>> get(String key) {
        return uni(Request.cmd(Command.GET).arg(key))
                .map(value -> Optional.ofNullable(value).map(Response::toString));
    }

    /** Sets the value of a key for a time, whatever it was. Fails when Redis does, and then the value may be set or not. */
    public Uni<Void> set(String key, String value, Duration ttl) {
        return uni(Request.cmd(Command.SET).arg(key).arg(value).arg("PX").arg(ttl.toMillis()))
                .replaceWithVoid();
    }

    /**
     * Runs a Lua script that touches one key, and gives the integers that it returns. Fails when Redis does, and then the
     * script may have been run or not.
     */
    public Uni<long[]> eval(String script, String key, Object... arguments) {
        Request request = Request.cmd(Command.EVAL).arg(script).arg(1).arg(key);
        for (Object argument : arguments) {
            request.arg(argument.toString());
        }
        return uni(request).map(SharedRedis::integers);
    }

    /** Whether a command would be sent now, as far as is known. */
    public boolean isAvailable() {
        synchronized (lock) {
            return !closed && (link != null || !isAway);
        }
    }

    @Override
    public void close() {
        RedisLink last;
        synchronized (lock) {
            closed = true;
            last = link;
            link = null;
        }
        if (last != null) {
            last.close();
        }
    }

    private static long[] integers(@Nullable Response answer) {
        if (answer == null) {
            return new long[0];
        }
        return answer.type() == ResponseType.MULTI
                ? IntStream.range(0, answer.size())
                        .mapToLong(i -> answer.get(i).toLong())
                        .toArray()
                : new long[] {answer.toLong()};
    }

    private Uni<@Nullable Response> uni(Request command) {
        return Uni.createFrom().emitter(emitter -> send(command).onComplete(emitter::complete, emitter::fail));
    }

    private Future<Response> send(Request command) {
        RedisLink current = link;
        if (current != null) {
            return send(current, command);
        }
        Future<RedisLink> awaited;
        synchronized (lock) {
            if (closed || (isAway && System.nanoTime() - nextAttempt < 0)) {
                return Future.failedFuture(new RedisAwayException());
            }
            awaited = connecting;
            if (awaited == null) {
                awaited = connect();
                if (!awaited.isComplete()) {
                    connecting = awaited;
                }
            }
            if (isAway) {
                return Future.failedFuture(new RedisAwayException());
            }
        }
        return timeLimit.on(awaited).compose(made -> send(made, command));
    }

    private Future<Response> send(RedisLink to, Request command) {
        return to.send(command).onComplete(answer -> {
            if (answer.failed()) {
                failed(to, answer.cause());
            } else if (failures != 0) {
                synchronized (lock) {
                    failures = 0;
                }
            }
        });
    }

    private void failed(RedisLink on, Throwable cause) {
        if (cause instanceof TooManyCommandsException || cause instanceof ClosedLinkException) {
            return;
        }
        boolean answered = cause instanceof ErrorType error && !error.is("CONNECTION_CLOSED");
        synchronized (lock) {
            if (answered || link != on || ++failures < config.failureThreshold()) {
                return;
            }
        }
        leave(on, true);
    }

    private Future<RedisLink> connect() {
        Future<RedisConnection> made = redis.connect();
        return new TimeLimit(vertx, config.connectTimeout())
                .on(made)
                .onFailure(tooLate -> made.onSuccess(RedisConnection::close))
                .map(connection -> new RedisLink(connection, timeLimit, config.maxOutstanding()))
                .onSuccess(this::enter)
                .onFailure(failure -> away("connect"));
    }

    private void enter(RedisLink made) {
        made.onBroken(() -> leave(made, !made.isIdle()));
        boolean isUsed;
        synchronized (lock) {
            connecting = null;
            isUsed = !closed;
            if (isUsed) {
                link = made;
                isAway = false;
                failures = 0;
                backoff = config.minBackoff();
            }
        }
        if (!isUsed) {
            made.close();
        }
    }

    /** Ends the use of a connection; one that ended while nothing was asked says nothing about Redis. */
    private void leave(RedisLink left, boolean failing) {
        synchronized (lock) {
            if (link != left) {
                return;
            }
            link = null;
        }
        if (failing) {
            away("commands");
        }
        left.close();
    }

    private void away(String reason) {
        boolean wasThere;
        synchronized (lock) {
            connecting = null;
            wasThere = !isAway;
            isAway = true;
            failures = 0;
            nextAttempt = System.nanoTime() + backoff.toNanos();
            Duration doubled = backoff.multipliedBy(2);
            backoff = doubled.compareTo(config.maxBackoff()) < 0 ? doubled : config.maxBackoff();
        }
        if (wasThere) {
            LOG.warnf("redis.away=true reason=%s", reason);
        }
    }

    /** Redis failed lately, and is not tried before its time. */
    public static final class RedisAwayException extends RuntimeException {
        RedisAwayException() {
            super("Redis is away", null, false, false);
        }
    }
}
