package io.headgate.user;

import io.headgate.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A user as bytes: the version of the encoding, the fields in turn, the attributes as JSON. The identity is not among
 * them: whoever keeps the bytes keeps it beside.
 */
public final class UserCodec {

    /** Grows with each change of the encoding; bytes of another version are not read. */
    private static final int VERSION = 1;

    private static final byte[] NO_ATTRIBUTES = "{}".getBytes(StandardCharsets.US_ASCII);

    private static final long MICROS = TimeUnit.SECONDS.toMicros(1);

    private UserCodec() {}

    /** The bytes of a user. */
    public static byte[] encode(User user) {
        byte[] attributes = user.attributes().values().isEmpty()
                ? NO_ATTRIBUTES
                : Json.writeUtf8(user.attributes().values());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(attributes.length + 160);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            writeText(out, user.email());
            writeText(out, user.name());
            String phone = user.phone();
            out.writeBoolean(phone != null);
            if (phone != null) {
                writeText(out, phone);
            }
            writeText(out, user.status().name());
            out.writeLong(micros(user.createdAt()));
            out.writeLong(micros(user.updatedAt()));
            out.writeInt(user.version());
            out.write(attributes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The user, or {@code null} for bytes that are of another version or damaged. */
    public static @Nullable User decode(UserId id, byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (in.get() != VERSION) {
                return null;
            }
            String email = readText(in);
            String name = readText(in);
            String phone = in.get() != 0 ? readText(in) : null;
            UserStatus status = UserStatus.valueOf(readText(in));
            Instant createdAt = instant(in.getLong());
            Instant updatedAt = instant(in.getLong());
            int version = in.getInt();
            Attributes attributes = Attributes.parse(text(in, in.remaining()));
            return new User(id, email, name, phone, status, attributes, createdAt, updatedAt, version);
        } catch (RuntimeException damaged) {
            return null;
        }
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(utf8.length);
        out.write(utf8);
    }

    private static String readText(ByteBuffer in) {
        return text(in, Short.toUnsignedInt(in.getShort()));
    }

    private static String text(ByteBuffer in, int length) {
        byte[] utf8 = new byte[length];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static long micros(Instant instant) {
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), MICROS), TimeUnit.NANOSECONDS.toMicros(instant.getNano()));
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS), TimeUnit.MICROSECONDS.toNanos(Math.floorMod(micros, MICROS)));
    }
}
