package io.headgate.http;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine.Outcome;
import io.headgate.graphql.GraphQlEngine.Result;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.Flow;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One operation on a WebSocket: sends its results, each when the one before is written. All is on the socket's event loop. */
final class SocketOperation implements Flow.Subscriber<Result> {

    private static final Logger LOG = Logger.getLogger(SocketOperation.class);

    private final String id;
    private final Context context;
    private final GraphQlSocket socket;
    private final Runnable onExecuted;

    private Flow.@Nullable Subscription subscription;
    private boolean isCancelled;
    private @Nullable Future<?> refused;
    private boolean isSubscription;

    SocketOperation(String id, Context context, GraphQlSocket socket, Runnable onExecuted) {
        this.id = id;
        this.context = context;
        this.socket = socket;
        this.onExecuted = onExecuted;
    }

    /** What the client calls it. */
    String id() {
        return id;
    }

    /** Whether it is known to have any number of results, so that its end is not worth waiting for. */
    boolean isSubscription() {
        return isSubscription;
    }

    /** Tells it that it is a subscription. Can be called by any thread. */
    void hasEvents() {
        context.runOnContext(ignored -> {
            isSubscription = true;
            socket.leaveWhenDone();
        });
    }

    void cancel() {
        isCancelled = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
        context.runOnContext(ignored -> {
            subscription = begun;
            if (isCancelled) {
                begun.cancel();
            } else {
                begun.request(1);
            }
        });
    }

    @Override
    public void onNext(Result result) {
        context.runOnContext(ignored -> {
            if (!isCancelled) {
                next(result);
            }
        });
    }

    private void next(Result result) {
        if (result.outcome() != Outcome.EXECUTED) {
            refused = socket.refuse(id, result);
            return;
        }
        onExecuted.run();
        socket.send("next", id, result.response()).onSuccess(written -> {
            if (subscription != null) {
                subscription.request(1);
            }
        });
    }

    @Override
    public void onError(Throwable failure) {
        context.runOnContext(ignored -> {
            if (!isCancelled) {
                socket.refuse(id, failure instanceof GatewayException known ? known : internal(failure))
                        .onComplete(told -> end());
            }
        });
    }

    @Override
    public void onComplete() {
        context.runOnContext(ignored -> {
            if (isCancelled) {
                return;
            }
            if (refused != null) {
                refused.onComplete(told -> end());
            } else {
                socket.send("complete", id, null);
                end();
            }
        });
    }

    private void end() {
        socket.forget(this);
        socket.leaveWhenDone();
    }

    private static GatewayException internal(Throwable failure) {
        LOG.error("a subscription failed", failure);
        return GatewayException.of(ErrorCode.INTERNAL, "something went wrong inside Headgate; its log has the details");
    }
}
