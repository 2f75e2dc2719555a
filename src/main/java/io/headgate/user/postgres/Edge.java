package io.headgate.user.postgres;

import io.headgate.user.Position;
import io.headgate.user.Store;
import io.headgate.user.StringFilter;
import io.headgate.user.UserFilter;
import io.headgate.user.UserOrder.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One end of a stretch of an order. A place whose key is empty stands before all users of its value, for no user's key
 * is.
 *
 * @param inclusive whether a user who stands exactly there belongs to the stretch
 */
record Edge(Position place, boolean inclusive) {

    /** Where the users begin whose value of {@code field} is in the filter's range; {@code null} when at the start. */
    static @Nullable Edge startOf(UserFilter filter, Field field) {
        return switch (field) {
            case CREATED_AT -> before(filter.createdFrom());
            case EMAIL -> before(field, prefix(filter.email()));
            case NAME -> before(field, prefix(filter.name()));
        };
    }

    /** Where they end; {@code null} when at the end. */
    static @Nullable Edge endOf(UserFilter filter, Field field) {
        return switch (field) {
            case CREATED_AT -> before(filter.createdBefore());
            case EMAIL -> before(field, Texts.afterPrefix(prefix(filter.email())));
            case NAME -> before(field, Texts.afterPrefix(prefix(filter.name())));
        };
    }

    static @Nullable Edge at(@Nullable Position place, boolean inclusive) {
        return place == null ? null : new Edge(place, inclusive);
    }

    /** The later of two, where {@code null} is at the start. */
    static @Nullable Edge later(@Nullable Edge a, @Nullable Edge b) {
        return a == null || (b != null && b.place.compareTo(a.place) > 0) ? b : a;
    }

    /** The earlier of two, where {@code null} is at the end. */
    static @Nullable Edge earlier(@Nullable Edge a, @Nullable Edge b) {
        return a == null || (b != null && b.place.compareTo(a.place) < 0) ? b : a;
    }

    boolean beforeItsValue() {
        return place.key().isEmpty();
    }

    private static @Nullable Edge before(@Nullable Instant instant) {
        return instant == null
                ? null
                : new Edge(new Position(Field.CREATED_AT, instant, null, "", Store.POSTGRES), true);
    }

    private static @Nullable Edge before(Field field, @Nullable String text) {
        return text == null ? null : new Edge(new Position(field, null, text, "", Store.POSTGRES), true);
    }

    private static @Nullable String prefix(@Nullable StringFilter filter) {
        return filter == null ? null : filter.startsWith();
    }
}
