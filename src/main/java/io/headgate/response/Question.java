package io.headgate.response;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * What was asked and what who asked may see: two equal questions have one answer. The bytes are those of the request as
 * it was sent, or of its canonical form. They must not be changed afterwards.
 */
public final class Question {

    private final char form;
    private final byte[] bytes;
    private final String visibility;
    private final int hash;

    private final boolean isSent;

    /**
     * A question.
     *
     * @param form tells apart what means another thing by the same bytes
     * @param visibility the same for those alone who may see the same
     * @param isSent whether these are the bytes as they were sent, not the canonical form to which the answer is kept
     */
    public Question(char form, byte[] bytes, String visibility, boolean isSent) {
        this.form = form;
        this.bytes = bytes;
        this.visibility = visibility;
        this.isSent = isSent;
        this.hash = 31 * (31 * Arrays.hashCode(bytes) + visibility.hashCode()) + form;
    }

    char form() {
        return form;
    }

    byte[] bytes() {
        return bytes;
    }

    String visibility() {
        return visibility;
    }

    boolean isSent() {
        return isSent;
    }

    /** A name that no other question has, for all that anybody knows of SHA-256. */
    String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(visibility.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) form);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** About how many bytes it takes in memory, with its place in a map. */
    public int size() {
        return bytes.length + visibility.length() + 200;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Question question
                && hash == question.hash
                && form == question.form
                && isSent == question.isSent
                && Arrays.equals(bytes, question.bytes)
                && visibility.equals(question.visibility);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
