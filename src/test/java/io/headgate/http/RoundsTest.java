package io.headgate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.response.Question;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Equal questions asked at once. */
class RoundsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx();
    private final Rounds<String> rounds = new Rounds<>(vertx);
    private final Queue<UniEmitter<? super String>> begun = new ConcurrentLinkedQueue<>();
    private final AtomicInteger cancelled = new AtomicInteger();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static Question question(String text) {
        return new Question('c', text.getBytes(StandardCharsets.UTF_8), "all", false);
    }

    private UniAssertSubscriber<String> ask(String question) {
        return rounds.join(
                        question(question),
                        () -> Uni.createFrom()
                                .<String>emitter(begun::add)
                                .onCancellation()
                                .invoke(cancelled::incrementAndGet))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }

    private void complete(String answer) {
        begun.remove().complete(answer);
    }

    private void awaitBegun(int count) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (begun.size() < count) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void whoAsksWhileTwoAreExecutedSharesTheNext() {
        UniAssertSubscriber<String> first = ask("a");
        UniAssertSubscriber<String> second = ask("a");
        UniAssertSubscriber<String> third = ask("a");
        UniAssertSubscriber<String> fourth = ask("a");

        complete("1");
        awaitBegun(2);
        complete("2");
        complete("3");

        first.awaitItem(LONG).assertItem("1");
        second.awaitItem(LONG).assertItem("2");
        third.awaitItem(LONG).assertItem("3");
        fourth.awaitItem(LONG).assertItem("3");
        assertThat(begun).isEmpty();
    }

    @Test
    void otherQuestionsAreNotHeldUp() {
        ask("a");
        ask("a");

        UniAssertSubscriber<String> other = ask("b");

        assertThat(begun).hasSize(3);
        begun.remove();
        begun.remove();
        complete("b");
        other.awaitItem(LONG).assertItem("b");
    }

    @Test
    void theNextBeginsAfterAMomentThoughNoneEnds() {
        ask("a");
        ask("a");

        UniAssertSubscriber<String> third = ask("a");
        awaitBegun(3);
        begun.remove();
        begun.remove();
        complete("3");

        third.awaitItem(LONG).assertItem("3");
    }

    @Test
    void aFailureIsToldToAllWhoWait() {
        ask("a");
        ask("a");
        UniAssertSubscriber<String> third = ask("a");
        UniAssertSubscriber<String> fourth = ask("a");

        complete("1");
        awaitBegun(2);
        begun.remove();
        begun.remove().fail(new IllegalStateException("no"));

        third.awaitFailure(LONG).assertFailedWith(IllegalStateException.class, "no");
        fourth.awaitFailure(LONG).assertFailedWith(IllegalStateException.class, "no");
    }

    @Test
    void whoGoesLeavesTheExecutionToTheOthers() {
        ask("a");
        ask("a");
        UniAssertSubscriber<String> third = ask("a");
        UniAssertSubscriber<String> fourth = ask("a");
        complete("1");
        awaitBegun(2);
        begun.remove();

        third.cancel();
        complete("3");

        fourth.awaitItem(LONG).assertItem("3");
        assertThat(cancelled).hasValue(0);
    }

    @Test
    void whatNobodyWaitsForIsCancelled() {
        ask("a");
        ask("a");
        UniAssertSubscriber<String> third = ask("a");
        UniAssertSubscriber<String> fourth = ask("a");
        complete("1");
        awaitBegun(2);

        third.cancel();
        fourth.cancel();

        assertThat(cancelled).hasValue(1);
    }

    @Test
    void whatNobodyWaitsForDoesNotBegin() {
        ask("a");
        ask("a");
        ask("a").cancel();

        complete("1");
        complete("2");

        UniAssertSubscriber<String> later = ask("a");
        assertThat(begun).hasSize(1);
        complete("3");
        later.awaitItem(LONG).assertItem("3");
    }

    /** Each is answered from what began to be read after it had asked. */
    @Test
    void nobodyIsShownWhatWasReadBefore() throws Exception {
        Rounds<Long> timed = new Rounds<>(vertx);
        AtomicLong clock = new AtomicLong();
        AtomicLong executions = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> clients = new ArrayList<>();
        for (int client = 0; client < 8; client++) {
            clients.add(threads.submit(() -> {
                for (int i = 0; i < 500; i++) {
                    long asked = clock.incrementAndGet();
                    Uni<Long> answer = timed.join(question("a"), () -> {
                        executions.incrementAndGet();
                        long read = clock.incrementAndGet();
                        return ThreadLocalRandom.current().nextBoolean()
                                ? Uni.createFrom().item(read)
                                : Uni.createFrom().completionStage(CompletableFuture.supplyAsync(() -> read));
                    });
                    assertThat(answer.await().atMost(LONG)).isGreaterThan(asked);
                }
            }));
        }

        for (Future<?> client : clients) {
            client.get();
        }

        threads.shutdown();
        assertThat(executions.get()).isPositive().isLessThan(8 * 500);
    }
}
