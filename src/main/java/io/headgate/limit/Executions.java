package io.headgate.limit;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is executed at once: a number of operations, and a queue of those that wait for one of them to end. All others are
 * refused at once, so that what is let in takes as long under any load. Can be used by any thread.
 */
public final class Executions {

    private static final Duration LATER = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final int most;
    private final int mostQueued;
    private final Duration patience;

    private final LinkedHashSet<Turn> queue = new LinkedHashSet<>();
    private int running;
    private boolean isTimed;

    public Executions(Vertx vertx, LimitConfig config) {
        this.vertx = vertx;
        this.most = config.executions();
        this.mostQueued = config.queuedExecutions();
        this.patience = config.queueTime();
    }

    /** Runs work when it is its turn. Fails as {@link Turn#begin()} does. Cancelling it gives up the turn. */
    public <T> Uni<T> run(Supplier<Uni<? extends T>> work) {
        return Uni.createFrom().deferred(() -> {
            Turn turn = turn();
            return turn.begin().<T>chain(work).onTermination().invoke(turn::end);
        });
    }

    /** The turn of one operation that may begin now, which whoever asks for it ends; {@code null} where it would have to wait. */
    public @Nullable Turn turnNow() {
        Turn turn = new Turn();
        return turn.beginNow() ? turn : null;
    }

    /** The turn of one operation, which whoever asks for it ends. */
    public Turn turn() {
        return new Turn();
    }

    /** How many operations are executed now. */
    public synchronized int running() {
        return running;
    }

    /** How many operations wait now. */
    public synchronized int queued() {
        return queue.size();
    }

    /** Lets those begin that are next. */
    private void serve() {
        List<Turn> next = new ArrayList<>(1);
        synchronized (this) {
            while (running < most && !queue.isEmpty()) {
                Turn first = queue.iterator().next();
                queue.remove(first);
                first.isRunning = true;
                running++;
                next.add(first);
            }
        }
        next.forEach(each -> each.answer(emitter -> emitter.complete(null)));
    }

    private void startTimer(Duration time) {
        vertx.setTimer(Math.max(1, time.toMillis()), over -> refuseLate());
    }

    private void refuseLate() {
        List<Turn> late = new ArrayList<>();
        long next = 0;
        synchronized (this) {
            long now = System.nanoTime();
            for (Turn each : queue) {
                next = each.until - now;
                if (next > 0) {
                    break;
                }
                late.add(each);
            }
            late.forEach(queue::remove);
            isTimed = !queue.isEmpty();
            if (isTimed) {
                startTimer(Duration.ofNanos(next));
            }
        }
        late.forEach(each -> each.answer(emitter -> emitter.fail(overloaded())));
    }

    private static GatewayException overloaded() {
        return GatewayException.later(
                ErrorCode.UNAVAILABLE, "the gateway has more to do than it can: see headgate.limits.executions", LATER);
    }

    /** One operation's time to be executed. */
    public final class Turn {

        /** Whichever of the two comes last lets the operation know. */
        private @Nullable UniEmitter<? super Void> emitter;

        private @Nullable Consumer<UniEmitter<? super Void>> outcome;
        private @Nullable Context loop;
        private long until;
        private boolean isRunning;
        private boolean isOver;

        private Turn() {}

        /**
         * Completes on the caller's event loop when the operation may begin. Fails with UNAVAILABLE: at once where too many wait,
         * or when it has waited too long.
         */
        public Uni<Void> begin() {
            synchronized (Executions.this) {
                if (beginNow()) {
                    return Uni.createFrom().voidItem();
                }
                if (queue.size() >= mostQueued) {
                    return Uni.createFrom().failure(overloaded());
                }
                loop = Vertx.currentContext();
                until = System.nanoTime() + patience.toNanos();
                queue.add(this);
                if (!isTimed) {
                    isTimed = true;
                    startTimer(patience);
                }
            }
            return Uni.createFrom().emitter(this::wait);
        }

        private boolean beginNow() {
            synchronized (Executions.this) {
                if (running < most) {
                    running++;
                    isRunning = true;
                }
                return isRunning;
            }
        }

        private void wait(UniEmitter<? super Void> asking) {
            Consumer<UniEmitter<? super Void>> known;
            synchronized (Executions.this) {
                emitter = asking;
                known = outcome;
            }
            if (known != null) {
                known.accept(asking);
            }
        }

        private void answer(Consumer<UniEmitter<? super Void>> found) {
            UniEmitter<? super Void> asking;
            synchronized (Executions.this) {
                outcome = found;
                asking = emitter;
            }
            if (asking == null) {
                return;
            }
            if (loop == null || loop == Vertx.currentContext()) {
                found.accept(asking);
            } else {
                loop.runOnContext(ignored -> found.accept(asking));
            }
        }

        /** Lets another operation begin, or gives up waiting; again, nothing. */
        public void end() {
            synchronized (Executions.this) {
                if (isOver) {
                    return;
                }
                isOver = true;
                queue.remove(this);
                if (isRunning) {
                    running--;
                }
            }
            serve();
        }
    }
}
