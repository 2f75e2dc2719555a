package io.headgate.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TogetherTest {

    private static Vertx vertx;
    private static Context loop;

    private final List<Sent> sent = new ArrayList<>();
    private final Together<Integer, String> together = new Together<>(10, this::send);

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        loop = vertx.getOrCreateContext();
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void isSentOnceForAllThatIsAskedAtOnce() {
        List<Future<String>> answers = onLoop(() -> List.of(together.ask(1), together.ask(2), together.ask(1)));

        sent.get(0).answer.complete(List.of("one", "two", "one again"));

        assertThat(sent).extracting(Sent::asked).containsExactly(List.of(1, 2, 1));
        assertThat(answers).extracting(Future::result).containsExactly("one", "two", "one again");
    }

    @Test
    void isSentAgainOnceItHasBeenSent() {
        onLoop(() -> together.ask(1));
        onLoop(() -> together.ask(2));

        assertThat(sent).extracting(Sent::asked).containsExactly(List.of(1), List.of(2));
    }

    @Test
    void isNoMoreAtOnceThanMayBe() {
        onLoop(() -> IntStream.range(0, 25).mapToObj(together::ask).toList());

        assertThat(sent).extracting(each -> each.asked.size()).containsExactly(10, 10, 5);
    }

    @Test
    void isSentAloneElsewhereThanOnAnEventLoop() {
        List<Future<String>> answers = List.of(together.ask(1), together.ask(2));

        sent.get(1).answer.complete(List.of("two"));

        assertThat(sent).extracting(Sent::asked).containsExactly(List.of(1), List.of(2));
        assertThat(answers.get(0).isComplete()).isFalse();
        assertThat(answers.get(1).result()).isEqualTo("two");
    }

    @Test
    void failsForAll() {
        List<Future<String>> answers = onLoop(() -> List.of(together.ask(1), together.ask(2)));
        IllegalStateException failure = new IllegalStateException("away");

        sent.get(0).answer.fail(failure);

        assertThat(answers)
                .allSatisfy(
                        answer -> assertThatThrownBy(answer.toCompletionStage().toCompletableFuture()::join)
                                .hasCause(failure));
    }

    private Future<List<String>> send(List<Integer> asked) {
        Sent one = new Sent(asked, Promise.promise());
        sent.add(one);
        return one.answer.future();
    }

    /** What is done on an event loop at one moment; all that it asked for has been sent when this returns. */
    private static <R> R onLoop(Supplier<R> work) {
        CompletableFuture<R> done = new CompletableFuture<>();
        loop.runOnContext(ignored -> {
            R result = work.get();
            loop.runOnContext(next -> done.complete(result));
        });
        return done.join();
    }

    private record Sent(List<Integer> asked, Promise<List<String>> answer) {}
}
