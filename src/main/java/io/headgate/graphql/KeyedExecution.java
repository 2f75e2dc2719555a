package io.headgate.graphql;

import io.headgate.graphql.GraphQlEngine.Response;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A query that is one read by its key, which ends with the first of its outcome, its time, and its client. */
final class KeyedExecution implements Cancellable {

    private final String key;
    private final Function<@Nullable Object, byte @Nullable []> writer;
    private final Deadlines deadlines;
    private final Function<Fetched, Uni<Response>> graphQlJava;
    private final BiConsumer<? super @Nullable Response, ? super @Nullable Throwable> outcome;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private volatile @Nullable Cancellable running;
    private volatile @Nullable Future<?> deadline;

    /**
     * @param key of the one field in the response
     * @param writer gives the response with what was read; {@code null} where something of it would be an error
     * @param graphQlJava executes the query with what was read, where something of it is wrong
     * @param outcome is told once, on any thread
     */
    KeyedExecution(
            String key,
            Function<@Nullable Object, byte @Nullable []> writer,
            Deadlines deadlines,
            Function<Fetched, Uni<Response>> graphQlJava,
            BiConsumer<? super @Nullable Response, ? super @Nullable Throwable> outcome) {
        this.key = key;
        this.writer = writer;
        this.deadlines = deadlines;
        this.graphQlJava = graphQlJava;
        this.outcome = outcome;
    }

    /** That the read has begun, be it that it has ended. */
    void begun(Cancellable read) {
        running = read;
        if (!isOver.get()) {
            deadline = deadlines.begin(late -> {
                if (end()) {
                    read.cancel();
                    outcome.accept(Response.of(late), null);
                }
            });
        }
    }

    /** What was read, or why it could not be. */
    void take(@Nullable Object value, @Nullable Throwable failure) {
        if (!end()) {
            return;
        }
        byte[] json = failure == null ? writer.apply(value) : null;
        if (json == null) {
            // What is wrong is graphql-java's to say.
            Fetched fetched = failure == null ? Fetched.of(key, value) : Fetched.failed(key, failure);
            running = graphQlJava
                    .apply(fetched)
                    .subscribe()
                    .with(told -> outcome.accept(told, null), e -> outcome.accept(null, e));
        } else {
            outcome.accept(Response.whole(json), null);
        }
    }

    private boolean end() {
        boolean isFirst = isOver.compareAndSet(false, true);
        Future<?> timer = deadline;
        if (isFirst && timer != null) {
            timer.cancel(false);
        }
        return isFirst;
    }

    @Override
    public void cancel() {
        end();
        Cancellable useless = running;
        if (useless != null) {
            useless.cancel();
        }
    }
}
