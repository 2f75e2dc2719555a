package io.headgate.redis;

import io.headgate.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What a request that is made once is known by: a caller and the idempotency key that it gave. */
public record Once(String caller, String key) {

    /** How long it is known at least. */
    public static final Duration KEPT = Duration.ofDays(1);

    private static final int MAX_KEY_LENGTH = 128;

    /**
     * {@code null} where the caller gave no key.
     *
     * @throws GatewayException INVALID_ARGUMENT where it is none
     */
    public static @Nullable Once of(String caller, @Nullable String key) {
        if (key != null && (key.isBlank() || key.length() > MAX_KEY_LENGTH)) {
            throw GatewayException.invalidArgument(
                    "idempotencyKey is 1 to " + MAX_KEY_LENGTH + " characters, such as a random UUID");
        }
        return key == null ? null : new Once(caller, key);
    }

    /** What it is called in Redis. */
    public String name() {
        return hash(caller, key);
    }

    /** What tells requests of other contents apart. */
    public String fingerprint(Object... contents) {
        return hash(contents);
    }

    /** The same key came with other contents. */
    public static GatewayException usedForAnother() {
        return GatewayException.invalidArgument(
                "idempotencyKey was used for another request: give each request a key of its own");
    }

    private static String hash(Object... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Object part : parts) {
                byte[] text = part.toString().getBytes(StandardCharsets.UTF_8);
                digest.update((text.length + ":").getBytes(StandardCharsets.US_ASCII));
                digest.update(text);
            }
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
