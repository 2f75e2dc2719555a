package io.headgate.http;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine;
import io.headgate.graphql.GraphQlEngine.Result;
import io.headgate.json.Json;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The results of one operation as server-sent events: {@code next} for each, {@code complete} after the last. All is on the
 * request's event loop. The next result is asked for when the one before has been written.
 *
 * @see <a href="https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md">GraphQL over Server-Sent Events,
 *     distinct connections mode</a>
 */
final class EventStream implements Flow.Subscriber<Result> {

    private static final Logger LOG = Logger.getLogger(EventStream.class);
    private static final byte[] NEXT = {'e', 'v', 'e', 'n', 't', ':', ' ', 'n', 'e', 'x', 't', '\n'};
    private static final byte[] DATA = {'d', 'a', 't', 'a', ':', ' '};
    private static final byte[] END = {'\n', '\n'};
    private static final String COMPLETE = "event: complete\ndata:\n\n";
    private static final String COMMENT = ":\n\n";

    private static final long NONE = -1;

    private final Vertx vertx;
    private final Context context;
    private final HttpServerResponse response;
    private final Runnable onExecuted;
    private final Function<Result, Future<Void>> onRefused;
    private final Consumer<EventStream> onEnd;
    private final long keepAliveMillis;

    private Flow.@Nullable Subscription subscription;
    private boolean isSubscription;
    private boolean isLeaving;
    private boolean isOver;
    private Future<Void> recorded = Future.succeededFuture();
    private long timer;
    private long expiry = NONE;

    /**
     * @param onExecuted is run at the first result of an operation that could be executed
     * @param onRefused is given the result of one that could not, which is written afterwards
     * @param onEnd is run once, when nothing more is written
     */
    EventStream(
            Vertx vertx,
            HttpServerResponse response,
            long keepAliveMillis,
            Runnable onExecuted,
            Function<Result, Future<Void>> onRefused,
            Consumer<EventStream> onEnd) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.response = response;
        this.keepAliveMillis = keepAliveMillis;
        this.onExecuted = onExecuted;
        this.onRefused = onRefused;
        this.onEnd = onEnd;
    }

    /** Answers with the head of the stream, so that the client knows it is open. */
    void open() {
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, MediaTypes.EVENT_STREAM + "; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                // What says how it is encoded is not compressed by the framework, which would hold events back.
                .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
                .putHeader("X-Accel-Buffering", "no");
        response.closeHandler(gone -> cancel());
        response.exceptionHandler(failure -> cancel());
        response.write(COMMENT);
        // Load balancers close connections on which nothing goes to and fro for a minute.
        timer = vertx.setPeriodic(keepAliveMillis, each -> response.write(COMMENT));
    }

    /** Tells it that it is a subscription. Can be called by any thread. */
    void hasEvents() {
        context.runOnContext(ignored -> {
            isSubscription = true;
            leaveWhenIdle();
        });
    }

    /** Ends it in the middle where it is a subscription, which clients answer by asking again. Can be called by any thread. */
    void goAway() {
        context.runOnContext(ignored -> {
            isLeaving = true;
            leaveWhenIdle();
        });
    }

    /** Breaks it off after a time: a client must not see more than its token lets it. */
    void endAfter(Duration time) {
        expiry = vertx.setTimer(Math.max(1, time.toMillis()), ended -> breakOff());
    }

    private void leaveWhenIdle() {
        if (isLeaving && isSubscription) {
            breakOff();
        }
    }

    private void breakOff() {
        if (!isOver) {
            cancel();
            response.end();
        }
    }

    /** Writes what the request is wrong about, and the end. */
    void refuse(GatewayException failure) {
        if (!isOver) {
            write(GraphQlEngine.refusal(failure));
            complete();
        }
    }

    private void cancel() {
        Flow.Subscription running = subscription;
        if (over() && running != null) {
            running.cancel();
        }
    }

    private boolean over() {
        if (isOver) {
            return false;
        }
        isOver = true;
        vertx.cancelTimer(timer);
        vertx.cancelTimer(expiry);
        onEnd.accept(this);
        return true;
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
        context.runOnContext(ignored -> {
            subscription = begun;
            if (isOver) {
                begun.cancel();
            } else {
                begun.request(1);
            }
        });
    }

    @Override
    public void onNext(Result result) {
        context.runOnContext(ignored -> {
            if (!isOver) {
                if (result.outcome() == GraphQlEngine.Outcome.EXECUTED) {
                    onExecuted.run();
                }
                write(result);
            }
        });
    }

    private void write(Result result) {
        if (result.outcome() == GraphQlEngine.Outcome.EXECUTED) {
            writeEvent(result);
        } else {
            recorded = onRefused.apply(result).onComplete(done -> {
                if (!isOver) {
                    writeEvent(result);
                }
            });
        }
    }

    private void writeEvent(Result result) {
        byte[] json = Json.writeUtf8(result.response());
        Buffer event = Buffer.buffer(NEXT.length + DATA.length + json.length + END.length)
                .appendBytes(NEXT)
                .appendBytes(DATA)
                .appendBytes(json)
                .appendBytes(END);
        response.write(event).onSuccess(written -> {
            if (subscription != null && !isOver) {
                subscription.request(1);
            }
        });
    }

    @Override
    public void onError(Throwable failure) {
        context.runOnContext(ignored -> refuse(failure instanceof GatewayException known ? known : internal(failure)));
    }

    @Override
    public void onComplete() {
        context.runOnContext(ignored -> complete());
    }

    private void complete() {
        recorded.onComplete(done -> {
            if (over()) {
                response.end(COMPLETE);
            }
        });
    }

    private static GatewayException internal(Throwable failure) {
        LOG.error("a subscription failed", failure);
        return GatewayException.of(ErrorCode.INTERNAL, "something went wrong inside Headgate; its log has the details");
    }
}
