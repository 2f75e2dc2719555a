package io.headgate.response;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How answers are found by the bytes of a request, and within which bounds. */
class ResponseCacheTest {

    private static final int MAX_BYTES = 200_000;

    private final ChangeLog log = new ChangeLog(100, Duration.ofDays(1), Duration.ZERO, () -> 0);
    private final ResponseCache cache = new ResponseCache(log, MAX_BYTES, Duration.ofDays(1), Duration.ZERO, () -> 0);

    @BeforeEach
    void begin() {
        log.enter("epoch", 0, List.of(), 0, true);
    }

    @Test
    void anAnswerIsFoundByTheBytesItWasAskedForByLast() {
        Question canonical = canonical("q");
        keep(canonical, "answer");
        assertThat(cache.find(sent("q"))).isNull();

        cache.alias(sent("q"), canonical);
        assertThat(body(sent("q"))).isEqualTo("answer");
        cache.alias(sent(" q "), canonical);

        assertThat(body(sent(" q "))).isEqualTo("answer");
        assertThat(cache.find(sent("q"))).isNull();
        assertThat(body(canonical)).isEqualTo("answer");
    }

    @Test
    void anotherAnswerIsFoundByTheSameBytes() {
        Question canonical = canonical("q");
        keep(canonical, "old");
        cache.alias(sent("q"), canonical);

        keep(canonical, "new");

        assertThat(body(sent("q"))).isEqualTo("new");
    }

    @Test
    void bytesLeadToNothingThatIsNotKept() {
        cache.alias(sent("q"), canonical("q"));

        assertThat(cache.find(sent("q"))).isNull();
    }

    @Test
    void manyQuestionsAreFoundByTheirBytes() {
        List<String> questions = IntStream.range(0, 100).mapToObj(i -> "q" + i).toList();
        for (String each : questions) {
            keep(canonical(each), each);
            cache.alias(sent(each), canonical(each));
        }

        long found = questions.stream()
                .filter(each -> cache.find(sent(each)) != null)
                .peek(each -> assertThat(body(sent(each))).isEqualTo(each))
                .count();

        assertThat(found).as("those that no other has put out").isGreaterThan(90);
    }

    @Test
    void whatIsKeptIsBounded() {
        String padding = " ".repeat(1_000);
        for (int i = 0; i < 10_000; i++) {
            keep(canonical("q" + i), "answer " + i);
            cache.alias(sent("q" + i + padding), canonical("q" + i));
        }

        assertThat(cache.bytes()).isLessThanOrEqualTo(MAX_BYTES);
        long found = IntStream.range(0, 10_000)
                .filter(i -> cache.find(sent("q" + i + padding)) != null)
                .count();
        assertThat(found).isBetween(1L, MAX_BYTES / 1_000L);
    }

    private void keep(Question canonical, String body) {
        Making making = cache.begin();
        making.dependsOn("tag");
        assertThat(cache.keep(canonical, making, body.getBytes(StandardCharsets.UTF_8)))
                .isNotNull();
    }

    private String body(Question question) {
        Answer answer = cache.find(question);
        assertThat(answer).isNotNull();
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static Question sent(String text) {
        return question(text, true);
    }

    private static Question canonical(String text) {
        return question(text, false);
    }

    private static Question question(String text, boolean isSent) {
        return new Question('q', text.getBytes(StandardCharsets.UTF_8), "all", isSent);
    }
}
