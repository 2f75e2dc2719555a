package io.headgate.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes one JSON value piece by piece, as UTF-8. The pieces are to come as JSON has them, which is not looked at. */
public final class JsonWriter {

    private static final byte[] NULL = ascii("null");

    private byte[] bytes;
    private int length;

    /** Whether what comes next is another element or member. */
    private boolean isNext;

    /** @param expected about how many bytes it will be */
    public JsonWriter(int expected) {
        this.bytes = new byte[expected];
    }

    /** The name of a member, encoded once. */
    public static final class Name {

        private final byte[] quoted;

        public Name(String text) {
            JsonWriter out = new JsonWriter(text.length() + 3);
            out.text(text);
            out.put(':');
            this.quoted = out.toUtf8();
        }
    }

    public void beginObject() {
        begin('{');
    }

    public void endObject() {
        end('}');
    }

    public void beginArray() {
        begin('[');
    }

    public void endArray() {
        end(']');
    }

    /** The name of the member whose value is written next. */
    public void name(Name name) {
        separate();
        put(name.quoted);
        isNext = false;
    }

    /** The same of one that is seldom written. */
    public void name(String name) {
        separate();
        text(name);
        put(':');
        isNext = false;
    }

    /** A value that {@link Json#read} could have given. Throws for one that it could not. */
    public void value(@Nullable Object value) {
        separate();
        if (value instanceof String text) {
            text(text);
        } else if (value == null) {
            put(NULL);
        } else if (value instanceof Integer || value instanceof Boolean) {
            put(ascii(value.toString()));
        } else {
            put(Json.writeUtf8(value));
        }
    }

    /** All that was written. */
    public byte[] toUtf8() {
        return Arrays.copyOf(bytes, length);
    }

    private void begin(char bracket) {
        separate();
        put(bracket);
        isNext = false;
    }

    private void end(char bracket) {
        put(bracket);
        isNext = true;
    }

    private void separate() {
        if (isNext) {
            put(',');
        }
        isNext = true;
    }

    private void text(String text) {
        int size = text.length();
        need(size + 2);
        int at = length;
        bytes[at++] = '"';
        for (int i = 0; i < size; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                put('"');
                put(JsonStringEncoder.getInstance().quoteAsUTF8(text));
                put('"');
                return;
            }
            bytes[at++] = (byte) c;
        }
        bytes[at++] = '"';
        length = at;
    }

    private void put(char ascii) {
        need(1);
        bytes[length++] = (byte) ascii;
    }

    private void put(byte[] more) {
        need(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    private void need(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
