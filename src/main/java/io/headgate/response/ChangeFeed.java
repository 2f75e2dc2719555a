package io.headgate.response;

import io.headgate.redis.Eval;
import io.headgate.redis.Names;
import io.headgate.redis.TimeLimit;
import io.headgate.redis.Together;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What carries notices of writes between replicas, through Redis: it fills a {@link ChangeLog} and tells of this replica's
 * writes. One connection waits for notices, which Redis sends at once and otherwise says every {@link #WAIT} that there
 * is none; another tells. While Redis can't be reached the log is not believed. Nothing here fails a write.
 */
public final class ChangeFeed implements AutoCloseable {

    /** How long Redis lets a replica wait for a notice: a quarter of how long a log is believed. */
    static final Duration WAIT = Duration.ofMillis(50);

    /** Between two looks that each found notices, so that many changes are not a look each. */
    private static final Duration PAUSE = Duration.ofMillis(5);

    /** How many times as long as a command connecting may take. */
    private static final int CONNECTING = 4;

    private static final int AT_ONCE = 256;
    private static final int KEPT = 10_000;
    private static final String BETWEEN_TAGS = "\n";

    private final Vertx vertx;
    private final Redis redis;
    private final ChangeLog log;
    private final List<String> keys;
    private final Duration longestWrite;
    private final LongSupplier nanoTime;
    private final TimeLimit limit;
    private final TimeLimit waiting;
    private final TimeLimit connecting;
    private final Names names = new Names();
    private final Together<Notice, Told> together = new Together<>(AT_ONCE, this::tell);

    private volatile @Nullable RedisConnection telling;
    private volatile boolean closed;

    /**
     * A feed that is not started.
     *
     * @param prefix what its keys begin with; replicas of one prefix hear each other
     * @param timeout how long a command is waited for
     * @param longestWrite longer than any store takes for a write
     * @param nanoTime the log's
     */
    public ChangeFeed(
            Vertx vertx,
            Redis redis,
            ChangeLog log,
            String prefix,
            Duration timeout,
            Duration longestWrite,
            LongSupplier nanoTime) {
        this.vertx = vertx;
        this.redis = redis;
        this.log = log;
        String slot = "{" + prefix + ":changes}:";
        this.keys = List.of(slot + "state", slot + "running", slot + "notices");
        this.limit = new TimeLimit(vertx, timeout);
        this.waiting = new TimeLimit(vertx, timeout.plus(WAIT));
        this.connecting = new TimeLimit(vertx, timeout.multipliedBy(CONNECTING));
        this.longestWrite = longestWrite;
        this.nanoTime = nanoTime;
    }

    /** How long after an outage of Redis any feed is back that can reach it: after a few attempts in vain, and one more. */
    public static Duration settling(Duration timeout) {
        return timeout.multipliedBy(5 * CONNECTING);
    }

    /** Goes to Redis. Returns at once. */
    public void start() {
        vertx.runOnContext(ignored -> connect());
    }

    /**
     * Makes a write of which all replicas are told. Once subscribed to, it runs to its end, also when its subscriber has
     * gone; what Redis does delays it and does not fail it.
     *
     * @param tags what the write changes
     * @param leavesUnknown whether after a failure nobody can say if the write was or will yet be made
     */
    public <T> Uni<T> announce(Set<String> tags, Supplier<Uni<T>> write, Predicate<Throwable> leavesUnknown) {
        return Uni.createFrom().completionStage(() -> {
            Promise<T> done = Promise.promise();
            Context context = vertx.getOrCreateContext();
            context.runOnContext(
                    ignored -> announced(tags, write, leavesUnknown, context).onComplete(done));
            return done.future().toCompletionStage();
        });
    }

    private <T> Future<T> announced(
            Set<String> tags, Supplier<Uni<T>> write, Predicate<Throwable> leavesUnknown, Context context) {
        Announcement announcement = announcement(tags);
        return announcement
                .begin()
                .compose(begun -> Future.fromCompletionStage(write.get().subscribeAsCompletionStage(), context))
                .transform(outcome -> (outcome.failed() && leavesUnknown.test(outcome.cause())
                                ? announcement.doubt()
                                : announcement.end())
                        .compose(told -> outcome.succeeded()
                                ? Future.succeededFuture(outcome.result())
                                : Future.failedFuture(outcome.cause())));
    }

    /**
     * The announcement of a write whose steps its caller takes.
     *
     * @param tags what the write changes
     */
    public Announcement announcement(Set<String> tags) {
        return new Announcement(names.next(), tags);
    }

    /** What all replicas are told of one write. No step fails, and each takes a bounded time. */
    public final class Announcement {

        private final String writer;
        private final Set<String> tags;

        private Announcement(String writer, Set<String> tags) {
            this.writer = writer;
            this.tags = tags;
        }

        /** Tells of the write before it is made. */
        public Future<Void> begin() {
            return ChangeFeed.this.begin(new Notice(writer, false, tags));
        }

        /** Tells that the write is over, whether it was made or not. Told again, it drops what was made in between too. */
        public Future<Void> end() {
            return ChangeFeed.this.end(new Notice(writer, true, tags));
        }

        /** Tells that nobody knows whether the write was or will be made. */
        public Future<Void> doubt() {
            return ChangeFeed.this.doubt(new Notice(writer, true, tags));
        }
    }

    /**
     * Tells all replicas of a change that others have made. Fails where Redis could not be told.
     *
     * @param tags what it changed
     */
    public Uni<Void> changed(Set<String> tags) {
        Notice notice = new Notice(names.next(), true, tags);
        return uni(() -> tell(notice))
                .invoke(told -> log.end(notice, told.epoch(), told.number()))
                .replaceWithVoid();
    }

    /** Ends the belief of all replicas in all answers that were begun before. Fails where Redis could not be told. */
    public Uni<Void> drop() {
        return uni(() -> {
                    RedisConnection connection = telling;
                    return connection == null
                            ? Future.failedFuture(new TimeoutException("Redis is away"))
                            : limit.on(connection.send(Request.cmd(Command.DEL).arg(keys.get(0))));
                })
                .replaceWithVoid();
    }

    /** Where the log of all replicas has a notice. */
    private record Told(String epoch, long number) {}

    private static <T> Uni<T> uni(Supplier<Future<T>> work) {
        return Uni.createFrom().completionStage(() -> work.get().toCompletionStage());
    }

    /** Blocks what a write changes, here at once and elsewhere as soon as Redis has said so; never fails. */
    Future<Void> begin(Notice write) {
        log.begin(write);
        return tell(write).transform(told -> Future.succeededFuture());
    }

    /** Ends a write that was made or was not; when this ends, it may be answered. Never fails. */
    Future<Void> end(Notice write) {
        return tell(write).transform(told -> {
            if (told.succeeded()) {
                log.end(write, told.result().epoch(), told.result().number());
                return Future.succeededFuture();
            }
            return missed(write, Duration.ZERO);
        });
    }

    /** Keeps blocked what a write changes of which nobody knows whether it was or will be made. Never fails. */
    Future<Void> doubt(Notice write) {
        Notice anew = new Notice(write.writer(), false, write.tags());
        return tell(anew).transform(told -> {
            if (told.succeeded()) {
                log.doubt(anew);
                return Future.succeededFuture();
            }
            return missed(anew, longestWrite);
        });
    }

    @Override
    public void close() {
        // The connections are given back by what listens on them, once.
        closed = true;
        log.leave();
    }

    private Future<Void> missed(Notice write, Duration yet) {
        log.miss(write, yet);
        RedisConnection connection = telling;
        if (connection == null) {
            return Future.succeededFuture();
        }
        // A full Redis takes nothing but removals: without a state no replica believes what it has.
        return limit.on(connection.send(Request.cmd(Command.DEL).arg(keys.get(0))))
                .transform(done -> Future.succeededFuture());
    }

    private Future<Told> tell(Notice notice) {
        return limit.on(together.ask(notice));
    }

    private Future<List<Told>> tell(List<Notice> notices) {
        RedisConnection connection = telling;
        if (connection == null) {
            return Future.failedFuture(new TimeoutException("Redis is away"));
        }
        Request tell = eval(FeedScripts.TELL).arg(names.next()).arg(KEPT);
        for (Notice notice : notices) {
            tell.arg(notice.writer()).arg(notice.ended() ? 1 : 0).arg(String.join(BETWEEN_TAGS, notice.tags()));
        }
        return connection.send(tell).map(answer -> {
            String epoch = answer.get(0).toString();
            long first = answer.get(1).toLong();
            return IntStream.range(0, notices.size())
                    .mapToObj(i -> new Told(epoch, first + i))
                    .toList();
        });
    }

    private void connect() {
        if (closed) {
            return;
        }
        Future<RedisConnection> teller = redis.connect();
        Future<RedisConnection> listener = redis.connect();
        connecting
                .on(Future.join(teller, listener))
                .onSuccess(both -> {
                    telling = teller.result();
                    enter(listener.result(), teller.result());
                })
                .onFailure(failure -> {
                    log.lose();
                    teller.onSuccess(ChangeFeed::drop);
                    listener.onSuccess(ChangeFeed::drop);
                    later();
                });
    }

    private void enter(RedisConnection listener, RedisConnection teller) {
        long askedAt = nanoTime.getAsLong();
        boolean renew = log.needsEpoch();
        Request enter = eval(FeedScripts.ENTER).arg(names.next()).arg(renew ? 1 : 0);
        limit.on(listener.send(enter))
                .onSuccess(answer -> {
                    List<Notice> running = new ArrayList<>();
                    for (int i = 2; i < answer.size(); i += 2) {
                        running.add(new Notice(answer.get(i).toString(), false, tags(answer.get(i + 1))));
                    }
                    String epoch = answer.get(0).toString();
                    long number = answer.get(1).toLong();
                    if (!closed && log.enter(epoch, number, running, askedAt, renew)) {
                        listen(listener, teller, epoch, number);
                    } else {
                        leave(listener, teller);
                    }
                })
                .onFailure(failure -> lose(listener, teller));
    }

    private void listen(RedisConnection listener, RedisConnection teller, String epoch, long number) {
        Request wait = Request.cmd(Command.XREAD)
                .arg("COUNT")
                .arg(1)
                .arg("BLOCK")
                .arg(WAIT.toMillis())
                .arg("STREAMS")
                .arg(keys.get(2))
                .arg(number + "-0");
        waiting.on(listener.send(wait))
                .onSuccess(waited -> poll(listener, teller, epoch, number))
                .onFailure(failure -> lose(listener, teller));
    }

    private void poll(RedisConnection listener, RedisConnection teller, String epoch, long number) {
        long askedAt = nanoTime.getAsLong();
        Request poll = eval(FeedScripts.POLL).arg(epoch).arg(number).arg(AT_ONCE);
        limit.on(listener.send(poll))
                .onSuccess(answer -> {
                    long taken = closed ? -1 : take(answer, number, askedAt);
                    if (taken < 0) {
                        leave(listener, teller);
                    } else {
                        endOverdue();
                        if (taken > number) {
                            vertx.setTimer(PAUSE.toMillis(), over -> listen(listener, teller, epoch, taken));
                        } else {
                            listen(listener, teller, epoch, taken);
                        }
                    }
                })
                .onFailure(failure -> lose(listener, teller));
    }

    /** The last number that was taken; -1 when the epoch is over or a notice is missing. */
    private long take(Response answer, long number, long askedAt) {
        if (answer.size() == 0) {
            return -1;
        }
        long taken = number;
        for (int i = 2; i < answer.size(); i += 4) {
            taken = answer.get(i).toLong();
            boolean ended = answer.get(i + 2).toInteger() == 1;
            if (!log.take(taken, new Notice(answer.get(i + 1).toString(), ended, tags(answer.get(i + 3))))) {
                return -1;
            }
        }
        if (taken == answer.get(1).toLong()) {
            log.complete(askedAt);
        } else if (taken == number) {
            return -1;
        }
        // A write that was missed ended the log's belief; only entering again begins it.
        return log.needsEpoch() || !log.entered() ? -1 : taken;
    }

    private void endOverdue() {
        log.overdue(longestWrite).forEach(this::tell);
    }

    private void lose(RedisConnection listener, RedisConnection teller) {
        log.lose();
        leave(listener, teller);
    }

    private void leave(RedisConnection listener, RedisConnection teller) {
        log.leave();
        telling = null;
        drop(listener);
        drop(teller);
        later();
    }

    private void later() {
        if (!closed) {
            vertx.setTimer(WAIT.toMillis(), ignored -> connect());
        }
    }

    private Request eval(String script) {
        return Eval.request(script, keys);
    }

    private static Set<String> tags(Response joined) {
        return Set.of(joined.toString().split(BETWEEN_TAGS));
    }

    private static void drop(@Nullable RedisConnection connection) {
        if (connection != null) {
            connection.close();
        }
    }
}
