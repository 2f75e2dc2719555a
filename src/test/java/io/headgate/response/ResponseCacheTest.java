package io.headgate.response;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
    void anAnswerIsFoundByTheBytesItWasMadeFor() {
        keep(canonical("q"), sent("q"), "answer");

        assertThat(body(sent("q"))).isEqualTo("answer");
        assertThat(cache.find(new Question('p', "q".getBytes(StandardCharsets.UTF_8), "all", true)))
                .as("written otherwise")
                .isNull();
        assertThat(cache.find(new Question('q', "q".getBytes(StandardCharsets.UTF_8), "reader", true)))
                .as("of who may see less")
                .isNull();
    }

    @Test
    void whatWasKeptLastIsFoundWhateverCameBefore() {
        Random random = new Random(1);
        Map<String, String> kept = new HashMap<>();
        Map<String, String> aliases = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            String question = "q" + random.nextInt(400);
            String alias = question + " ".repeat(random.nextInt(3));
            switch (random.nextInt(4)) {
                case 0 -> {
                    keep(canonical(question), "answer " + i + "-".repeat(random.nextInt(200)));
                    kept.put(question, "answer " + i);
                }
                case 1 -> {
                    keep(canonical(question), sent(alias), "answer " + i);
                    kept.put(question, "answer " + i);
                    aliases.put(question, alias);
                }
                case 2 -> {
                    cache.alias(sent(alias), canonical(question));
                    aliases.put(question, alias);
                }
                default -> {
                    Answer byBytes = cache.find(sent(alias));
                    if (byBytes != null) {
                        assertThat(alias).isEqualTo(aliases.get(question));
                        assertThat(text(byBytes)).startsWith(kept.get(question));
                    }
                    Answer answer = cache.find(canonical(question));
                    if (answer != null) {
                        assertThat(text(answer)).startsWith(kept.get(question));
                    }
                }
            }
        }
        assertThat(cache.bytes()).isBetween(MAX_BYTES / 2L, (long) MAX_BYTES);
    }

    @Test
    void whatIsAskedForAgainStays() {
        keep(canonical("wanted"), sent("wanted"), "answer");
        for (int i = 0; i < 10_000; i++) {
            keep(canonical("q" + i), sent("q" + i), "answer " + i);
            assertThat(body(sent("wanted"))).isEqualTo("answer");
        }

        assertThat(cache.find(canonical("q0"))).isNull();
        assertThat(body(sent("q9999"))).isEqualTo("answer 9999");
    }

    @Test
    void answersOfAnotherEpochAreNotKept() {
        keep(canonical("q"), "old");

        log.enter("another", 0, List.of(), 0, true);

        assertThat(cache.find(canonical("q"))).isNull();
        keep(canonical("q"), "new");
        assertThat(body(canonical("q"))).isEqualTo("new");
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

    @Test
    void whatIsTooLongIsNotKept() {
        keep(canonical("q"), "answer");

        keep(canonical("q"), "x".repeat(MAX_BYTES / 32));

        assertThat(cache.find(canonical("q"))).isNull();
    }

    private void keep(Question canonical, String body) {
        keep(canonical, null, body);
    }

    private void keep(Question canonical, @Nullable Question sent, String body) {
        Making making = cache.begin();
        making.dependsOn("tag");
        making.dependsOn("other");
        assertThat(cache.keep(canonical, sent, making, body.getBytes(StandardCharsets.UTF_8)))
                .isNotNull();
    }

    private String body(Question question) {
        Answer answer = cache.find(question);
        assertThat(answer).isNotNull();
        return text(answer);
    }

    private static String text(Answer answer) {
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
