package io.headgate.user.cache;

import io.headgate.redis.Names;
import io.headgate.redis.TimeLimit;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one way of a process to the cache, and a circuit breaker: while there is a {@link CacheSession} the cache
 * is used, otherwise no command is sent but a probe now and then. It owns the epoch, which every key holds.
 *
 * <p>It keeps the cache coherent across failures: a write that the server may not have been told of is reported to {@link
 * #missed}, which ends the session, and the next one has a new epoch that was set after that write. So whatever became
 * stale is dropped, by all gateways at once. After an outage the server is told of writes at once, and is read only when
 * other gateways have had the time to come back too: until then they may change users and tell nobody.
 */
public final class CacheGate implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(CacheGate.class);

    private final Vertx vertx;
    private final CacheServer server;
    private final CacheConfig config;
    private final MeterRegistry meters;
    private final TimeLimit timeLimit;
    private final Names names = new Names();
    private final AtomicInteger failures = new AtomicInteger();

    private final Object lock = new Object();
    /** Whether the session, if there is one, may be read: not before its epoch is younger than the last missed write. */
    private boolean readable;

    private volatile @Nullable CacheSession session;
    private long clock;
    /** When the last write was missed that no epoch has been set after; 0 when none was. */
    private long missedAt;

    /** Whether the server was away since it was last read. */
    private boolean lost;

    private long doubtfulUntil = System.nanoTime();
    private Duration backoff;
    private @Nullable Future<CacheSession> refreshing;
    private boolean closed;

    /** A gate that stays shut until {@link #start}. */
    public CacheGate(Vertx vertx, CacheServer server, CacheConfig config, MeterRegistry meters) {
        this.vertx = vertx;
        this.server = server;
        this.config = config;
        this.meters = meters;
        this.timeLimit = new TimeLimit(vertx, config.timeout());
        this.backoff = config.minBackoff();
        Gauge.builder("headgate.cache.breaker.open", this, gate -> gate.usable() ? 0 : 1)
                .description("1 while the cache is left alone and every read goes to the stores")
                .register(meters);
    }

    /** Goes to the server for the first time. Returns at once; until it answered, reads go to the stores. */
    public void start() {
        vertx.runOnContext(ignored -> probe());
    }

    /** Whether reads are answered from the cache. */
    public boolean usable() {
        return readSession() != null;
    }

    /** Begins a new epoch, in which all entries of all gateways are gone. Fails where the server could not be told. */
    public Uni<Void> drop() {
        return Uni.createFrom().completionStage(() -> {
            CacheSession current = session;
            return (current == null
                            ? Future.<CacheSession>failedFuture(new EndedSessionException())
                            : epoch(current.link(), true).compose(epoch -> adopted(current.link(), epoch)))
                    .<Void>mapEmpty()
                    .toCompletionStage();
        });
    }

    /** Leaves the server for good. */
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

    /** Of what the server is told by this process and no other. */
    Names names() {
        return names;
    }

    Vertx vertx() {
        return vertx;
    }

    /** How long the server is waited for. */
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

    /** The session in which the server is told of writes. */
    @Nullable
    CacheSession writeSession() {
        return session;
    }

    /** A step on a link; its failure counts against the server. */
    <T> Future<T> watched(CacheLink link, Future<T> step) {
        return step.onComplete(answer -> {
            if (answer.succeeded()) {
                failures.lazySet(0);
            } else {
                failed(link, answer.cause());
            }
        });
    }

    /**
     * The session in the epoch that the server has now: a new one where it has none, or one from another run. Fails when
     * the server does, or when there is no session any more.
     */
    Future<CacheSession> refreshed(CacheSession stale) {
        synchronized (lock) {
            CacheSession current = session;
            if (current == null || current.link() != stale.link()) {
                return current == null
                        ? Future.failedFuture(new EndedSessionException())
                        : Future.succeededFuture(current);
            }
            if (refreshing == null) {
                Future<CacheSession> asked = epoch(stale.link(), false).compose(epoch -> adopted(stale.link(), epoch));
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
     * Tells that the server may not know of a write.
     *
     * @param since a tick after the write was made, or after it was given up before it was begun
     */
    void missed(long since) {
        CacheLink link;
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

    /** Tells of a write that may yet be made, until {@code longest} from now, and that the server may not know of. */
    void missedUntil(Duration longest) {
        synchronized (lock) {
            doubtfulUntil = Math.max(doubtfulUntil - System.nanoTime(), longest.toNanos()) + System.nanoTime();
        }
        missed(Long.MAX_VALUE);
    }

    private void failed(CacheLink link, Throwable cause) {
        CacheFailure failure = cause instanceof EndedSessionException ? CacheFailure.REJECTED : link.kindOf(cause);
        meters.counter("headgate.cache.errors", "kind", failure.label()).increment();
        boolean tooMany = failure.counts() && failures.incrementAndGet() >= config.failureThreshold();
        if (tooMany || failure == CacheFailure.CONNECTION) {
            leave(link, failure.label());
        }
    }

    /** Ends the session on a link, where it has not ended yet. */
    private void leave(CacheLink link, String reason) {
        synchronized (lock) {
            CacheSession current = session;
            if (current == null || current.link() != link) {
                return;
            }
            session = null;
            readable = false;
            lost = true;
            refreshing = null;
            failures.set(0);
            backoff = config.minBackoff();
            if (current.link().isClustered()) {
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
                        .onSuccess(epoch -> enter(link, epoch, sent, renew)))
                .onFailure(failure -> {
                    synchronized (lock) {
                        lost = true;
                    }
                    probeLater();
                });
    }

    private Future<CacheLink> connect() {
        return server.connect().map(link -> {
            link.onBroken(() -> leave(link, CacheFailure.CONNECTION.label()));
            return link;
        });
    }

    private void enter(CacheLink link, String epoch, long sent, boolean renewed) {
        boolean toBeRead;
        synchronized (lock) {
            if (closed || doubtfulUntil - System.nanoTime() > 0) {
                session = null;
                link.close();
                probeLater();
                return;
            }
            toBeRead = missedAt <= sent;
            session = session(link, epoch, renewed ? sent : 0);
            if (toBeRead) {
                missedAt = 0;
                backoff = config.minBackoff();
                failures.set(0);
            }
        }
        if (toBeRead) {
            watchLater(link);
            settle(link, renewed);
        } else {
            // From now on the server is told of writes, so that one more epoch is enough.
            renew(link);
        }
    }

    private void settle(CacheLink link, boolean renewed) {
        boolean wasLost;
        synchronized (lock) {
            wasLost = lost;
        }
        if (wasLost && config.settlingTime().toMillis() > 0) {
            vertx.setTimer(config.settlingTime().toMillis(), ignored -> open(link, renewed));
        } else {
            open(link, renewed);
        }
    }

    private void open(CacheLink link, boolean renewed) {
        synchronized (lock) {
            CacheSession current = session;
            if (current == null || current.link() != link) {
                return;
            }
            readable = true;
            lost = false;
        }
        LOG.infof("cache.breaker=closed renewed=%s", renewed);
    }

    private void renew(CacheLink link) {
        long sent = tick();
        epoch(link, true)
                .onSuccess(epoch -> {
                    if (isCurrent(link)) {
                        enter(link, epoch, sent, true);
                    }
                })
                .onFailure(failure -> leave(link, "probe"));
    }

    private boolean isCurrent(CacheLink link) {
        CacheSession current = session;
        return current != null && current.link() == link;
    }

    private void watchLater(CacheLink link) {
        vertx.setTimer(config.watchInterval().toMillis(), ignored -> watch(link));
    }

    private void watch(CacheLink link) {
        if (isCurrent(link)) {
            epoch(link, false).compose(epoch -> adopted(link, epoch)).onComplete(done -> watchLater(link));
        }
    }

    private Future<String> epoch(CacheLink link, boolean renew) {
        return watched(link, link.epoch(CacheSession.epochKey(config.keyPrefix()), names.next(), renew));
    }

    private Future<CacheSession> adopted(CacheLink link, String epoch) {
        synchronized (lock) {
            CacheSession current = session;
            if (current == null || current.link() != link) {
                return Future.failedFuture(new EndedSessionException());
            }
            CacheSession adopted = session(link, epoch, current.renewedAt());
            session = adopted;
            return Future.succeededFuture(adopted);
        }
    }

    private CacheSession session(CacheLink link, String epoch, long renewedAt) {
        return new CacheSession(link, config.keyPrefix(), epoch, renewedAt);
    }

    /** There is no session any more. */
    static final class EndedSessionException extends RuntimeException {
        EndedSessionException() {
            super("the cache is not used any more", null, false, false);
        }
    }
}
