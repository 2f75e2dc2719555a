package io.headgate.json;

/** A list that was not read to its end, since it is longer than it may be. */
public final class LongListException extends RuntimeException {

    private static final long serialVersionUID = 1;

    LongListException() {
        super("a list is too long", null, false, false);
    }
}
