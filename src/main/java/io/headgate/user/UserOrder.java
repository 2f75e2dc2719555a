package io.headgate.user;

import java.util.Comparator;

/**
 * The order of a list of users: a field, then the key, then the store, all in the same direction. Text is compared by
 * code point, as PostgreSQL's collation "C" and DynamoDB's UTF-8 keys do.
 */
public record UserOrder(Field field, Direction direction) {

    /** The order of a list for which none is asked: oldest first. */
    public static final UserOrder DEFAULT = new UserOrder(Field.CREATED_AT, Direction.ASC);

    /** The fields that lists can be ordered by. */
    public enum Field {
        CREATED_AT,
        EMAIL,
        NAME
    }

    /** Ascending or descending. */
    public enum Direction {
        ASC,
        DESC;

        public Direction reversed() {
            return this == ASC ? DESC : ASC;
        }
    }

    public UserOrder reversed() {
        return new UserOrder(field, direction.reversed());
    }

    /** Compares the places that users have in this order. */
    public Comparator<Position> positions() {
        Comparator<Position> ascending = Comparator.<Position>naturalOrder();
        return direction == Direction.ASC ? ascending : ascending.reversed();
    }

    /** Compares users by their places in this order. */
    public Comparator<User> users() {
        return Comparator.comparing(user -> Position.of(user, field), positions());
    }
}
