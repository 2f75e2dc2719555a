package io.headgate.recovery;

import org.jspecify.annotations.Nullable;

/**
 * A password that a caller gave. Nothing shows it but {@link #reveal}: it is neither recorded nor printed, and does not
 * tell two requests apart.
 */
public final class Password {

    private final @Nullable String value;

    private Password(@Nullable String value) {
        this.value = value;
    }

    /** A password. */
    public static Password of(String value) {
        return new Password(value);
    }

    /** One that was given once, of which no more is known. */
    public static Password withheld() {
        return new Password(null);
    }

    /** The password; {@code null} when it is not known here. */
    public @Nullable String reveal() {
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Password;
    }

    @Override
    public int hashCode() {
        return Password.class.hashCode();
    }

    @Override
    public String toString() {
        return "(withheld)";
    }
}
