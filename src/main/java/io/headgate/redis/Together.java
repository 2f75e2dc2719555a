package io.headgate.redis;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What is sent together with what else is asked for on the same event loop at the same moment. It is sent after the last of it
 * was asked for. Elsewhere than on an event loop each is sent alone.
 *
 * @param <Q> what is asked
 * @param <A> the answer to it
 */
public final class Together<Q, A> {

    private final int most;
    private final Function<List<Q>, Future<List<A>>> send;

    /** What has not been sent yet, by event loop. */
    private final Map<Thread, Batch> open = new ConcurrentHashMap<>();

    /**
     * @param most how many are sent at once
     * @param send answers all that it is given, in their order, or fails for all
     */
    public Together(int most, Function<List<Q>, Future<List<A>>> send) {
        this.most = most;
        this.send = send;
    }

    /** The answer, or the failure of all that was sent together with this; it may come in another's context. */
    public Future<A> ask(Q asked) {
        Context context = Vertx.currentContext();
        if (context == null || !Context.isOnEventLoopThread()) {
            return send.apply(List.of(asked)).map(answers -> answers.get(0));
        }
        Batch batch = open.get(Thread.currentThread());
        if (batch == null || batch.asked.size() == most) {
            Batch begun = new Batch();
            open.put(Thread.currentThread(), begun);
            context.runOnContext(ignored -> begun.close());
            batch = begun;
        }
        return batch.add(asked);
    }

    /** Only its event loop adds to it and sends it. */
    private final class Batch {

        private final List<Q> asked = new ArrayList<>();
        private final List<Promise<A>> promises = new ArrayList<>();

        Future<A> add(Q one) {
            Promise<A> promise = Promise.promise();
            asked.add(one);
            promises.add(promise);
            return promise.future();
        }

        void close() {
            open.remove(Thread.currentThread(), this);
            send.apply(asked).onComplete(this::answer);
        }

        private void answer(AsyncResult<List<A>> answers) {
            for (int i = 0; i < promises.size(); i++) {
                if (answers.succeeded()) {
                    promises.get(i).complete(answers.result().get(i));
                } else {
                    promises.get(i).fail(answers.cause());
                }
            }
        }
    }
}
