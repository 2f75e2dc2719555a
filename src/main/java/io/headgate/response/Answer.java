package io.headgate.response;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/** A whole answer as it is sent, with what it was made from. */
public final class Answer {

    /** No version of a log. */
    private static final long NEVER = -1;

    private static final int ETAG_BYTES = 15;

    /** In characters: of each. */
    static final int ETAG_LENGTH = 24;

    /** To be cloned: to look one up costs more than to use it. */
    private static final MessageDigest SHA_256 = sha256();

    private final byte[] body;
    private final String etag;
    private final Basis basis;
    private final Set<String> tags;
    private final long madeAt;
    private final long endsAt;
    /** The version of the log by which this was last found true. */
    private volatile long checked;

    Answer(byte[] body, Basis basis, Set<String> tags, long madeAt, long endsAt) {
        this(body, etag(body), basis, tags, madeAt, endsAt, NEVER);
    }

    Answer(byte[] body, String etag, Basis basis, Set<String> tags, long madeAt, long endsAt, long checked) {
        this.body = body;
        this.etag = etag;
        this.basis = basis;
        this.tags = tags;
        this.madeAt = madeAt;
        this.endsAt = endsAt;
        this.checked = checked;
    }

    /** The bytes to be sent, which must not be changed. */
    public byte[] body() {
        return body;
    }

    /** A weak validator, as the answer may be sent compressed (RFC 9110, 8.8.1). */
    public String etag() {
        return etag;
    }

    /** When it began to be made, as {@link System#nanoTime}. */
    public long madeAt() {
        return madeAt;
    }

    Basis basis() {
        return basis;
    }

    Set<String> tags() {
        return tags;
    }

    long endsAt() {
        return endsAt;
    }

    /** The version of the log by which it was last found true; of one only. */
    long checked() {
        return checked;
    }

    /** How long it may yet be shown. */
    Duration left(long now) {
        return Duration.ofNanos(endsAt - now);
    }

    /** The same answer, of which no log has said yet that it is true. */
    Answer unchecked() {
        return new Answer(body, etag, basis, tags, madeAt, endsAt, NEVER);
    }

    /** Whether it is still true, as far as the one log goes that it is asked about. */
    boolean holds(ChangeLog log, long now) {
        long version = log.version();
        if (now - endsAt >= 0 || !log.believed()) {
            return false;
        }
        if (checked == version) {
            return true;
        }
        if (!log.holds(basis, tags)) {
            return false;
        }
        checked = version;
        return true;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String etag(byte[] body) {
        try {
            byte[] digest = ((MessageDigest) SHA_256.clone()).digest(body);
            byte[] part = Arrays.copyOf(digest, ETAG_BYTES);
            return "W/\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(part) + '"';
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }
}
