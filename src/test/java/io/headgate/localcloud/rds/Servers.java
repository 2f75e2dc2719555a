package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalCloudException;
import io.headgate.localcloud.LocalPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL servers of databases: what RDS sets up in a new one. */
final class Servers {

    private Servers() {}

    /**
     * Starts an empty server, whose master user owns what there is and is no superuser. See <a
     * href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html">Master user account
     * privileges</a>.
     */
    static LocalPostgres started(Path directory, String master, String password, @Nullable String databaseName) {
        LocalPostgres postgres = LocalPostgres.in(directory);
        try {
            postgres.start();
            setUp(postgres, master, password, databaseName);
            return postgres;
        } catch (LocalCloudException e) {
            postgres.remove();
            throw e;
        }
    }

    private static void setUp(LocalPostgres postgres, String master, String password, @Nullable String databaseName) {
        try (Connection connection = postgres.connectAsAdministrator();
                Statement statement = connection.createStatement()) {
            String masterName = statement.enquoteIdentifier(master, true);
            statement.execute("DROP DATABASE headgate");
            statement.execute("DROP ROLE headgate");
            statement.execute("CREATE ROLE rds_superuser");
            statement.execute("GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO rds_superuser WITH ADMIN OPTION");
            statement.execute("CREATE ROLE " + masterName + " LOGIN CREATEDB CREATEROLE IN ROLE rds_superuser PASSWORD "
                    + statement.enquoteLiteral(password));
            statement.execute("ALTER DATABASE postgres OWNER TO " + masterName);
            if (databaseName != null && !databaseName.equals("postgres")) {
                statement.execute(
                        "CREATE DATABASE " + statement.enquoteIdentifier(databaseName, true) + " OWNER " + masterName);
            }
        } catch (SQLException e) {
            throw new LocalCloudException("Cannot set up PostgreSQL: " + e.getMessage(), e);
        }
    }

    static void changePassword(LocalPostgres postgres, String master, String password) {
        try (Connection connection = postgres.connectAsAdministrator();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + statement.enquoteIdentifier(master, true) + " PASSWORD "
                    + statement.enquoteLiteral(password));
        } catch (SQLException e) {
            throw new LocalCloudException("Cannot change the password: " + e.getMessage(), e);
        }
    }
}
