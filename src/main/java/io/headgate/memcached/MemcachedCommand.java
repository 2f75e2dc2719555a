package io.headgate.memcached;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * Commands of the text protocol, as every version of Memcached since 1.4 understands them and {@code
 * doc/protocol.txt} tells them. Times are whole seconds there.
 */
public final class MemcachedCommand {

    static final String CLUSTER = "cluster";

    private static final int MAX_KEY = 250;
    private static final long MAX_SECONDS = Duration.ofDays(30).toSeconds();
    private static final String EXPIRED = "-1";
    private static final String NEVER = "0";

    private MemcachedCommand() {}

    /** A key as the protocol allows it: as it is, or where it can't be, a digest of it. */
    public static String key(String name) {
        if (name.length() <= MAX_KEY && name.chars().allMatch(each -> each > ' ' && each < 0x7f)) {
            return name;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return "#" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads items, with what tells whether they have changed. */
    public static Buffer gets(List<String> keys) {
        return Buffer.buffer("gets " + String.join(" ", keys) + "\r\n");
    }

    /** Stores an item where there is none. It stays at least for the time; for ever when that is zero. */
    public static Buffer add(String key, byte[] data, Duration ttl) {
        return storage("add " + key, ttl.isZero() ? NEVER : seconds(ttl), data, "");
    }

    /** Stores an item in place of one that has not changed. It stays at least for the time; for ever when that is zero. */
    public static Buffer cas(String key, byte[] data, Duration ttl, String unique) {
        return storage("cas " + key, ttl.isZero() ? NEVER : seconds(ttl), data, " " + unique);
    }

    /** Removes an item that has not changed. */
    public static Buffer casAway(String key, String unique) {
        return storage("cas " + key, EXPIRED, new byte[0], " " + unique);
    }

    /** Removes an item. */
    public static Buffer delete(String key) {
        return Buffer.buffer("delete " + key + "\r\n");
    }

    /** Asks the server about itself. */
    public static Buffer stats() {
        return Buffer.buffer("stats\r\n");
    }

    /** Asks a node of ElastiCache for all nodes of its cluster. */
    static Buffer cluster() {
        return Buffer.buffer("config get " + CLUSTER + "\r\n");
    }

    private static Buffer storage(String command, String seconds, byte[] data, String unique) {
        return Buffer.buffer(command + " 0 " + seconds + " " + data.length + unique + "\r\n")
                .appendBytes(data)
                .appendString("\r\n");
    }

    /** One more than asked for: the server counts seconds that have begun. */
    private static String seconds(Duration ttl) {
        return Long.toString(Math.min(ttl.plusMillis(999).toSeconds() + 1, MAX_SECONDS));
    }
}
