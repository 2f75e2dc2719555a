package io.headgate.user.postgres;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.user.Attributes;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;

/** Rows of the table {@code users} as users. */
final class UserRows {

    /** The columns that {@link #user} reads, in its order. JSON is read as text because the driver's numbers lose digits. */
    static final String COLUMNS =
            "user_id, email, name, phone, status, attributes::text, created_at, updated_at, version";

    private UserRows() {}

    /** @throws GatewayException INTERNAL when the row holds what Headgate never writes */
    static User user(Row row) {
        try {
            return new User(
                    new UserId(Store.POSTGRES, row.getString(0)),
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    UserStatus.valueOf(row.getString(4)),
                    Attributes.parse(row.getString(5)),
                    row.getOffsetDateTime(6).toInstant(),
                    row.getOffsetDateTime(7).toInstant(),
                    row.getInteger(8));
        } catch (RuntimeException e) {
            throw GatewayException.of(
                    ErrorCode.INTERNAL, "a user in PostgreSQL breaks the rules that Headgate keeps; see the log", e);
        }
    }

    static List<User> users(RowSet<Row> rows) {
        List<User> users = new ArrayList<>(rows.size());
        rows.forEach(row -> users.add(user(row)));
        return users;
    }
}
