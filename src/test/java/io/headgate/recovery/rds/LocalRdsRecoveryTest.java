package io.headgate.recovery.rds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.headgate.localcloud.LocalCloud;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.PointInTimeRecoveryContract;
import io.headgate.recovery.RecoveryTarget;
import io.headgate.recovery.SnapshotId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.Endpoint;

/** The contract on real PostgreSQL servers behind the local cloud's RDS. */
class LocalRdsRecoveryTest extends PointInTimeRecoveryContract {

    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final RdsAsyncClient CLIENT = CLOUD.rds().client();
    private static final RecoveryTarget TARGET = new RdsRecoveryTarget(CLIENT, RdsTimes.ample());

    @AfterAll
    static void close() {
        CLIENT.close();
    }

    @Test
    void showsTheStandbyAndTheReplicas() {
        // Given
        CLIENT.createDBInstance(request -> request.dbInstanceIdentifier("replicated")
                        .dbInstanceClass("db.t4g.micro")
                        .engine("mysql")
                        .multiAZ(true)
                        .masterUsername("alice")
                        .masterUserPassword("of-the-master-1"))
                .join();
        DatabaseId replicated = DatabaseId.parse("rds:replicated");
        until("it is available", () -> status(replicated), "available"::equals);
        CLIENT.createDBInstanceReadReplica(
                        request -> request.dbInstanceIdentifier("replica").sourceDBInstanceIdentifier("replicated"))
                .join();
        DatabaseId replica = DatabaseId.parse("rds:replica");
        until("the replica is available", () -> status(replica), "available"::equals);

        // When
        Collection<Database> found = TARGET.findDatabases(Set.of("replicated", "replica"))
                .await()
                .atMost(Duration.ofSeconds(30))
                .values();

        // Then
        assertThat(found)
                .extracting(Database::id, Database::multiAz, Database::readReplicas)
                .containsExactlyInAnyOrder(tuple(replicated, true, List.of(replica)), tuple(replica, false, List.of()));
        remove(replica);
        remove(replicated);
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
