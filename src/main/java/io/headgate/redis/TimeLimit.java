package io.headgate.redis;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** The longest that a caller waits for a future. */
public final class TimeLimit {

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
        long timer = vertx.setTimer(limit.toMillis(), late -> promise.tryFail(new TooLateException()));
        future.onComplete(outcome -> {
            vertx.cancelTimer(timer);
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

    private static final class TooLateException extends TimeoutException {
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
