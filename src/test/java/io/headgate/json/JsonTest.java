package io.headgate.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void holdsEveryDigit() {
        assertThat(Json.read("0.10000000000000000000000000000000001"))
                .isEqualTo(new BigDecimal("0.10000000000000000000000000000000001"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\": 1} {}",
                "{\"a\": 1, \"a\": 2}",
                "1e99999999999999999999",
                "[1e-99999999999999999999]",
                "{\"a\": 10000000000000000000000000000000001e999000000000000000}"
            })
    void saysOfWhatItCanNotReadThatItIsMalformed(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> Json.read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedJsonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"v\": {\"a\": [1, 2, 3, @", "{\"v\": {\"a\": {\"b\": [{}, [], 3, @"})
    void aListIsReadToItsLimitAndNotBeyond(String begin) {
        assertThatThrownBy(() -> Json.read(begin.getBytes(StandardCharsets.UTF_8), "v", 2))
                .isInstanceOf(LongListException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"v\": {\"a\": [1, 2], \"b\": {\"c\": [1, 2]}}}",
                "{\"v\": {\"a\": {\"attributes\": {\"b\": [1, 2, 3]}}}}",
                "{\"v\": [1, 2, 3], \"w\": {\"a\": [1, 2, 3]}}",
                "{\"w\": {\"v\": {\"a\": [1, 2, 3]}}}",
                "[1, 2, 3]"
            })
    void otherListsAreReadAsEver(String json) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);

        assertThat(Json.read(utf8, "v", 2)).isEqualTo(Json.read(utf8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\": 1, \"b\": {\"c\": [], \"d\": null}} | {\"b\": {\"d\": null, \"c\": []}, \"a\": 1}",
                "1.50 | 1.50",
                "\"\\u00e9\" | \"é\""
            })
    void whatIsEqualIsWrittenAlike(String one, String other) {
        assertThat(canonical(one)).isEqualTo(canonical(other));
    }

    @Test
    void whatDiffersIsWrittenDifferently() {
        assertThat(Stream.of(
                                "1",
                                "1.0",
                                "1.00",
                                "\"1\"",
                                "\"#1;\"",
                                "[1]",
                                "[[1]]",
                                "[1, []]",
                                "[1, 1]",
                                "11",
                                "{}",
                                "[]",
                                "null",
                                "\"null\"",
                                "true",
                                "\"true\"",
                                "{\"a\": null}",
                                "{\"a\": {}}",
                                "{\"a\": \"b\"}",
                                "{\"ab\": \"\"}",
                                "{\"\": \"ab\"}",
                                "[\"a\", \"b\"]",
                                "[\"ab\"]",
                                "[\"a\\\"1:b\"]",
                                "{\"a\": [1], \"b\": 2}",
                                "{\"a\": [1, {\"b\": 2}]}")
                        .map(JsonTest::canonical))
                .doesNotHaveDuplicates();
    }

    private static String canonical(String json) {
        StringBuilder text = new StringBuilder();
        Json.writeCanonical(Json.read(json), text);
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"v\": {}} {}", "{\"v\": 1, \"v\": 2}", "{\"v\": [1, 2", "      "})
    void whatIsMalformedIsSoWithALimitToo(String json) {
        assertThatThrownBy(() -> Json.read(json.getBytes(StandardCharsets.UTF_8), "v", 2))
                .isInstanceOf(MalformedJsonException.class);
    }
}
