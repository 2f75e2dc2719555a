package io.headgate.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON as plain Java values: {@code Map<String, Object>}, {@code List<Object>}, {@code String}, {@code
 * Boolean}, {@code null}, and for numbers {@code Integer}, {@code Long}, {@link BigInteger} or {@link BigDecimal},
 * whichever holds every digit. A key given twice in one object is malformed (RFC 8259, section 4, leaves it open).
 */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build();
    private static final JsonFactory FACTORY = MAPPER.getFactory();
    private static final ObjectWriter WRITER = MAPPER.writer();

    private Json() {}

    private interface Source {

        JsonParser parser() throws IOException;
    }

    /**
     * Reads one JSON value.
     *
     * @throws MalformedJsonException when the text is not one JSON value
     */
    public static @Nullable Object read(String text) {
        return read(() -> FACTORY.createParser(text));
    }

    /**
     * Reads one JSON value from UTF-8.
     *
     * @throws MalformedJsonException when the bytes are not one JSON value in UTF-8
     */
    public static @Nullable Object read(byte[] utf8) {
        return read(() -> FACTORY.createParser(utf8));
    }

    /**
     * Reads one JSON object from UTF-8, in whose member no value, and no value of those, is a longer list. What is behind
     * such a list is not looked at.
     *
     * @throws LongListException when there is one
     * @throws MalformedJsonException when the bytes are not one JSON value in UTF-8
     */
    public static @Nullable Object read(byte[] utf8, String member, int longest) {
        // An element is a byte at least, and so is the comma behind it.
        return utf8.length / 2 <= longest
                ? read(utf8)
                : read(() -> new BoundedLists(FACTORY.createParser(utf8), member, longest));
    }

    private static @Nullable Object read(Source source) {
        try (JsonParser in = source.parser()) {
            in.nextToken();
            Object value = value(in);
            if (in.nextToken() != null) {
                throw new JsonParseException(in, "more than one value");
            }
            return value;
        } catch (IOException e) {
            throw new MalformedJsonException(e);
        } catch (NumberFormatException e) {
            throw new MalformedJsonException(e);
        }
    }

    /** The value whose first token the parser is at. The parser bounds how deep values may be. */
    private static @Nullable Object value(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        if (token == null) {
            throw new JsonParseException(in, "no value");
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    String name = in.currentName();
                    in.nextToken();
                    object.put(name, value(in));
                }
                yield object;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(in));
                }
                yield list;
            }
            case VALUE_STRING -> in.getText();
            case VALUE_NUMBER_INT -> in.getNumberValue();
            case VALUE_NUMBER_FLOAT -> in.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new JsonParseException(in, "no value");
        };
    }

    /** Writes a value that {@link #read} could have given. */
    public static String write(@Nullable Object value) {
        try {
            return WRITER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a JSON value", e);
        }
    }

    /**
     * A text of a value that {@link #read} could have given, which is no JSON: the same for two values exactly if they have the
     * same digits, texts and members, in whatever order these are. A number with a point is another than one without.
     */
    public static void writeCanonical(@Nullable Object value, StringBuilder out) {
        if (value instanceof String text) {
            out.append('"').append(text.length()).append(':').append(text);
        } else if (value instanceof Map<?, ?> object) {
            out.append('{').append(object.size());
            (object.size() > 1 ? new TreeMap<>(object) : object).forEach((name, member) -> {
                writeCanonical(name, out);
                writeCanonical(member, out);
            });
        } else if (value instanceof List<?> list) {
            out.append('[').append(list.size());
            list.forEach(element -> writeCanonical(element, out));
        } else {
            out.append(value instanceof BigDecimal ? '.' : '#').append(value).append(';');
        }
    }

    /** Writes a value that {@link #read} could have given, as UTF-8. */
    public static byte[] writeUtf8(@Nullable Object value) {
        try {
            return WRITER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a JSON value", e);
        }
    }
}
