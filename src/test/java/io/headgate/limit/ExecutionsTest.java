package io.headgate.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExecutionsTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void asManyRunAsMayAndTheOthersInTheOrderThatTheyCame() {
        Executions executions = executions(2, 3, "1h");
        List<Work> works = works(executions, 5);

        works.get(0).end();

        assertThat(begun(works)).containsExactly(true, true, true, false, false);
        works.get(1).end();
        works.get(2).end();
        assertThat(begun(works)).containsOnly(true);
    }

    @Test
    void moreThanMayWaitAreRefusedAtOnce() {
        Executions executions = executions(1, 2, "1h");
        List<Work> works = works(executions, 3);

        Work refused = new Work(executions);

        assertRefused(refused);
        works.get(0).end();
        assertThat(begun(works)).containsExactly(true, true, false);
    }

    @Test
    void whoGoesAwayWhileWaitingFreesTheirPlace() {
        Executions executions = executions(1, 1, "1h");
        List<Work> works = works(executions, 2);
        works.get(1).cancel();

        Work next = new Work(executions);

        works.get(0).end();
        assertThat(next.hasBegun()).isTrue();
        assertThat(works.get(1).hasBegun()).isFalse();
    }

    @Test
    void whoGoesAwayWhileRunningLetsTheNextBegin() {
        Executions executions = executions(1, 1, "1h");
        List<Work> works = works(executions, 2);

        works.get(0).cancel();

        assertThat(works.get(1).hasBegun()).isTrue();
    }

    @Test
    void workThatFailsLetsTheNextBegin() {
        Executions executions = executions(1, 1, "1h");
        List<Work> works = works(executions, 2);

        works.get(0).work.completeExceptionally(new IllegalStateException("it fails"));

        assertThat(works.get(1).hasBegun()).isTrue();
    }

    @Test
    void whoWaitsTooLongIsRefused() {
        Executions executions = executions(1, 8, "20ms");
        List<Work> works = works(executions, 4);

        works.stream().skip(1).forEach(ExecutionsTest::assertRefused);

        works.get(0).end();
        assertThat(new Work(executions).hasBegun()).isTrue();
    }

    @Test
    void neverMoreRunThanMayWhicheverThreadsTheyAreOn() {
        Executions executions = executions(8, 10_000, "1h");
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<CompletableFuture<Void>> all = IntStream.range(0, 5_000)
                .mapToObj(each -> {
                    CompletableFuture<Void> ended = new CompletableFuture<>();
                    vertx.getOrCreateContext()
                            .runOnContext(loop -> executions
                                    .run(() -> {
                                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                                        return Uni.createFrom()
                                                .<Void>emitter(emitter -> vertx.getOrCreateContext()
                                                        .runOnContext(later -> {
                                                            running.decrementAndGet();
                                                            emitter.complete(null);
                                                        }));
                                    })
                                    .subscribe()
                                    .with(ended::complete, ended::completeExceptionally));
                    return ended;
                })
                .toList();

        all.forEach(CompletableFuture::join);

        assertThat(most).hasValueLessThanOrEqualTo(8);
        assertThat(running).hasValue(0);
    }

    private static void assertRefused(Work work) {
        assertThatThrownBy(work.outcome::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .asInstanceOf(InstanceOfAssertFactories.type(GatewayException.class))
                .satisfies(refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                    assertThat(refused.retryAfter()).isPositive();
                });
        assertThat(work.hasBegun()).isFalse();
    }

    private static List<Work> works(Executions executions, int count) {
        return IntStream.range(0, count).mapToObj(each -> new Work(executions)).toList();
    }

    private static List<Boolean> begun(List<Work> works) {
        return works.stream().map(Work::hasBegun).toList();
    }

    private Executions executions(int running, int queued, String time) {
        return new Executions(
                vertx,
                new SmallRyeConfigBuilder()
                        .withMapping(LimitConfig.class)
                        .withConverter(Duration.class, 200, new DurationConverter())
                        .withSources(new PropertiesConfigSource(
                                Map.of(
                                        "headgate.limits.executions",
                                        String.valueOf(running),
                                        "headgate.limits.queued-executions",
                                        String.valueOf(queued),
                                        "headgate.limits.queue-time",
                                        time),
                                "test",
                                100))
                        .build()
                        .getConfigMapping(LimitConfig.class));
    }

    /** Work that goes on until it is told to end. */
    private static final class Work {

        private final CompletableFuture<Void> work = new CompletableFuture<>();
        private final CompletableFuture<Void> outcome = new CompletableFuture<>();
        private final AtomicInteger begun = new AtomicInteger();
        private final Cancellable running;

        Work(Executions executions) {
            running = executions
                    .run(() -> {
                        begun.incrementAndGet();
                        return Uni.createFrom().completionStage(work);
                    })
                    .subscribe()
                    .with(outcome::complete, outcome::completeExceptionally);
        }

        boolean hasBegun() {
            return begun.get() == 1;
        }

        void end() {
            work.complete(null);
        }

        void cancel() {
            running.cancel();
        }
    }
}
