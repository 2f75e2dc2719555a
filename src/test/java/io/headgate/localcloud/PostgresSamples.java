package io.headgate.localcloud;

import io.headgate.user.postgres.UsersSchema;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;

/** Puts sample users into a PostgreSQL database, whose tables the gateway's own migrations make. */
final class PostgresSamples {

    private static final String INSERT = """
            INSERT INTO users (user_id, email, name, phone, status, attributes, created_at, updated_at, version)
            VALUES (?, ?, ?, ?, ?, ?::jsonb, ?, ?, 1)""";

    private PostgresSamples() {}

    static void load(LocalPostgres postgres, List<SampleUser> users) {
        String batching = postgres.jdbcUrl() + "?reWriteBatchedInserts=true";
        try (Connection connection = DriverManager.getConnection(batching, postgres.user(), postgres.password());
                Statement schema = connection.createStatement()) {
            schema.execute(UsersSchema.statementsSince(0));
            connection.setAutoCommit(false);
            PreparedStatement insert = connection.prepareStatement(INSERT);
            for (SampleUser user : users) {
                insert.setString(1, user.userId());
                insert.setString(2, user.email());
                insert.setString(3, user.name());
                insert.setString(4, user.phone());
                insert.setString(5, user.status());
                insert.setString(6, user.attributesJson());
                insert.setObject(7, user.createdAt().atOffset(ZoneOffset.UTC));
                insert.setObject(8, user.createdAt().atOffset(ZoneOffset.UTC));
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw new LocalCloudException("Cannot load the sample users into PostgreSQL: " + e.getMessage(), e);
        }
    }
}
