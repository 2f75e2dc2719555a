package io.headgate.user.cache;

import io.headgate.redis.RedisLink;
import io.headgate.redis.TimeLimit;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one way of a process to the cache in Redis, and a circuit breaker: while there is a {@link CacheSession} the cache
 * is used, otherwise no command is sent but a probe now and then. It owns the epoch, which every key holds.
 *
 * <p>It keeps the cache coherent across failures: a write that Redis may not have been told of is reported to {@link
 * #missed}, which ends the session, and the next one has a new epoch that was set after that write. So whatever became
 * stale is dropped, by all gateways at once.
 */
public final class CacheGate implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(CacheGate.class);

    private final Vertx vertx;
    private final Redis redis;
    private final CacheConfig config;
    private final MeterRegistry meters;
    private final TimeLimit timeLimit;
    private final AtomicInteger failures = new AtomicInteger();

    private final Object lock = new Object();
    /** Whether the session, if there is one, may be read: not before its epoch is younger than the last missed write. */
    private boolean readable;

    private volatile @Nullable CacheSession session;
    private long clock;
    /** When the last write was missed that no epoch has been set after; 0 when none was. */
    private long missedAt;

    private long doubtfulUntil = System.nanoTime();
    private Duration backoff;
    private @Nullable Future<CacheSession> refreshing;
    private boolean closed;

    /** A gate that stays shut until {@link #start}. */
    public CacheGate(Vertx vertx, Redis redis, CacheConfig config, MeterRegistry meters) {
        this.vertx = vertx;
        this.redis = redis;
        this.config = config;
        this.meters = meters;
        this.timeLimit = new TimeLimit(vertx, config.timeout());
        this.backoff = config.minBackoff();
        Gauge.builder("headgate.cache.breaker.open", this, gate -> gate.usable() ? 0 : 1)
                .description("1 while Redis is left alone and every read goes to the stores")
                .register(meters);
    }

    /** Goes to Redis for the first time. Returns at once; until Redis answered, reads go to the stores. */
    public void start() {
        vertx.runOnContext(ignored -> probe());
    }

    /** Whether reads are answered from the cache. */
    public boolean usable() {
        return readSession() != null;
    }

    /** Begins a new epoch, in which all entries of all gateways are gone. Fails where Redis could not be told. */
    public Uni<Void> drop() {
        return Uni.createFrom().completionStage(() -> {
            CacheSession current = session;
            return (current == null
                            ? Future.<CacheSession>failedFuture(new RedisLink.ClosedLinkException())
                            : epoch(current.link(), true).compose(answer -> adopted(current.link(), answer)))
                    .<Void>mapEmpty()
                    .toCompletionStage();
        });
    }

    /** Leaves Redis for good. */
    @Override
    public void close() {
        CacheSession last;
        synchronized (lock) {
            closed = true;
            last = session;
            session = null;
        }
        if (last != null) {
            last.link().close();
        }
    }

    Vertx vertx() {
        return vertx;
    }

    /** How long Redis is waited for. */
    TimeLimit timeLimit() {
        return timeLimit;
    }

    /** The session whose entries may be believed. */
    @Nullable
    CacheSession readSession() {
        synchronized (lock) {
            return readable ? session : null;
        }
    }

    /** The session in which Redis is told of writes. */
    @Nullable
    CacheSession writeSession() {
        return session;
    }

    /** Sends a command in a session; its failure counts against Redis. */
    Future<Response> send(CacheSession in, Request command) {
        return send(in.link(), command);
    }

    /**
     * The session in the epoch that Redis has now: a new one where Redis has none, or one from another run. Fails when
     * Redis does, or when there is no session any more.
     */
    Future<CacheSession> refreshed(CacheSession stale) {
        synchronized (lock) {
            CacheSession current = session;
            if (current == null || current.link() != stale.link()) {
                return current == null
                        ? Future.failedFuture(new RedisLink.ClosedLinkException())
                        : Future.succeededFuture(current);
            }
            if (refreshing == null) {
                Future<CacheSession> asked =
                        epoch(stale.link(), false).compose(answer -> adopted(stale.link(), answer));
                refreshing = asked;
                asked.onComplete(done -> {
                    synchronized (lock) {
                        refreshing = null;
                    }
                });
                return asked;
            }
            return refreshing;
        }
    }

    /** A moment: later than those given before. */
    long tick() {
        synchronized (lock) {
            return ++clock;
        }
    }

    /**
     * Tells that Redis may not know of a write.
     *
     * @param since a tick after the write was made, or after it was given up before it was begun
     */
    void missed(long since) {
        RedisLink link;
        synchronized (lock) {
            CacheSession current = session;
            if (current != null && current.renewedAt() > since) {
                // The epoch was set after the write: nothing in it is older.
                return;
            }
            missedAt = ++clock;
            link = current == null ? null : current.link();
        }
        meters.counter("headgate.cache.invalidations.missed").increment();
        if (link != null) {
            leave(link, "invalidation");
        }
    }

    /** Tells of a write that may yet be made, until {@code longest} from now, and that Redis may not know of. */
    void missedUntil(Duration longest) {
        synchronized (lock) {
            doubtfulUntil = Math.max(doubtfulUntil - System.nanoTime(), longest.toNanos()) + System.nanoTime();
        }
        missed(Long.MAX_VALUE);
    }

    private Future<Response> send(RedisLink link, Request command) {
        return link.send(command).onComplete(answer -> {
            if (answer.succeeded()) {
                failures.lazySet(0);
            } else {
                failed(link, answer.cause());
            }
        });
    }

    private void failed(RedisLink link, Throwable cause) {
        Failure failure = Failure.of(cause);
        meters.counter("headgate.cache.errors", "kind", failure.label()).increment();
        boolean tooMany = failure.counts() && failures.incrementAndGet() >= config.failureThreshold();
        if (tooMany || failure == Failure.CONNECTION) {
            leave(link, failure.label());
        }
    }

    /** Ends the session on a link, where it has not ended yet. */
    private void leave(RedisLink link, String reason) {
        synchronized (lock) {
            CacheSession current = session;
            if (current == null || current.link() != link) {
                return;
            }
            session = null;
            readable = false;
            refreshing = null;
            failures.set(0);
            backoff = config.minBackoff();
            if (current.clustered()) {
                // The epoch's server has not changed, another one of the cluster may have.
                missedAt = ++clock;
            }
        }
        probeLater();
        link.close();
        LOG.warnf("cache.breaker=open reason=%s", reason);
        meters.counter("headgate.cache.breaker.openings", "reason", reason).increment();
    }

    private void probeLater() {
        long delay;
        synchronized (lock) {
            double part = ThreadLocalRandom.current().nextDouble(0.5, 1);
            long pause = (long) (backoff.toMillis() * part);
            long doubt = TimeUnit.NANOSECONDS.toMillis(doubtfulUntil - System.nanoTime()) + 1;
            delay = Math.max(1, Math.max(pause, doubt));
            Duration doubled = backoff.multipliedBy(2);
            backoff = doubled.compareTo(config.maxBackoff()) < 0 ? doubled : config.maxBackoff();
        }
        vertx.setTimer(delay, ignored -> probe());
    }

    private void probe() {
        long sent;
        boolean renew;
        synchronized (lock) {
            if (closed) {
                return;
            }
            sent = ++clock;
            renew = missedAt != 0;
        }
        connect()
                .compose(link -> epoch(link, renew)
                        .onFailure(failure -> link.close())
                        .onSuccess(answer -> enter(link, answer, sent, renew)))
                .onFailure(failure -> probeLater());
    }

    private Future<RedisLink> connect() {
        Future<RedisConnection> connecting = redis.connect();
        return new TimeLimit(vertx, config.connectTimeout())
                .on(connecting)
                .onFailure(tooLate -> connecting.onSuccess(RedisConnection::close))
                .map(connection -> {
                    RedisLink link = new RedisLink(connection, timeLimit, config.maxOutstanding());
                    link.onBroken(() -> leave(link, Failure.CONNECTION.label()));
                    return link;
                });
    }

    private void enter(RedisLink link, Response answer, long sent, boolean renewed) {
        boolean toBeRead;
        synchronized (lock) {
            if (closed || doubtfulUntil - System.nanoTime() > 0) {
                session = null;
                link.close();
                probeLater();
                return;
            }
            toBeRead = missedAt <= sent;
            session = session(link, answer, renewed ? sent : 0);
            readable = toBeRead;
            if (toBeRead) {
                missedAt = 0;
                backoff = config.minBackoff();
                failures.set(0);
            }
        }
        if (toBeRead) {
            LOG.infof("cache.breaker=closed renewed=%s", renewed);
            watchLater(link);
        } else {
            // From now on Redis is told of writes, so that one more epoch is enough.
            renew(link);
        }
    }

    private void renew(RedisLink link) {
        long sent = tick();
        epoch(link, true)
                .onSuccess(answer -> {
                    if (isCurrent(link)) {
                        enter(link, answer, sent, true);
                    }
                })
                .onFailure(failure -> leave(link, "probe"));
    }

    private boolean isCurrent(RedisLink link) {
        CacheSession current = session;
        return current != null && current.link() == link;
    }

    private void watchLater(RedisLink link) {
        vertx.setTimer(config.watchInterval().toMillis(), ignored -> watch(link));
    }

    private void watch(RedisLink link) {
        if (isCurrent(link)) {
            epoch(link, false).compose(answer -> adopted(link, answer)).onComplete(done -> watchLater(link));
        }
    }

    private Future<Response> epoch(RedisLink link, boolean renew) {
        List<String> keys = List.of(CacheSession.epochKey(config.keyPrefix()));
        return send(link, CacheSession.eval(CacheScripts.EPOCH, keys, Tokens.next(), renew ? 1 : 0));
    }

    private Future<CacheSession> adopted(RedisLink link, Response answer) {
        synchronized (lock) {
            CacheSession current = session;
            if (current == null || current.link() != link) {
                return Future.failedFuture(new RedisLink.ClosedLinkException());
            }
            CacheSession adopted = session(link, answer, current.renewedAt());
            session = adopted;
            return Future.succeededFuture(adopted);
        }
    }

    private CacheSession session(RedisLink link, Response answer, long renewedAt) {
        boolean clustered = "cluster".equals(answer.get(1).toString());
        return new CacheSession(link, config.keyPrefix(), answer.get(0).toString(), renewedAt, clustered);
    }

    /** What a failed command says about Redis. */
    private enum Failure {
        CONNECTION,
        TIMEOUT,
        /** Redis is full, and alive. */
        FULL,
        REPLY,
        /** Not sent. */
        REJECTED;

        static Failure of(Throwable cause) {
            if (cause instanceof TimeoutException) {
                return TIMEOUT;
            }
            if (cause instanceof RedisLink.TooManyCommandsException || cause instanceof RedisLink.ClosedLinkException) {
                return REJECTED;
            }
            if (cause instanceof ErrorType error && !error.is("CONNECTION_CLOSED")) {
                return isFull(error) ? FULL : REPLY;
            }
            return CONNECTION;
        }

        boolean counts() {
            return this == TIMEOUT || this == REPLY;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether a command failed because Redis has no memory left: from a script the code is inside the message. */
    static boolean isFull(Throwable cause) {
        return cause instanceof ErrorType && String.valueOf(cause.getMessage()).contains("OOM command not allowed");
    }
}
