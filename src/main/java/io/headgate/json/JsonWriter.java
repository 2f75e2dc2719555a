package io.headgate.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes one JSON value piece by piece, as UTF-8. A piece where none may be fails with an {@link IOException}. */
public final class JsonWriter implements AutoCloseable {

    private final ByteArrayBuilder bytes;
    private final JsonGenerator out;

    /** @param expected about how many bytes it will be */
    public JsonWriter(int expected) throws IOException {
        this.bytes = new ByteArrayBuilder(expected);
        this.out = Json.generator(bytes);
    }

    /** The name of a member, encoded once. */
    public static final class Name {

        private final SerializableString text;

        public Name(String text) {
            this.text = new SerializedString(text);
        }
    }

    public void beginObject() throws IOException {
        out.writeStartObject();
    }

    public void endObject() throws IOException {
        out.writeEndObject();
    }

    public void beginArray() throws IOException {
        out.writeStartArray();
    }

    public void endArray() throws IOException {
        out.writeEndArray();
    }

    /** The name of the member whose value is written next. */
    public void name(Name name) throws IOException {
        out.writeFieldName(name.text);
    }

    /** A value that {@link Json#read} could have given. */
    public void value(@Nullable Object value) throws IOException {
        if (value instanceof String text) {
            out.writeString(text);
        } else {
            out.writePOJO(value);
        }
    }

    /** All that was written. */
    public byte[] toUtf8() throws IOException {
        out.close();
        return bytes.toByteArray();
    }

    /** Gives back what writing takes, be the value whole or not. */
    @Override
    public void close() {
        bytes.release();
    }
}
