package io.headgate.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

class AwsCallsTest {

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(10);
    private final Throwable lost = SdkClientException.create("no answer", new IOException("closed"));
    private final Throwable notSent = SdkClientException.create("nobody", new ConnectException("refused"));

    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void resultsComeOnTheCallersContext() throws Exception {
        Answers answers = new Answers(notSent, null);
        Context context = vertx.getOrCreateContext();
        CompletableFuture<List<Context>> contexts = new CompletableFuture<>();

        context.runOnContext(ignored -> AwsCalls.repeatable(answers, Deadline.in(LONG), LONG)
                .map(answer -> Vertx.currentContext())
                .chain(first -> AwsCalls.call(new CompletableFuture<String>()::copy, SHORT)
                        .onFailure()
                        .recoverWithItem("")
                        .map(timedOut -> List.of(first, Vertx.currentContext())))
                .subscribe()
                .with(contexts::complete, contexts::completeExceptionally));

        assertThat(contexts.get(10, TimeUnit.SECONDS)).containsExactly(context, context);
    }

    @Test
    void nothingIsSentBeforeTheSubscription() {
        Answers answers = new Answers();

        Uni<String> call = AwsCalls.call(answers, LONG);

        assertThat(answers.requests).isZero();
        assertThat(await(call)).isEqualTo("done");
    }

    @Test
    void cancelledCallAbandonsTheRequest() {
        CompletableFuture<String> request = new CompletableFuture<>();
        UniAssertSubscriber<String> subscriber =
                AwsCalls.call(() -> request, LONG).subscribe().withSubscriber(UniAssertSubscriber.create());

        subscriber.cancel();

        assertThat(request).isCancelled();
    }

    @Test
    void callThatTakesTooLongAbandonsTheRequest() {
        CompletableFuture<String> request = new CompletableFuture<>();

        ThrowingCallable call = () -> await(AwsCalls.call(() -> request, SHORT));

        assertThatThrownBy(call).isInstanceOf(TimeoutException.class);
        assertThat(request).isCancelled();
    }

    @Test
    void nothingIsSentWhenTheTimeIsUp() {
        Answers answers = new Answers();

        Throwable failure = failure(AwsCalls.once(answers, Deadline.in(Duration.ZERO)));

        assertThat(AwsFailures.kind(failure)).isEqualTo(AwsFailures.Kind.NOT_SENT);
        assertThat(answers.requests).isZero();
    }

    @Test
    void repeatableRequestIsSentAgain() {
        Answers answers = new Answers(lost, notSent, null);

        String answer = await(AwsCalls.repeatable(answers, Deadline.in(LONG), LONG));

        assertThat(answer).isEqualTo("done");
        assertThat(answers.requests).isEqualTo(3);
    }

    @Test
    void repeatableRequestIsGivenUpInTheEnd() {
        Answers answers = new Answers(lost, lost, lost, null);

        Throwable failure = failure(AwsCalls.repeatable(answers, Deadline.in(LONG), LONG));

        assertThat(failure).isSameAs(lost);
        assertThat(answers.requests).isEqualTo(3);
    }

    @Test
    void requestThatNoLongerReachesTheServiceMayHaveBeenExecutedBefore() {
        Answers answers = new Answers(lost, notSent, notSent);

        Throwable failure = failure(AwsCalls.repeatable(answers, Deadline.in(LONG), LONG));

        assertThat(AwsFailures.kind(failure)).isEqualTo(AwsFailures.Kind.LOST);
    }

    @Test
    void changeIsNotSentAgainOnceItMayHaveBeenExecuted() {
        Answers answers = new Answers(notSent, lost, null);

        Throwable failure = failure(AwsCalls.once(answers, Deadline.in(LONG)));

        assertThat(failure).isSameAs(lost);
        assertThat(answers.requests).isEqualTo(2);
    }

    @Test
    void pauseGrowsUpToItsBound() {
        Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(35));

        Duration tenth = backoff.pause(10);

        assertThat(tenth).isBetween(Duration.ZERO, Duration.ofMillis(35));
        assertThat(backoff.pause(1)).isBetween(Duration.ZERO, Duration.ofMillis(10));
        assertThat(backoff.pause(2)).isBetween(Duration.ZERO, Duration.ofMillis(20));
        assertThat(backoff.pause(Integer.MAX_VALUE)).isBetween(Duration.ZERO, Duration.ofMillis(35));
    }

    private static Throwable failure(Uni<String> uni) {
        return await(uni.onItemOrFailure().transform((item, failure) -> failure));
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(LONG);
    }

    /** Answers one request after the other, on another thread: with a failure, or, for null and at the end, "done". */
    private static final class Answers implements Supplier<CompletionStage<String>> {
        private final Queue<CompletableFuture<String>> answers = new ArrayDeque<>();
        private int requests;

        Answers(@Nullable Throwable... failures) {
            for (Throwable failure : failures) {
                answers.add(failure == null ? done() : CompletableFuture.failedFuture(failure));
            }
        }

        @Override
        public CompletionStage<String> get() {
            requests++;
            CompletableFuture<String> answer = answers.poll();
            return answer != null ? answer : done();
        }

        private static CompletableFuture<String> done() {
            return CompletableFuture.supplyAsync(
                    () -> "done", CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
        }
    }
}
