package io.headgate.recovery.aurora;

import io.headgate.localcloud.LocalCloud;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.PointInTimeRecoveryContract;
import io.headgate.recovery.RecoveryTarget;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.rds.RdsTimes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterMember;

/** The contract on real PostgreSQL servers behind the local cloud's Aurora. */
class LocalAuroraRecoveryTest extends PointInTimeRecoveryContract {

    private static final String PASSWORD = "of-the-contract-1";
    private static final DatabaseId SOURCE = DatabaseId.parse("aurora:contract");
    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final RdsAsyncClient CLIENT = CLOUD.rds().client();
    private static final RecoveryTarget TARGET = new AuroraRecoveryTarget(CLIENT, RdsTimes.ample());

    @BeforeAll
    static void create() {
        CLIENT.createDBCluster(request -> request.dbClusterIdentifier(SOURCE.name())
                        .engine("aurora-postgresql")
                        .masterUsername("alice")
                        .masterUserPassword(PASSWORD)
                        .databaseName("shop")
                        .backupRetentionPeriod(7))
                .join();
        awaitAvailable();
        CLIENT.createDBInstance(request -> request.dbInstanceIdentifier("contract-writer")
                        .dbClusterIdentifier(SOURCE.name())
                        .dbInstanceClass("db.r7g.large")
                        .engine("aurora-postgresql"))
                .join();
    }

    @AfterAll
    static void close() {
        delete(SOURCE);
        CLIENT.close();
    }

    @Override
    protected RecoveryTarget target() {
        return TARGET;
    }

    @Override
    protected DatabaseId source() {
        awaitAvailable();
        return SOURCE;
    }

    @Override
    protected void write(DatabaseId database, String text) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS contract (text TEXT)");
            statement.execute("DELETE FROM contract");
            statement.execute("INSERT INTO contract VALUES ('" + text + "')");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected String read(DatabaseId database) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT string_agg(text, ',') FROM contract")) {
            rows.next();
            return String.valueOf(rows.getString(1));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void remove(DatabaseId database) {
        delete(database);
    }

    @Override
    protected Instant now() {
        return CLOUD.clock().now();
    }

    @Override
    protected SnapshotId noSnapshot() {
        return SnapshotId.parse("snapshot:aurora:never-made");
    }

    private static void awaitAvailable() {
        until(
                "the cluster is available",
                () -> cluster(SOURCE).map(DBCluster::status).orElse(""),
                "available"::equals);
    }

    private static void delete(DatabaseId database) {
        cluster(database).ifPresent(cluster -> {
            for (DBClusterMember member : cluster.dbClusterMembers()) {
                CLIENT.deleteDBInstance(request -> request.dbInstanceIdentifier(member.dbInstanceIdentifier())
                                .skipFinalSnapshot(true))
                        .join();
            }
            until(
                    "members of " + database + " are gone",
                    () -> cluster(database).orElseThrow().dbClusterMembers().isEmpty(),
                    Boolean.TRUE::equals);
            CLIENT.deleteDBCluster(request ->
                            request.dbClusterIdentifier(database.name()).skipFinalSnapshot(true))
                    .join();
            until(database + " is gone", () -> cluster(database).isEmpty(), Boolean.TRUE::equals);
        });
    }

    private static Optional<DBCluster> cluster(DatabaseId database) {
        return CLIENT.describeDBClusters().join().dbClusters().stream()
                .filter(each -> each.dbClusterIdentifier().equals(database.name()))
                .findFirst();
    }

    private static Connection connect(DatabaseId database) throws SQLException {
        DBCluster cluster = cluster(database).orElseThrow();
        return DriverManager.getConnection(
                "jdbc:postgresql://" + cluster.endpoint() + ":" + cluster.port() + "/shop", "alice", PASSWORD);
    }
}
