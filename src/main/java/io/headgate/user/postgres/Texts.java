package io.headgate.user.postgres;

import org.jspecify.annotations.Nullable;

/** Searches for parts of a text, as conditions that an index serves. */
final class Texts {

    private static final int LAST_BEFORE_SURROGATES = Character.MIN_SURROGATE - 1;
    private static final int FIRST_BEHIND_SURROGATES = Character.MAX_SURROGATE + 1;

    private Texts() {}

    /**
     * The least text, in the order of code points, that is greater than every text with this prefix; {@code null} when
     * there is none.
     */
    static @Nullable String afterPrefix(@Nullable String prefix) {
        int end = prefix == null ? 0 : prefix.length();
        while (prefix != null && end > 0) {
            int last = prefix.codePointBefore(end);
            end -= Character.charCount(last);
            if (last < Character.MAX_CODE_POINT) {
                int next = last == LAST_BEFORE_SURROGATES ? FIRST_BEHIND_SURROGATES : last + 1;
                return prefix.substring(0, end) + Character.toString(next);
            }
        }
        return null;
    }

    /** The LIKE pattern of the texts that contain {@code part}. */
    static String containing(String part) {
        return "%" + part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }
}
