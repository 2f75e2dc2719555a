package io.headgate.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lines into a real pipe, whose reader is stopped by a signal. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LinesTest {

    private static final int CAPACITY = 1_000;

    /** More than two pipes and the queue hold. */
    private static final int MANY = 5_000;

    private static final String LONG = "x".repeat(200);
    private static final Duration MOMENT = Duration.ofMillis(50);

    @SuppressWarnings("NullAway.Init")
    private PipeReader reader;

    @SuppressWarnings("NullAway.Init")
    private PrintStream pipe;

    @BeforeEach
    void start() throws IOException {
        reader = new PipeReader();
        pipe = new PrintStream(reader.pipe(), true, StandardCharsets.UTF_8);
    }

    @AfterEach
    void stop() {
        reader.close();
    }

    private Lines lines() {
        return new Lines("lines", () -> pipe, count -> "lost " + count, CAPACITY, MOMENT);
    }

    @Test
    void eachIsWrittenInOrder() throws Exception {
        try (Lines lines = lines()) {
            IntStream.range(0, 10).forEach(i -> lines.add("line " + i));
        }
        pipe.close();

        assertThat(reader.rest())
                .containsExactlyElementsOf(
                        IntStream.range(0, 10).mapToObj(i -> "line " + i).toList());
    }

    @Test
    void whoWaitsForALineHasItInThePipe() throws Exception {
        try (Lines lines = lines()) {
            lines.add("first");
            lines.add("second").toCompletableFuture().get(30, TimeUnit.SECONDS);

            assertThat(reader.until("second")).containsExactly("first", "second");
        }
    }

    @Test
    void nobodyWaitsForABlockedPipe() throws Exception {
        reader.pause();
        Lines lines = lines();

        List<CompletableFuture<Void>> all = IntStream.range(0, MANY)
                .mapToObj(i -> lines.add(i + LONG).toCompletableFuture())
                .toList();

        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        assertThat(lines.add("another").toCompletableFuture()).isCompleted();
    }

    @Test
    void lossOfABlockedPipeIsTold() throws Exception {
        List<String> all = IntStream.range(0, MANY).mapToObj(i -> i + LONG).toList();
        reader.pause();
        Lines lines = lines();

        all.forEach(line -> lines.add(line).toCompletableFuture().join());
        reader.resume();
        List<String> written = reader.untilAll(MANY, "lost ");

        assertThat(written)
                .hasSizeBetween(CAPACITY, MANY - 1)
                .containsExactlyElementsOf(
                        all.stream().filter(Set.copyOf(written)::contains).toList());
    }
}
