package io.headgate.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"b\": 1, \"a\": 2}                  | {\"a\":2,\"b\":1}",
                "{\"n\": [1.0, 1.50, 100, 1e2, -0.0]}  | {\"n\":[1,1.5,100,100,0]}",
                "{\"n\": 1e37}                         | {\"n\":10000000000000000000000000000000000000}",
                "{\"n\": 1e38}                         | {\"n\":1E+38}",
                "{\"🦊\": 1, \"ｚ\": 2}                 | {\"ｚ\":2,\"🦊\":1}"
            })
    void oneObjectHasOneForm(String given, String expected) {
        String json = Attributes.of(Json.read(given)).json();

        assertThat(json).isEqualTo(expected);
        assertThat(Attributes.parse(json)).isEqualTo(Attributes.of(Json.read(given)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "1",
                "\"text\"",
                "{\"\": 1}",
                "{\"a\": {\"\": 1}}",
                "{\"a\": \"\\u0000\"}",
                "{\"a\\u0000\": 1}",
                "{\"a\": \"\\ud800\"}",
                "{\"a\": \"\\udc00\\ud800\"}",
                "{\"n\": 123456789012345678901234567890123456789}",
                "{\"n\": 0.123456789012345678901234567890123456789}",
                "{\"n\": 1e126}",
                "{\"n\": -1e126}",
                "{\"n\": 1e-131}",
                "{\"n\": 1e999999999}",
                "{\"n\": 1e-999999999}"
            })
    void whatAStoreWouldNotKeepIsRefused(String json) {
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> Attributes.of(Json.read(json)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .withMessageStartingWith("attributes");
    }

    @Test
    void theBoundsOfSizeAndDepthAreExact() {
        String largest = "{\"k\": \"" + "x".repeat(Attributes.MAX_BYTES - 5) + "\"}";
        String deepest = "{\"a\":".repeat(Attributes.MAX_DEPTH) + "1" + "}".repeat(Attributes.MAX_DEPTH);

        Attributes fitting = Attributes.of(Json.read(largest));

        assertThat(fitting.values()).containsKey("k");
        assertThat(Attributes.of(Json.read(deepest)).values()).containsKey("a");
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> Attributes.of(Json.read(largest.replaceFirst("x", "xx"))));
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> Attributes.of(Json.read("{\"a\":" + deepest + "}")));
    }
}
