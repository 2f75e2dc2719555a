package io.headgate.user.graphql;

import io.headgate.error.GatewayException;
import io.headgate.user.Position;
import io.headgate.user.Store;
import io.headgate.user.UserOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * Places in a list as opaque text: the field, the store, the value, U+0000 (which neither value nor key can hold) and the
 * key, in base64url. A cursor names a place and no user, so it stays good when its user is deleted.
 */
final class Cursors {

    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private Cursors() {}

    static String write(Position position) {
        Instant instant = position.instant();
        String value = instant != null ? String.valueOf(micros(instant)) : String.valueOf(position.text());
        String text = "" + tag(position.field()) + position.store().tag() + value + '\0' + position.key();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param argument the name of the argument, for the message
     * @throws GatewayException INVALID_ARGUMENT for anything else, and for a place in another order
     */
    static Position read(String argument, String cursor, UserOrder.Field field) {
        Position position;
        try {
            position = parse(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
            // One place has one form; this also refuses bytes that are not UTF-8.
            if (!write(position).equals(cursor)) {
                throw malformed(argument);
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw malformed(argument);
        }
        if (position.field() != field) {
            throw GatewayException.invalidArgument(argument + " is a cursor of a list ordered by " + position.field()
                    + "; this one is ordered by " + field);
        }
        return position;
    }

    private static Position parse(String text) {
        UserOrder.Field field = field(text.charAt(0));
        Store store = store(text.charAt(1));
        int end = text.indexOf('\0');
        String value = text.substring(2, end);
        String key = text.substring(end + 1);
        if (key.isEmpty() || key.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no key");
        }
        return field == UserOrder.Field.CREATED_AT
                ? new Position(field, instant(value), null, key, store)
                : new Position(field, null, value, key, store);
    }

    private static Instant instant(String micros) {
        long value = Long.parseLong(micros);
        if (value < micros(EARLIEST) || value > micros(LATEST)) {
            throw new IllegalArgumentException("out of range");
        }
        return Instant.EPOCH.plus(value, ChronoUnit.MICROS);
    }

    /** Unlike {@link ChronoUnit#between}, which counts nanoseconds first, for more than three centuries. */
    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }

    private static char tag(UserOrder.Field field) {
        return switch (field) {
            case CREATED_AT -> 'c';
            case EMAIL -> 'e';
            case NAME -> 'n';
        };
    }

    private static UserOrder.Field field(char tag) {
        for (UserOrder.Field field : UserOrder.Field.values()) {
            if (tag(field) == tag) {
                return field;
            }
        }
        throw new IllegalArgumentException("no such field");
    }

    private static Store store(char tag) {
        for (Store store : Store.values()) {
            if (store.tag() == tag) {
                return store;
            }
        }
        throw new IllegalArgumentException("no such store");
    }

    private static GatewayException malformed(String argument) {
        return GatewayException.invalidArgument(
                argument + " is not a cursor that Headgate gave: pass the cursor of an edge unchanged");
    }
}
