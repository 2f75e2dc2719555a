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
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis, made when it is first needed, on which the commands of all features go out without waiting for
 * each other. Every command has keys of one slot, so that it works with a cluster. Each fails when Redis has not answered
 * within its time, and at once while Redis is away: then it is tried again with a growing pause, when there is something to
 * ask.
 */
public final class SharedRedis implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(SharedRedis.class);

    /** Full, a replica, starting, without its disk, its replicas or its cluster, or not to be used by us. */
    private static final Pattern REFUSALS = Pattern.compile("\\b(OOM|READONLY|LOADING|MISCONF|NOREPLICAS|MASTERDOWN"
            + "|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|BUSY|NOAUTH|WRONGPASS|NOPERM)\\b");

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

    /** A connection on which a command has {@code headgate.redis.timeout}. */
    public SharedRedis(Vertx vertx, Redis redis, RedisConfig config) {
        this(vertx, redis, config, config.timeout());
    }

    /** @param timeout how long a request waits instead of as configured */
    public SharedRedis(Vertx vertx, Redis redis, RedisConfig config, Duration timeout) {
        this.vertx = vertx;
        this.redis = redis;
        this.config = config;
        this.timeLimit = new TimeLimit(vertx, timeout);
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
        return uni(Eval.request(script, List.of(key), arguments)).map(SharedRedis::integers);
    }

    /**
     * Runs a Lua script that touches keys of one slot, and gives the texts and integers that it returns, which are none of
     * them {@code nil}. Fails when Redis does, with {@link #isUnsent} or {@link #isRefusal} where the script was not run.
     */
    Uni<List<String>> texts(String script, List<String> keys, Object... arguments) {
        return uni(Eval.request(script, keys, arguments)).map(SharedRedis::texts);
    }

    /** Whether a command failed without having been sent. */
    static boolean isUnsent(Throwable failure) {
        return failure instanceof RedisAwayException
                || failure instanceof TooManyCommandsException
                || failure instanceof ClosedLinkException;
    }

    /** Whether Redis answered with an error. */
    static boolean isError(Throwable failure) {
        return failure instanceof ErrorType error && !error.is("CONNECTION_CLOSED");
    }

    /** Whether Redis answered that it does not do it now, and did nothing of it. */
    static boolean isRefusal(Throwable failure) {
        return failure instanceof ErrorType error
                && REFUSALS.matcher(error.toString()).find();
    }

    /**
     * Runs a Lua script whose keys are in one slot; arguments that are {@code byte[]} are sent as they are. Fails when Redis
     * does, and then the script may have been run or not.
     */
    public Uni<Response> eval(String script, List<String> keys, List<?> arguments) {
        return uni(Eval.request(script, keys, arguments.toArray()));
    }

    /**
     * Completes when a stream has an entry behind the one of an identifier, and at the latest after a time that is less than
     * the limit of a command. While it waits, Redis answers nothing else on this connection. Fails when Redis does.
     */
    public Uni<Void> awaitEntry(String stream, String after, Duration longest) {
        return uni(Request.cmd(Command.XREAD)
                        .arg("COUNT")
                        .arg(1)
                        .arg("BLOCK")
                        .arg(longest.toMillis())
                        .arg("STREAMS")
                        .arg(stream)
                        .arg(after))
                .replaceWithVoid();
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

    private static List<String> texts(@Nullable Response answer) {
        return answer == null
                ? List.of()
                : answer.stream().map(Response::toString).toList();
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
        return timeLimit
                .on(awaited)
                .recover(failure -> Future.failedFuture(new RedisAwayException()))
                .compose(made -> send(made, command));
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
        synchronized (lock) {
            if (isError(cause) || link != on || ++failures < config.failureThreshold()) {
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
