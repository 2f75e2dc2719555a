package io.headgate.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Names and ids that clients or issuers chose. Those that could be an e-mail address, a person's name or a text of any
 * length stand in a record as their SHA-256, by which they can be found and not be read.
 */
final class Opaque {

    private static final int LONGEST = 200;

    /** What the base64 of {@code user:} begins with. */
    private static final String USER = "dXNl";

    private Opaque() {}

    static String of(String text) {
        return isPlain(text) && isPlain(decoded(text)) ? text : "sha256:" + sha256(text);
    }

    private static boolean isPlain(String text) {
        boolean isBehindAt = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            isBehindAt |= c == '@';
            if (c < '!' || c > '~' || (isBehindAt && c == '.')) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LONGEST;
    }

    /** What a user's global id holds; any other text as it is. */
    private static String decoded(String id) {
        if (!id.startsWith(USER)) {
            return id;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(id), StandardCharsets.UTF_8);
            return text.startsWith("user:") ? text : id;
        } catch (IllegalArgumentException e) {
            return id;
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
