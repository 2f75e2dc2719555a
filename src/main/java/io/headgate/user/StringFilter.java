package io.headgate.user;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a text; each part that is not {@code null} must hold. Compared exactly: case and form count.
 *
 * @param in one of these; none matches when empty
 */
public record StringFilter(
        @Nullable String eq,
        @Nullable Set<String> in,
        @Nullable String startsWith,
        @Nullable String contains) {

    public boolean matches(String value) {
        return (eq == null || value.equals(eq))
                && (in == null || in.contains(value))
                && (startsWith == null || value.startsWith(startsWith))
                && (contains == null || value.contains(contains));
    }
}
