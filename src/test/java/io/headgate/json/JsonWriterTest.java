package io.headgate.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {

    @Test
    void whatIsWrittenInPiecesIsOneValue() {
        JsonWriter out = new JsonWriter(1);
        out.beginObject();
        out.name(new JsonWriter.Name("a"));
        out.value("b");
        out.name(new JsonWriter.Name("empty"));
        out.beginObject();
        out.endObject();
        out.name(new JsonWriter.Name("list"));
        out.beginArray();
        out.value(1);
        out.beginArray();
        out.endArray();
        out.value(null);
        out.beginObject();
        out.name(new JsonWriter.Name("é\"\n"));
        out.value(true);
        out.endObject();
        out.value(Map.of("x", List.of(1L, 2)));
        out.endArray();
        out.name(new JsonWriter.Name("last"));
        out.value(false);
        out.endObject();

        assertThat(new String(out.toUtf8(), StandardCharsets.UTF_8)).isEqualTo("""
                        {"a":"b","empty":{},"list":[1,[],null,{"é\\"\\n":true},{"x":[1,2]}],"last":false}""");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada@example.com",
                "\"",
                "\\",
                "a\"b\\c",
                "\u0000\u0001\b\t\n\f\r\u001f\u007f",
                "</script>\u2028\u2029",
                "é ü ß",
                "شیرین موسوی",
                "漢字",
                "👩‍🚀",
                "plain to the last letter é"
            })
    void textsAreWrittenAsJacksonWritesThem(String text) {
        JsonWriter out = new JsonWriter(1);
        out.value(text);

        assertThat(out.toUtf8()).isEqualTo(Json.writeUtf8(text));
        assertThat(Json.read(out.toUtf8())).isEqualTo(text);
    }

    @Test
    void halfOfASurrogatePairIsNoText() {
        JsonWriter out = new JsonWriter(8);

        assertThatThrownBy(() -> out.value("a\ud83d")).isInstanceOf(IllegalArgumentException.class);
    }
}
