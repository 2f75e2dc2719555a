package io.headgate.message;

import io.headgate.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a message is on its channel.
 *
 * @param millis and {@code sequence}: Redis' own id of it, which grows
 * @param count how many messages the channel had with it, as long as Redis remembers
 */
public record MessagePosition(long millis, long sequence, long count) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})-(\\d{1,18})-(\\d{1,18})");

    static MessagePosition of(String id, String count) {
        int dash = id.indexOf('-');
        return new MessagePosition(
                Long.parseLong(id.substring(0, dash)), Long.parseLong(id.substring(dash + 1)), Long.parseLong(count));
    }

    /** The first id behind it. */
    String next() {
        return millis + "-" + (sequence + 1);
    }

    /** Whether nothing was between this and what was found next; a channel that Redis forgot begins anew. */
    boolean isFollowedBy(MessagePosition found) {
        return found.count <= count + 1;
    }

    /** Opaque. */
    public String cursor() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((millis + "-" + sequence + "-" + count).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * What {@link #cursor} gave.
     *
     * @throws GatewayException INVALID_ARGUMENT where it is none
     */
    public static MessagePosition parse(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            Matcher form = FORM.matcher(text);
            if (form.matches()) {
                return new MessagePosition(
                        Long.parseLong(form.group(1)), Long.parseLong(form.group(2)), Long.parseLong(form.group(3)));
            }
        } catch (IllegalArgumentException e) {
            // Told below, as what is no position is.
        }
        throw GatewayException.invalidArgument("after is no cursor of a message: pass one unchanged");
    }
}
