package io.headgate.graphql;

import graphql.GraphQLContext;
import io.smallrye.mutiny.Uni;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;

/**
 * The reads that one operation has under way, so that they end when the client goes. Changes are not among them: a change
 * that was begun is ended, or nobody could say how it ended.
 */
public final class Reads {

    private final Queue<Future<?>> begun = new ConcurrentLinkedQueue<>();

    private volatile boolean cancelled;

    Reads() {}

    /** The reads of the operation that this context belongs to. */
    public static Reads of(GraphQLContext context) {
        return context.get(Reads.class);
    }

    /** Begins a read. */
    public <T> CompletableFuture<T> begin(Uni<T> read) {
        CompletableFuture<T> future = read.subscribeAsCompletionStage();
        begun.add(future);
        if (cancelled) {
            future.cancel(false);
        }
        return future;
    }

    void cancel() {
        cancelled = true;
        begun.forEach(future -> future.cancel(false));
    }
}
