package io.headgate.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

class AwsWorkTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final AwsService<String> SERVICE =
            new AwsService<>("client", new AwsFailures("AWS"), LONG, LONG, LONG);

    @Test
    void keysWithoutAnythingAreMissing() {
        Map<String, String> found = await(SERVICE.reading(work -> work.each(
                List.of("a", "b"),
                key -> key.equals("a")
                        ? Uni.createFrom().item("found")
                        : Uni.createFrom().nullItem())));

        assertThat(found).containsExactly(Map.entry("a", "found"));
        assertThat(await(SERVICE.<Map<String, String>>reading(
                        work -> work.each(List.of(), key -> Uni.createFrom().item("")))))
                .isEmpty();
    }

    @Test
    void notAllKeysAreAskedForAtOnce() {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Uni<Integer>> requests = IntStream.range(0, 40)
                .mapToObj(i -> Uni.createFrom()
                        .item(i)
                        .onItem()
                        .invoke(() -> most.accumulateAndGet(underWay.incrementAndGet(), Math::max))
                        .onItem()
                        .delayIt()
                        .by(Duration.ofMillis(10))
                        .onItem()
                        .invoke(underWay::decrementAndGet))
                .toList();

        List<Integer> answers = await(AwsWork.together(requests));

        assertThat(answers).isEqualTo(IntStream.range(0, 40).boxed().toList());
        assertThat(most).hasValueBetween(2, 8);
    }

    @Test
    void aLostAnswerMeansWhatMayBeDoneAboutIt() {
        CompletableFuture<String> lost =
                CompletableFuture.failedFuture(SdkClientException.create("lost", new IOException("reset")));

        GatewayException change = failure(SERVICE.changing(work -> work.change(client -> lost)));

        assertThat(change.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        assertThat(AwsFailures.isFinal(change)).isFalse();
        assertThat(failure(SERVICE.changing(work -> work.checkedChange(client -> lost))))
                .extracting(GatewayException::code)
                .isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failure(SERVICE.changing(work -> work.repeatableChange(client -> lost))))
                .extracting(GatewayException::code)
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void whatIsReadTooSlowlyBeforeAChangeLeavesItUnsent() {
        AwsService<String> hurried =
                new AwsService<>("client", new AwsFailures("AWS"), LONG, Duration.ofMillis(50), Duration.ofMillis(20));

        GatewayException failure = failure(hurried.changing(
                work -> work.beforeChange(work.read(client -> new CompletableFuture<String>().copy()))));

        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failure).hasMessageEndingWith("nothing was changed");
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(LONG);
    }

    private static GatewayException failure(Uni<String> uni) {
        return await(uni.map(item -> GatewayException.invalidArgument("it did not fail"))
                .onFailure(GatewayException.class)
                .recoverWithItem(e -> e));
    }
}
