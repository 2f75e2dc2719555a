package io.headgate.user.postgres;

import static io.headgate.user.postgres.UserRows.COLUMNS;

import io.headgate.user.User;
import io.headgate.user.UserChange;
import java.time.ZoneOffset;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statements that read and change users by their keys. */
final class UserSql {

    private static final String FIND_BY_KEYS = "SELECT " + COLUMNS + " FROM users WHERE user_id = ANY($1)";

    private static final String FIND_BY_EMAILS = "SELECT " + COLUMNS + " FROM users WHERE email = ANY($1)";

    private static final String CREATE = """
            INSERT INTO users (user_id, email, name, phone, status, attributes, created_at, updated_at, version)
            VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8, $9)""";

    private UserSql() {}

    static Statement findByKeys(Set<String> keys) {
        return Statement.of(FIND_BY_KEYS, (Object) keys.toArray(String[]::new));
    }

    static Statement findByEmails(Set<String> emails) {
        return Statement.of(FIND_BY_EMAILS, (Object) emails.toArray(String[]::new));
    }

    static Statement create(User user) {
        return Statement.of(
                CREATE,
                user.id().key(),
                user.email(),
                user.name(),
                user.phone(),
                user.status().name(),
                user.attributes().json(),
                user.createdAt().atOffset(ZoneOffset.UTC),
                user.updatedAt().atOffset(ZoneOffset.UTC),
                user.version());
    }

    /** Names only what is set, which PostgreSQL is quicker with than with values that stay as they are. */
    static Statement update(String key, UserChange change, @Nullable Integer expectedVersion) {
        Parameters parameters = new Parameters();
        String user = parameters.bind(key);
        StringBuilder sql = new StringBuilder("UPDATE users SET version = users.version + 1, updated_at = ")
                .append(parameters.bind(change.at().atOffset(ZoneOffset.UTC)));
        if (change.email() != null) {
            sql.append(", email = ").append(parameters.bind(change.email()));
        }
        if (change.name() != null) {
            sql.append(", name = ").append(parameters.bind(change.name()));
        }
        if (change.phone() != null) {
            sql.append(", phone = ").append(parameters.bind(change.phone().number()));
        }
        if (change.status() != null) {
            sql.append(", status = ").append(parameters.bind(change.status().name()));
        }
        if (change.attributes() != null) {
            sql.append(", attributes = ")
                    .append(parameters.bind(change.attributes().json()))
                    .append("::text::jsonb");
        }
        return change(sql.toString(), "FROM", user, expectedVersion, parameters);
    }

    static Statement delete(String key, @Nullable Integer expectedVersion) {
        Parameters parameters = new Parameters();
        return change("DELETE FROM users", "USING", parameters.bind(key), expectedVersion, parameters);
    }

    /**
     * No row means that there is no such user, a row of nulls that its version is another. The lock makes either answer true: it
     * waits for other changes of the user and then sees what they left. Of any version, a change is its own lock.
     */
    private static Statement change(
            String change, String joins, String user, @Nullable Integer expectedVersion, Parameters parameters) {
        return parameters.of(
                expectedVersion == null
                        ? change + " WHERE user_id = " + user + " RETURNING " + COLUMNS
                        : "WITH found AS (SELECT user_id, version FROM users WHERE user_id = " + user + " FOR UPDATE),"
                                + " changed AS (" + change + " " + joins + " found"
                                + " WHERE users.user_id = found.user_id AND found.version = "
                                + parameters.bind(expectedVersion) + " RETURNING users.*)"
                                + " SELECT " + COLUMNS
                                + " FROM (SELECT changed.* FROM found LEFT JOIN changed ON true) AS outcome");
    }
}
