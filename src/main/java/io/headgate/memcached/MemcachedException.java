package io.headgate.memcached;

/** A command that a server did not do, or of which nobody knows whether it did. */
public final class MemcachedException extends RuntimeException {

    /** What is to be made of it. */
    public enum Kind {
        /** The connection has ended; the command may have been done. */
        CLOSED,
        /** The command was not sent, since too many wait for their answers. */
        TOO_MANY,
        /** The server has no room for it; what was there may be gone. */
        FULL,
        /** The server refused it. */
        REFUSED
    }

    private final Kind kind;

    MemcachedException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
