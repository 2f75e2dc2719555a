package io.headgate.http;

import io.headgate.response.Question;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Executions of equal questions, of which few run at once: who asks meanwhile waits for the next, which is one for all who
 * wait. That begins when one of those under way ends, or after a moment. So each is answered from what was read after it
 * had asked, as if it alone had been executed. Can be used by any thread.
 *
 * @param <A> what an execution gives
 */
final class Rounds<A> {

    /** More would read the same more often; fewer would let one who asks wait for another who does. */
    private static final int AT_ONCE = 2;

    private static final Duration LONGEST_WAIT = Duration.ofMillis(20);

    private final Vertx vertx;
    private final Map<Question, Group> groups = new HashMap<>();

    Rounds(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * What an execution gives that begins now or later, for this and other equal questions. Cancelling it ends the execution
     * where nobody else waits for it.
     *
     * @param execution is begun once at the most; of those who wait together, the first one's
     */
    Uni<A> join(Question question, Supplier<Uni<? extends A>> execution) {
        return Uni.createFrom().deferred(() -> {
            Round next;
            synchronized (groups) {
                Group group = groups.computeIfAbsent(question, Group::new);
                if (group.next == null && group.running < AT_ONCE) {
                    group.running++;
                    return run(group, execution);
                }
                if (group.next == null) {
                    Round round = new Round(group, execution);
                    group.next = round;
                    round.timer = vertx.setTimer(LONGEST_WAIT.toMillis(), over -> begin(round));
                }
                next = group.next;
                next.awaited++;
            }
            return Uni.createFrom().<A>emitter(next::await);
        });
    }

    private Uni<A> run(Group group, Supplier<Uni<? extends A>> execution) {
        return Uni.createFrom().<A>deferred(execution).onTermination().invoke(() -> ended(group));
    }

    private void ended(Group group) {
        Round next;
        synchronized (groups) {
            group.running--;
            next = group.next;
            if (next == null && group.running == 0) {
                groups.remove(group.question);
            }
        }
        if (next != null) {
            begin(next);
        }
    }

    private void begin(Round round) {
        synchronized (groups) {
            if (round.group.next != round) {
                return;
            }
            round.group.next = null;
            round.group.running++;
        }
        vertx.cancelTimer(round.timer);
        round.begin(run(round.group, round.execution));
    }

    /** Whoever asks one question. */
    private final class Group {

        private final Question question;
        private int running;
        private @Nullable Round next;

        Group(Question question) {
            this.question = question;
        }
    }

    /** One execution, and who waits for it. */
    private final class Round {

        private final Group group;
        private final Supplier<Uni<? extends A>> execution;
        private final Set<Waiter> waiters = new LinkedHashSet<>();
        private long timer;
        private int awaited;
        private boolean isGivenUp;
        private @Nullable Consumer<UniEmitter<? super A>> outcome;
        private @Nullable Cancellable running;

        Round(Group group, Supplier<Uni<? extends A>> execution) {
            this.group = group;
            this.execution = execution;
        }

        void await(UniEmitter<? super A> emitter) {
            Waiter waiter = new Waiter(emitter, Thread.currentThread(), Vertx.currentContext());
            Consumer<UniEmitter<? super A>> known;
            synchronized (groups) {
                known = outcome;
                if (known == null) {
                    waiters.add(waiter);
                }
            }
            if (known == null) {
                emitter.onTermination(() -> leave(waiter));
            } else {
                known.accept(emitter);
            }
        }

        void begin(Uni<A> begun) {
            Cancellable execution = begun.subscribe()
                    .with(
                            given -> end(emitter -> emitter.complete(given)),
                            failure -> end(emitter -> emitter.fail(failure)));
            boolean isLate;
            synchronized (groups) {
                running = execution;
                isLate = isGivenUp;
            }
            if (isLate) {
                execution.cancel();
            }
        }

        private void end(Consumer<UniEmitter<? super A>> how) {
            List<Waiter> all;
            synchronized (groups) {
                outcome = how;
                all = List.copyOf(waiters);
                waiters.clear();
            }
            all.forEach(waiter -> waiter.answer(how));
        }

        private void leave(Waiter waiter) {
            Cancellable useless;
            synchronized (groups) {
                if (!waiters.remove(waiter) || --awaited > 0) {
                    return;
                }
                if (group.next == this) {
                    group.next = null;
                    vertx.cancelTimer(timer);
                    // All may have ended that were to begin this one.
                    if (group.running == 0) {
                        groups.remove(group.question);
                    }
                    return;
                }
                isGivenUp = true;
                useless = running;
            }
            if (useless != null) {
                useless.cancel();
            }
        }
    }

    /** Whoever waits is told on the event loop that it asked on. */
    private final class Waiter {

        private final UniEmitter<? super A> emitter;
        private final Thread thread;
        private final @Nullable Context context;

        Waiter(UniEmitter<? super A> emitter, Thread thread, @Nullable Context context) {
            this.emitter = emitter;
            this.thread = thread;
            this.context = context;
        }

        void answer(Consumer<UniEmitter<? super A>> how) {
            if (context == null || Thread.currentThread() == thread) {
                how.accept(emitter);
            } else {
                context.runOnContext(ignored -> how.accept(emitter));
            }
        }
    }
}
