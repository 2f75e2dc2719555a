package io.headgate.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GatheredReadsTest {

    private static Vertx vertx;
    private static Context loop;

    private final List<Asked> asked = new ArrayList<>();
    private final GatheredReads<String> reads = new GatheredReads<>(this::read);

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
    void areOneReadWhenAskedForAtOnce() {
        List<CompletableFuture<Map<String, String>>> found =
                onLoop(() -> List.of(find("a"), find("b", "c"), find("a")));

        answer(0);

        assertThat(asked).extracting(Asked::keys).containsExactly(Set.of("a", "b", "c"));
        assertThat(found.get(0).join()).isEqualTo(Map.of("a", "value of a"));
        assertThat(found.get(1).join()).isEqualTo(Map.of("b", "value of b", "c", "value of c"));
        assertThat(found.get(2).join()).isEqualTo(Map.of("a", "value of a"));
    }

    @Test
    void leaveOutWhatAKeyDoesNotName() {
        CompletableFuture<Map<String, String>> found = onLoop(() -> find("a", "none"));

        answer(0);

        assertThat(found.join()).isEqualTo(Map.of("a", "value of a"));
    }

    @Test
    void doNotWaitForWhatOthersAskedFor() {
        List<CompletableFuture<Map<String, String>>> found =
                onLoop(() -> List.of(find("a"), find("b"), find("a", "b")));

        asked.get(0).emitter.emit(Map.of("a", "value of a"));

        assertThat(found.get(0).join()).isEqualTo(Map.of("a", "value of a"));
        assertThat(found.subList(1, 3)).allSatisfy(each -> assertThat(each).isNotDone());
        answer(0);
        assertThat(found.get(1).join()).isEqualTo(Map.of("b", "value of b"));
        assertThat(found.get(2).join()).isEqualTo(Map.of("a", "value of a", "b", "value of b"));
    }

    @Test
    void failForNobodyWhoWasAnswered() {
        List<CompletableFuture<Map<String, String>>> found = onLoop(() -> List.of(find("a"), find("b")));
        asked.get(0).emitter.emit(Map.of("a", "value of a"));
        IllegalStateException wrong = new IllegalStateException("b is wrong");

        fail(0, wrong);

        assertThat(asked).hasSize(1);
        assertThat(found.get(0).join()).isEqualTo(Map.of("a", "value of a"));
        assertThatThrownBy(found.get(1)::join).hasCause(wrong);
    }

    @Test
    void areAnotherReadOnceOneHasBegun() {
        onLoop(() -> find("a"));
        onLoop(() -> find("a"));

        assertThat(asked).extracting(Asked::keys).containsExactly(Set.of("a"), Set.of("a"));
    }

    @Test
    void areSeveralReadsOfNoMoreKeysThanMayBe() {
        onLoop(() ->
                IntStream.range(0, 60).mapToObj(i -> find("a" + i, "b" + i)).toList());

        assertThat(asked).extracting(read -> read.keys.size()).containsExactly(100, 20);
    }

    @Test
    void areEachItsOwnElsewhereThanOnAnEventLoop() {
        List<CompletableFuture<Map<String, String>>> found = List.of(find("a"), find("b"));

        answer(0);

        assertThat(asked).extracting(Asked::keys).containsExactly(Set.of("a"), Set.of("b"));
        assertThat(found.get(0).join()).isEqualTo(Map.of("a", "value of a"));
        assertThat(found.get(1)).isNotDone();
    }

    @Test
    void failOnlyForWhoAskedForWhatIsWrong() {
        List<CompletableFuture<Map<String, String>>> found = onLoop(() -> List.of(find("a"), find("b")));
        IllegalStateException wrong = new IllegalStateException("b is wrong");

        fail(0, wrong);
        answer(1);
        fail(2, wrong);

        assertThat(asked).extracting(Asked::keys).containsExactly(Set.of("a", "b"), Set.of("a"), Set.of("b"));
        assertThat(found.get(0).join()).isEqualTo(Map.of("a", "value of a"));
        assertThatThrownBy(found.get(1)::join)
                .isInstanceOf(CompletionException.class)
                .hasCause(wrong);
    }

    @Test
    void failForAllWhenTheStoreIsAway() {
        List<CompletableFuture<Map<String, String>>> found = onLoop(() -> List.of(find("a"), find("b")));
        GatewayException away = GatewayException.of(ErrorCode.UNAVAILABLE, "away");

        fail(0, away);

        assertThat(asked).hasSize(1);
        assertThat(found).allSatisfy(each -> assertThatThrownBy(each::join).hasCause(away));
    }

    @Test
    void doNotBeginWhenNobodyWaitsAnyMore() {
        onLoop(() -> {
            reads.find(Set.of("a")).subscribe().with(found -> {}).cancel();
            return 0;
        });

        assertThat(asked).isEmpty();
    }

    @Test
    void endWhenNobodyWaitsAnyMore() {
        List<Cancellable> waiting = onLoop(() -> List.of(
                reads.find(Set.of("a")).subscribe().with(found -> {}),
                reads.find(Set.of("b")).subscribe().with(found -> {})));

        waiting.get(0).cancel();
        boolean isOver = asked.get(0).isOver;
        waiting.get(1).cancel();

        assertThat(isOver).isFalse();
        assertThat(asked.get(0).isOver).isTrue();
    }

    @Test
    void ofOneKeyAreAmongTheOthers() {
        List<CompletableFuture<?>> found = onLoop(() -> List.of(one("a"), find("a", "b"), one("none"), one("c")));

        asked.get(0).emitter.emit(Map.of("c", "value of c"));
        assertThat(found.get(3).join()).isEqualTo("value of c");
        assertThat(found.get(0)).isNotDone();
        answer(0);

        assertThat(asked).extracting(Asked::keys).containsExactly(Set.of("a", "b", "none", "c"));
        assertThat(found.get(0).join()).isEqualTo("value of a");
        assertThat(found.get(2).join()).isNull();
    }

    @Test
    void ofOneKeyFailForItAlone() {
        List<CompletableFuture<String>> found = onLoop(() -> List.of(one("a"), one("b")));
        IllegalStateException wrong = new IllegalStateException("b is wrong");

        fail(0, wrong);
        answer(1);
        fail(2, wrong);

        assertThat(found.get(0).join()).isEqualTo("value of a");
        assertThatThrownBy(found.get(1)::join).hasCause(wrong);
    }

    @Test
    void ofOneKeyEndWhenNobodyWaitsAnyMore() {
        List<Cancellable> waiting =
                onLoop(() -> List.of(reads.find("a", (value, failure) -> {}), reads.find("b", (value, failure) -> {})));

        waiting.get(0).cancel();
        waiting.get(0).cancel();
        boolean isOver = asked.get(0).isOver;
        waiting.get(1).cancel();

        assertThat(isOver).isFalse();
        assertThat(asked.get(0).isOver).isTrue();
    }

    private CompletableFuture<String> one(String key) {
        CompletableFuture<String> found = new CompletableFuture<>();
        reads.find(key, (value, failure) -> {
            if (failure == null) {
                found.complete(value);
            } else {
                found.completeExceptionally(failure);
            }
        });
        return found;
    }

    private CompletableFuture<Map<String, String>> find(String... keys) {
        return reads.find(Set.of(keys)).subscribeAsCompletionStage();
    }

    private Multi<Map<String, String>> read(Set<String> keys) {
        return Multi.createFrom().emitter(emitter -> {
            Asked read = new Asked(keys, emitter);
            emitter.onTermination(() -> read.isOver = true);
            asked.add(read);
        });
    }

    private void answer(int read) {
        Asked answered = asked.get(read);
        answered.emitter
                .emit(answered.keys.stream()
                        .filter(key -> !key.equals("none"))
                        .collect(Collectors.toMap(key -> key, key -> "value of " + key)))
                .complete();
    }

    private void fail(int read, Throwable failure) {
        asked.get(read).emitter.fail(failure);
    }

    /** What is done on an event loop at one moment; all that it asked for has begun when this returns. */
    private static <R> R onLoop(Supplier<R> work) {
        CompletableFuture<R> done = new CompletableFuture<>();
        loop.runOnContext(ignored -> {
            R result = work.get();
            loop.runOnContext(next -> done.complete(result));
        });
        return done.join();
    }

    private static final class Asked {

        private final Set<String> keys;
        private final MultiEmitter<? super Map<String, String>> emitter;
        private volatile boolean isOver;

        Asked(Set<String> keys, MultiEmitter<? super Map<String, String>> emitter) {
            this.keys = keys;
            this.emitter = emitter;
        }

        Set<String> keys() {
            return keys;
        }
    }
}
