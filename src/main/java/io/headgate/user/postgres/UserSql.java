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

    /*
     * No row means that there is no such user, a row of nulls that its version is another. The lock makes either answer
     * true: it waits for other changes of the user and then sees what they left.
     */
    private static final String UPDATE = """
            WITH found AS (SELECT user_id, version FROM users WHERE user_id = $1 FOR UPDATE),
            changed AS (
              UPDATE users SET
                email = COALESCE($3, users.email),
                name = COALESCE($4, users.name),
                phone = CASE WHEN $5 THEN $6 ELSE users.phone END,
                status = COALESCE($7, users.status),
                attributes = COALESCE($8::text::jsonb, users.attributes),
                updated_at = $9,
                version = users.version + 1
              FROM found
              WHERE users.user_id = found.user_id AND ($2::integer IS NULL OR found.version = $2)
              RETURNING users.*)
            SELECT %s FROM (SELECT changed.* FROM found LEFT JOIN changed ON true) AS outcome""".formatted(COLUMNS);

    private static final String DELETE = """
            WITH found AS (SELECT user_id, version FROM users WHERE user_id = $1 FOR UPDATE),
            changed AS (
              DELETE FROM users USING found
              WHERE users.user_id = found.user_id AND ($2::integer IS NULL OR found.version = $2)
              RETURNING users.*)
            SELECT %s FROM (SELECT changed.* FROM found LEFT JOIN changed ON true) AS outcome""".formatted(COLUMNS);

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

    static Statement update(String key, UserChange change, @Nullable Integer expectedVersion) {
        UserChange.Phone phone = change.phone();
        return Statement.of(
                UPDATE,
                key,
                expectedVersion,
                change.email(),
                change.name(),
                phone != null,
                phone != null ? phone.number() : null,
                change.status() != null ? change.status().name() : null,
                change.attributes() != null ? change.attributes().json() : null,
                change.at().atOffset(ZoneOffset.UTC));
    }

    static Statement delete(String key, @Nullable Integer expectedVersion) {
        return Statement.of(DELETE, key, expectedVersion);
    }
}
