package io.headgate.user;

import io.headgate.error.GatewayException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list, in the list's order.
 *
 * @param hasNext whether users follow the page
 * @param hasPrevious whether users stand before the page
 */
public record UserPage(List<User> users, boolean hasNext, boolean hasPrevious) {

    /** The size of a page for which none is given. */
    public static final int DEFAULT_SIZE = 50;

    /** The largest page. */
    public static final int MAX_SIZE = 1_000;

    /**
     * What page is asked for: the first {@code size} users between two places, or, backward, the last.
     *
     * @see <a href="https://relay.dev/graphql/connections.htm">Relay's cursor connections</a>
     */
    public record Request(
            int size,
            boolean backward,
            @Nullable Position after,
            @Nullable Position before) {

        /**
         * Relay's arguments.
         *
         * @throws GatewayException INVALID_ARGUMENT when both sizes are given, or one is not 1 to 1,000
         */
        public static Request of(
                @Nullable Integer first, @Nullable Position after, @Nullable Integer last, @Nullable Position before) {
            if (first != null && last != null) {
                throw GatewayException.invalidArgument("give first or last, not both");
            }
            return last != null
                    ? new Request(checked("last", last), true, after, before)
                    : new Request(checked("first", first != null ? first : DEFAULT_SIZE), false, after, before);
        }

        private static int checked(String name, int size) {
            if (size < 1 || size > MAX_SIZE) {
                throw GatewayException.invalidArgument(name + " is " + size + "; 1 to " + MAX_SIZE + " are allowed");
            }
            return size;
        }

        UserQuery query(UserFilter filter, UserOrder order) {
            return backward
                    ? new UserQuery(filter, order.reversed(), before, after, size + 1)
                    : new UserQuery(filter, order, after, before, size + 1);
        }

        UserPage cut(List<User> read) {
            boolean more = read.size() > size;
            List<User> users = new ArrayList<>(more ? read.subList(0, size) : read);
            if (backward) {
                Collections.reverse(users);
            }
            return backward ? new UserPage(users, before != null, more) : new UserPage(users, more, after != null);
        }
    }
}
