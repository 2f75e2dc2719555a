package io.headgate.user;

/** Text compared by code point, which is the order of its UTF-8 bytes; {@link String#compareTo} differs above U+FFFF. */
final class CodePoints {

    private CodePoints() {}

    static int compare(String a, String b) {
        int shared = Math.min(a.length(), b.length());
        for (int i = 0; i < shared; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean bothAlike = Character.isSurrogate(x) == Character.isSurrogate(y);
                return bothAlike ? Character.compare(x, y) : Character.isSurrogate(x) ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
