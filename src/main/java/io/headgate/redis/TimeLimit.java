package io.headgate.redis;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * The longest that a caller waits for a future. A timer that comes late tells of this process, which stood still, and of nobody it
 * waits for: what has come meanwhile is read before anything is given up.
 */
public final class TimeLimit {

    /** Between that a timer is due and that it comes, where the process is busy and does not stand still. */
    private static final Duration LATE = Duration.ofMillis(10);

    /** Longer than the event loop takes to read what has come. */
    private static final Duration READING = Duration.ofMillis(10);

    private final Vertx vertx;
    private final Duration limit;

    public TimeLimit(Vertx vertx, Duration limit) {
        this.vertx = vertx;
        this.limit = limit;
    }

    /**
     * The future's outcome, or a failure with {@link TimeoutException} when it takes longer. It comes in the context that
     * this is called in, whichever the future's is.
     */
    public <T> Future<T> on(Future<T> future) {
        Context context = vertx.getOrCreateContext();
        Promise<T> promise = Promise.promise();
        Timer timer = new Timer(promise);
        timer.start();
        future.onComplete(outcome -> {
            vertx.cancelTimer(timer.id);
            if (Vertx.currentContext() == context) {
                complete(promise, outcome);
            } else {
                context.runOnContext(switched -> complete(promise, outcome));
            }
        });
        return promise.future();
    }

    private static <T> void complete(Promise<T> promise, AsyncResult<T> outcome) {
        if (outcome.succeeded()) {
            promise.tryComplete(outcome.result());
        } else {
            promise.tryFail(outcome.cause());
        }
    }

    private final class Timer implements Handler<Long> {

        private final Promise<?> promise;
        private final long due = System.nanoTime() + limit.toNanos();
        private volatile long id;

        Timer(Promise<?> promise) {
            this.promise = promise;
        }

        void start() {
            id = vertx.setTimer(limit.toMillis(), this);
        }

        @Override
        public void handle(Long fired) {
            if (System.nanoTime() - due > LATE.toNanos()) {
                id = vertx.setTimer(READING.toMillis(), read -> promise.tryFail(new TooLateException()));
            } else {
                promise.tryFail(new TooLateException());
            }
        }
    }

    private static final class TooLateException extends TimeoutException {
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
