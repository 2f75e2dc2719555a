package io.headgate.user;

import org.jspecify.annotations.Nullable;

/**
 * One stretch of a list, in the order in which it is read. A backward page is a query in the reversed order.
 *
 * @param after the stretch begins behind this place in {@code order}, or at the start
 * @param until the stretch ends before this place in {@code order}, or at the end
 * @param limit how many users at the most, at least 1
 */
public record UserQuery(
        UserFilter filter,
        UserOrder order,
        @Nullable Position after,
        @Nullable Position until,
        int limit) {

    /**
     * Whether {@code store}'s user with exactly the value and key of {@link #after} belongs to the stretch: so it is when
     * that place is another store's, which stands before this one in the order.
     */
    public boolean includesStart(Store store) {
        return after != null && order.positions().compare(after.in(store), after) > 0;
    }

    /** Whether {@code store}'s user with exactly the value and key of {@link #until} belongs to the stretch. */
    public boolean includesEnd(Store store) {
        return until != null && order.positions().compare(until.in(store), until) < 0;
    }

    /** Whether a user belongs to the stretch; the limit apart. */
    public boolean covers(User user) {
        Position position = Position.of(user, order.field());
        return filter.matches(user)
                && (after == null || order.positions().compare(position, after) > 0)
                && (until == null || order.positions().compare(position, until) < 0);
    }
}
