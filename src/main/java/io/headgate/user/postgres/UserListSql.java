package io.headgate.user.postgres;

import io.headgate.user.Position;
import io.headgate.user.Store;
import io.headgate.user.StringFilter;
import io.headgate.user.UserFilter;
import io.headgate.user.UserOrder.Direction;
import io.headgate.user.UserOrder.Field;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStatus;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds the statements that list and count users. A list is read from the index of its order, beginning at the cursor.
 *
 * <p>A scan of a B-tree begins at one of the conditions on its first column and skips what the others exclude. So that
 * a page deep in a list costs what the first one costs, the filter's range on the column of the order and the cursor are
 * merged into one start and one end.
 */
final class UserListSql {

    private final UserFilter filter;
    private final List<String> conditions = new ArrayList<>();
    private final Parameters parameters = new Parameters();

    private UserListSql(UserFilter filter) {
        this.filter = filter;
    }

    static Statement list(UserQuery query) {
        UserListSql sql = new UserListSql(query.filter());
        Field field = query.order().field();
        boolean ascending = query.order().direction() == Direction.ASC;
        Edge after = Edge.at(query.after(), query.includesStart(Store.POSTGRES));
        Edge until = Edge.at(query.until(), query.includesEnd(Store.POSTGRES));
        sql.where(field, ascending ? after : until, ascending ? until : after);
        String page = orderBy(field, ascending ? "" : " DESC") + " LIMIT " + sql.parameters.bind(query.limit());
        return field == Field.CREATED_AT ? sql.byStatus(page) : sql.withStatus(UserRows.COLUMNS, page);
    }

    static Statement count(UserFilter filter) {
        UserListSql sql = new UserListSql(filter);
        sql.where(null, null, null);
        return sql.withStatus("count(*)", "");
    }

    private Statement withStatus(String selected, String end) {
        if (filter.status() != null) {
            String[] names = filter.status().stream().map(UserStatus::name).toArray(String[]::new);
            conditions.add("status = ANY(" + parameters.bind(names) + ")");
        }
        return parameters.of(select(selected, conditions) + end);
    }

    /**
     * One page of each status, merged: the index of a status is in the order of time, that of several is not, and the
     * index of all users could be read to its end for a status that few have.
     */
    private Statement byStatus(String page) {
        Set<UserStatus> statuses = filter.status();
        if (statuses == null || statuses.isEmpty() || statuses.size() == UserStatus.values().length) {
            return withStatus(UserRows.COLUMNS, page);
        }
        String pages = statuses.stream()
                .map(status ->
                        "(" + select(UserRows.COLUMNS, with("status = " + parameters.bind(status.name()))) + page + ")")
                .collect(Collectors.joining(" UNION ALL "));
        return parameters.of(statuses.size() == 1 ? pages : pages + page);
    }

    private List<String> with(String condition) {
        List<String> all = new ArrayList<>(conditions);
        all.add(condition);
        return all;
    }

    private static String select(String selected, List<String> conditions) {
        String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        return "SELECT " + selected + " FROM users" + where;
    }

    private static String orderBy(Field field, String direction) {
        // An e-mail address is unique: its index alone gives the whole order.
        return field == Field.EMAIL
                ? " ORDER BY email" + direction
                : " ORDER BY " + column(field) + direction + ", user_id" + direction;
    }

    private void where(@Nullable Field order, @Nullable Edge start, @Nullable Edge end) {
        text("email", filter.email());
        text("name", filter.name());
        for (Field field : Field.values()) {
            Edge first = Edge.startOf(filter, field);
            Edge last = Edge.endOf(filter, field);
            edge(">", field == order ? Edge.later(first, start) : first);
            edge("<", field == order ? Edge.earlier(last, end) : last);
        }
    }

    private void text(String column, @Nullable StringFilter text) {
        if (text != null) {
            if (text.eq() != null) {
                conditions.add(column + " = " + parameters.bind(text.eq()));
            }
            if (text.in() != null) {
                conditions.add(column + " = ANY(" + parameters.bind(text.in().toArray(String[]::new)) + ")");
            }
            if (text.contains() != null) {
                conditions.add(column + " LIKE " + parameters.bind(Texts.containing(text.contains())));
            }
        }
    }

    /** Adds that users stand behind ({@code >}) or before ({@code <}) an edge. */
    private void edge(String operator, @Nullable Edge edge) {
        if (edge == null) {
            return;
        }
        Position place = edge.place();
        String column = column(place.field());
        String orThere = edge.inclusive() ? "=" : "";
        if (edge.beforeItsValue()) {
            conditions.add(column + (operator.equals(">") ? " >= " : " < ") + parameters.bind(value(place)));
        } else if (place.text() != null && place.text().equals(equal(place.field()))) {
            // All users of the stretch have this value, and an equality is where a scan begins.
            conditions.add("user_id " + operator + orThere + " " + parameters.bind(place.key()));
        } else {
            conditions.add("(" + column + ", user_id) " + operator + orThere + " (" + parameters.bind(value(place))
                    + ", " + parameters.bind(place.key()) + ")");
        }
    }

    private @Nullable String equal(Field field) {
        StringFilter text = field == Field.NAME ? filter.name() : filter.email();
        return text == null ? null : text.eq();
    }

    private static @Nullable Object value(Position place) {
        return place.instant() != null ? place.instant().atOffset(ZoneOffset.UTC) : place.text();
    }

    private static String column(Field field) {
        return switch (field) {
            case CREATED_AT -> "created_at";
            case EMAIL -> "email";
            case NAME -> "name";
        };
    }
}
