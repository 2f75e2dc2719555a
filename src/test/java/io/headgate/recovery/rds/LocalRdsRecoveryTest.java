package io.headgate.recovery.rds;

import io.headgate.localcloud.LocalCloud;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.RecoveryTarget;
import io.headgate.recovery.RecoveryTargetContract;
import io.headgate.recovery.SnapshotId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.Endpoint;

/** The contract on real PostgreSQL servers behind the local cloud's RDS. */
class LocalRdsRecoveryTest extends RecoveryTargetContract {

    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final RdsAsyncClient CLIENT = CLOUD.rds().client();
    private static final RecoveryTarget TARGET = new RdsRecoveryTarget(CLIENT, RdsTimes.ample());

    @AfterAll
    static void close() {
        CLIENT.close();
    }

    @Override
    protected RecoveryTarget target() {
        return TARGET;
    }

    @Override
    protected DatabaseId source() {
        DatabaseId mydb = DatabaseId.parse("rds:mydb");
        until("mydb is available", () -> status(mydb), "available"::equals);
        return mydb;
    }

    @Override
    protected void write(DatabaseId database, String text) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS recovery_contract (text TEXT)");
            statement.execute("DELETE FROM recovery_contract");
            statement.execute("INSERT INTO recovery_contract VALUES ('" + text + "')");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected String read(DatabaseId database) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT string_agg(text, ',') FROM recovery_contract")) {
            rows.next();
            return String.valueOf(rows.getString(1));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void remove(DatabaseId database) {
        if (!status(database).isEmpty()) {
            CLIENT.modifyDBInstance(request ->
                            request.dbInstanceIdentifier(database.name()).deletionProtection(false))
                    .join();
            CLIENT.deleteDBInstance(request ->
                            request.dbInstanceIdentifier(database.name()).skipFinalSnapshot(true))
                    .join();
            until(database + " is gone", () -> status(database), String::isEmpty);
        }
    }

    @Override
    protected Instant now() {
        return CLOUD.clock().now();
    }

    @Override
    protected SnapshotId noSnapshot() {
        return SnapshotId.parse("snapshot:rds:never-made");
    }

    private static String status(DatabaseId database) {
        return CLIENT.describeDBInstances().join().dbInstances().stream()
                .filter(each -> each.dbInstanceIdentifier().equals(database.name()))
                .map(each -> each.dbInstanceStatus())
                .findFirst()
                .orElse("");
    }

    private static Connection connect(DatabaseId database) throws SQLException {
        Endpoint endpoint = CLIENT.describeDBInstances(request -> request.dbInstanceIdentifier(database.name()))
                .join()
                .dbInstances()
                .get(0)
                .endpoint();
        return DriverManager.getConnection(
                "jdbc:postgresql://" + endpoint.address() + ":" + endpoint.port() + "/"
                        + CLOUD.postgres().database(),
                CLOUD.postgres().user(),
                CLOUD.postgres().password());
    }
}
