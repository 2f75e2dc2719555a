package io.headgate.user.graphql;

import io.headgate.graphql.Arguments;
import io.headgate.user.Position;
import io.headgate.user.StringFilter;
import io.headgate.user.UserFilter;
import io.headgate.user.UserOrder;
import io.headgate.user.UserPage;
import io.headgate.user.UserStatus;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the inputs of lists of users. */
final class UserInputs {

    private UserInputs() {}

    static UserFilter filter(@Nullable Arguments filter) {
        if (filter == null) {
            return UserFilter.ALL;
        }
        Arguments createdAt = filter.object("createdAt");
        List<UserStatus> status = filter.constants("status", UserStatus.class);
        return new UserFilter(
                stringFilter(filter.object("email")),
                stringFilter(filter.object("name")),
                status == null ? null : Set.copyOf(status),
                createdAt == null ? null : createdAt.instant("gte"),
                createdAt == null ? null : createdAt.instant("lt"));
    }

    static UserOrder order(@Nullable Arguments order) {
        return order == null
                ? UserOrder.DEFAULT
                : new UserOrder(
                        order.requiredConstant("field", UserOrder.Field.class),
                        order.requiredConstant("direction", UserOrder.Direction.class));
    }

    static UserPage.Request page(Arguments arguments, UserOrder order) {
        return UserPage.Request.of(
                arguments.integer("first"),
                position(arguments, "after", order),
                arguments.integer("last"),
                position(arguments, "before", order));
    }

    private static @Nullable Position position(Arguments arguments, String name, UserOrder order) {
        String cursor = arguments.text(name);
        return cursor == null ? null : Cursors.read(name, cursor, order.field());
    }

    private static @Nullable StringFilter stringFilter(@Nullable Arguments filter) {
        if (filter == null) {
            return null;
        }
        List<String> in = filter.texts("in");
        return new StringFilter(
                filter.text("eq"),
                in == null ? null : Set.copyOf(in),
                filter.text("startsWith"),
                filter.text("contains"));
    }
}
