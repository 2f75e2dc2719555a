package io.headgate.user;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A user's place in an order: the value of the field, the key, the store. It needs no user to stand there, so that a
 * list goes on after one that has been deleted. Ascending order is the natural order.
 *
 * @param instant the value when the field is CREATED_AT, otherwise {@code null}
 * @param text the value when the field is EMAIL or NAME, otherwise {@code null}
 */
public record Position(
        UserOrder.Field field,
        @Nullable Instant instant,
        @Nullable String text,
        String key,
        Store store) implements Comparable<Position> {

    public static Position of(User user, UserOrder.Field field) {
        String key = user.id().key();
        Store store = user.id().store();
        return switch (field) {
            case CREATED_AT -> new Position(field, user.createdAt(), null, key, store);
            case EMAIL -> new Position(field, null, user.email(), key, store);
            case NAME -> new Position(field, null, user.name(), key, store);
        };
    }

    /** The place that {@code other}'s user with the same value and key has. */
    Position in(Store other) {
        return new Position(field, instant, text, key, other);
    }

    @Override
    public int compareTo(Position other) {
        int byValue = instant != null && other.instant != null
                ? instant.compareTo(other.instant)
                : CodePoints.compare(String.valueOf(text), String.valueOf(other.text));
        if (byValue != 0) {
            return byValue;
        }
        int byKey = CodePoints.compare(key, other.key);
        return byKey != 0 ? byKey : store.compareTo(other.store);
    }
}
