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

    private final byte[] bytes;
    private final String visibility;
    private final int hash;

    private Question(byte[] bytes, String visibility) {
        this.bytes = bytes;
        this.visibility = visibility;
        this.hash = 31 * Arrays.hashCode(bytes) + visibility.hashCode();
    }

    /** A question by its bytes, and by a text that is the same for those alone who may see the same. */
    public static Question of(byte[] bytes, String visibility) {
        return new Question(bytes, visibility);
    }

    /** A name that no other question has, for all that anybody knows of SHA-256. */
    String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(visibility.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    int size() {
        return bytes.length + 2 * visibility.length();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Question question
                && hash == question.hash
                && Arrays.equals(bytes, question.bytes)
                && visibility.equals(question.visibility);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
