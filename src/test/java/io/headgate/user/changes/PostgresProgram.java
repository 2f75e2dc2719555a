package io.headgate.user.changes;

import io.headgate.localcloud.LocalPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** {@link Program} with JDBC, each change in a transaction of its own. */
final class PostgresProgram implements Program {

    private final Connection connection;

    PostgresProgram(LocalPostgres postgres) {
        try {
            this.connection = postgres.connect();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void create(String key, String name) {
        execute(
                "INSERT INTO users (user_id, email, name, status, attributes, created_at, updated_at, version)"
                        + " VALUES (?, ?, ?, 'ACTIVE', '{}', now(), now(), 1)",
                key,
                key + "@example.com",
                name);
    }

    @Override
    public void rename(String key, String name, int version) {
        execute("UPDATE users SET name = ?, version = " + version + " WHERE user_id = ?", name, key);
    }

    @Override
    public void suspend(String key, int version) {
        execute("UPDATE users SET status = 'SUSPENDED', version = " + version + " WHERE user_id = ?", key);
    }

    @Override
    public void delete(String key) {
        execute("DELETE FROM users WHERE user_id = ?", key);
    }

    /** Anything else. */
    void execute(String sql, String... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
