package io.headgate.user.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the cache holds under a key. The first byte says which it is. */
sealed interface Entry<T> {

    /** A value. */
    record Value<T>(T value) implements Entry<T> {}

    /** That the store has none. */
    record Negative<T>() implements Entry<T> {}

    /** A reader's promise to fill it, under a token that nobody else has. */
    record Leased<T>(String token) implements Entry<T> {}

    /** That a change is going on. */
    record Marked<T>() implements Entry<T> {}

    /** Nothing. */
    record Free<T>() implements Entry<T> {}

    /** What this version can't read. */
    record Garbled<T>() implements Entry<T> {}

    static byte[] negative() {
        return new byte[] {'N'};
    }

    static byte[] lease(String token) {
        return ("L" + token).getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] value(byte[] encoded) {
        byte[] bytes = new byte[encoded.length + 1];
        bytes[0] = 'V';
        System.arraycopy(encoded, 0, bytes, 1, encoded.length);
        return bytes;
    }

    static <T> Entry<T> of(byte @Nullable [] bytes, Function<byte[], @Nullable T> decoder) {
        if (bytes == null) {
            return new Free<>();
        }
        switch (bytes.length == 0 ? 0 : bytes[0]) {
            case 'V' -> {
                T value = decoder.apply(Arrays.copyOfRange(bytes, 1, bytes.length));
                return value == null ? new Garbled<>() : new Value<>(value);
            }
            case 'N' -> {
                return new Negative<>();
            }
            case 'L' -> {
                return new Leased<>(new String(bytes, 1, bytes.length - 1, StandardCharsets.US_ASCII));
            }
            case 'W' -> {
                return new Marked<>();
            }
            default -> {
                return new Garbled<>();
            }
        }
    }
}
