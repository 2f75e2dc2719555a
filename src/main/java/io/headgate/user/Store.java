package io.headgate.user;

/** Where a record lives. The order of the constants is the order of equal records in a merged list. */
public enum Store {
    POSTGRES('p'),
    DYNAMODB('d');

    private final char tag;

    Store(char tag) {
        this.tag = tag;
    }

    /** One letter that stands for the store in identifiers, cursors and cache keys. Never changes. */
    public char tag() {
        return tag;
    }
}
