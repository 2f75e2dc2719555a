package io.headgate.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine.Response;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyedExecutionTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final BlockingQueue<Response> told = new LinkedBlockingQueue<>();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger handedOn = new AtomicInteger();

    private KeyedExecution execution(Duration timeout) {
        return new KeyedExecution(
                "user",
                value -> value == null ? null : String.valueOf(value).getBytes(StandardCharsets.UTF_8),
                new Deadlines(timeout),
                fetched -> {
                    handedOn.incrementAndGet();
                    return Uni.createFrom().item(Response.whole(new byte[0]));
                },
                (response, failure) -> told.add(Objects.requireNonNull(response)));
    }

    @Test
    void whatTakesTooLongIsEndedAndAnswered() throws InterruptedException {
        KeyedExecution late = execution(SHORT);

        late.begun(cancelled::incrementAndGet);

        Response response = told.poll(30, TimeUnit.SECONDS);
        assertThat(response).isNotNull();
        assertThat(new String(response.json(), StandardCharsets.UTF_8))
                .contains("DEADLINE_EXCEEDED", "the query did not end within 20 ms");
        assertThat(cancelled).hasValue(1);

        late.take("Ada", null);
        assertThat(told).isEmpty();
    }

    @Test
    void whatWasReadIsToldOnce() {
        KeyedExecution execution = execution(LONG);
        execution.begun(cancelled::incrementAndGet);

        execution.take("Ada", null);
        execution.take("Bob", null);
        execution.cancel();

        assertThat(told)
                .extracting(response -> new String(response.json(), StandardCharsets.UTF_8))
                .containsExactly("Ada");
        assertThat(handedOn).hasValue(0);
    }

    @Test
    void whatWasReadBeforeItWasSaidToHaveBegunHasNoTime() throws InterruptedException {
        KeyedExecution execution = execution(SHORT);

        execution.take("Ada", null);
        execution.begun(cancelled::incrementAndGet);

        KeyedExecution later = execution(SHORT);
        later.begun(() -> {});
        assertThat(told.poll(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(told.poll(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(told).isEmpty();
        assertThat(cancelled).hasValue(0);
    }

    @Test
    void nobodyIsToldWhatHasBeenCancelled() {
        KeyedExecution execution = execution(LONG);
        execution.begun(cancelled::incrementAndGet);

        execution.cancel();
        execution.take("Ada", null);

        assertThat(told).isEmpty();
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void whatIsWrongIsGraphQlJavasToSay() {
        KeyedExecution missing = execution(LONG);
        missing.begun(() -> {});
        missing.take(null, null);

        KeyedExecution failing = execution(LONG);
        failing.begun(() -> {});
        failing.take(null, GatewayException.invalidArgument("no"));

        assertThat(handedOn).hasValue(2);
        assertThat(told).hasSize(2);
    }
}
