package io.headgate.user;

import io.headgate.error.GatewayException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every store lets in, so that the same input gets the same answer from each. Each check throws INVALID_ARGUMENT
 * with the name of the input and what is wrong with it; it never repeats the value.
 */
public final class UserRules {

    /** The longest key, in characters. With the 28 of a creation time it fits DynamoDB's sort key of 1,024 bytes. */
    public static final int MAX_KEY_LENGTH = 128;

    /** The longest e-mail address, in characters: RFC 5321's path of 256 less its brackets. */
    public static final int MAX_EMAIL_LENGTH = 254;

    /** The longest name, in characters. */
    public static final int MAX_NAME_LENGTH = 256;

    /** The longest phone number, in characters. */
    public static final int MAX_PHONE_LENGTH = 64;

    /** Keys that begin so are DynamoDB's own: they hold e-mail addresses so that none is taken twice. */
    public static final String RESERVED_KEY_PREFIX = "email#";

    /**
     * What browsers accept in {@code <input type=email>}.
     *
     * @see <a href="https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address">WHATWG HTML</a>
     */
    private static final Pattern EMAIL = Pattern.compile("[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
            + "@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*");

    private static final int SHORT = 60;

    private UserRules() {}

    static void checkKey(String key) {
        checkLength("userId", key, MAX_KEY_LENGTH);
        checkText("userId", key);
        if (hasControl(key)) {
            throw GatewayException.invalidArgument("userId has a control character");
        }
        if (key.startsWith(RESERVED_KEY_PREFIX)) {
            throw GatewayException.invalidArgument("userId begins with " + RESERVED_KEY_PREFIX + ", which is reserved");
        }
    }

    private static boolean hasControl(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (Character.isISOControl(key.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    public static void checkEmail(String email) {
        if (email.length() > MAX_EMAIL_LENGTH || !EMAIL.matcher(email).matches()) {
            throw GatewayException.invalidArgument("email is not an e-mail address such as ada@example.com");
        }
    }

    static void checkName(String name) {
        checkLength("name", name, MAX_NAME_LENGTH);
        checkText("name", name);
        if (name.isBlank()) {
            throw GatewayException.invalidArgument("name is blank");
        }
    }

    static void checkPhone(@Nullable String phone) {
        if (phone != null) {
            checkLength("phone", phone, MAX_PHONE_LENGTH);
            checkText("phone", phone);
        }
    }

    /** Refuses text that PostgreSQL or UTF-8 can't hold. */
    static void checkText(String name, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw GatewayException.invalidArgument(name + " holds the character U+0000, which PostgreSQL refuses");
            }
            if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!paired) {
                    throw GatewayException.invalidArgument(name + " holds half of a surrogate pair");
                }
                i++;
            }
        }
    }

    static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair stands for two of its four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    /** The beginning of a text, for a message. */
    static String shortened(String text) {
        return text.length() <= SHORT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, SHORT - 1))) + "…";
    }

    private static void checkLength(String name, String text, int most) {
        if (text.isEmpty() || text.length() > most) {
            throw GatewayException.invalidArgument(
                    name + " has " + text.length() + " characters; 1 to " + most + " are allowed");
        }
    }
}
