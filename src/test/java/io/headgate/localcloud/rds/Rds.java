package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.RdsException;

/** The RDS of the shared local cloud, as a test uses it through the AWS SDK. */
final class Rds implements AutoCloseable {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    final RdsAsyncClient client;

    Rds(LocalCloud cloud) {
        this.client = cloud.rds().client();
    }

    DBInstance instance(String identifier) {
        return client.describeDBInstances(request -> request.dbInstanceIdentifier(identifier))
                .join()
                .dbInstances()
                .get(0);
    }

    DBInstance availableInstance(String identifier) {
        return await(() -> instance(identifier), each -> ends(each.dbInstanceStatus()), "available");
    }

    DBCluster cluster(String identifier) {
        return client.describeDBClusters(request -> request.dbClusterIdentifier(identifier))
                .join()
                .dbClusters()
                .get(0);
    }

    DBCluster availableCluster(String identifier) {
        return await(() -> cluster(identifier), each -> ends(each.status()), "available");
    }

    DBSnapshot snapshot(String identifier) {
        return client.describeDBSnapshots(request -> request.dbSnapshotIdentifier(identifier))
                .join()
                .dbSnapshots()
                .get(0);
    }

    DBSnapshot availableSnapshot(String identifier) {
        return await(() -> snapshot(identifier), each -> ends(each.status()), "available");
    }

    private static boolean ends(String status) {
        assertThat(status).isNotIn("failed", "incompatible-restore");
        return status.equals("available");
    }

    /** Returns when a database is gone. */
    void awaitDeletion(String identifier) {
        await(
                () -> client.describeDBInstances().join().dbInstances(),
                all -> all.stream()
                        .noneMatch(each -> each.dbInstanceIdentifier().equals(identifier)),
                "gone: " + identifier);
    }

    /** Deletes an instance without keeping anything, and returns when it is gone. */
    void delete(String identifier) {
        client.deleteDBInstance(
                        request -> request.dbInstanceIdentifier(identifier).skipFinalSnapshot(true))
                .join();
        awaitDeletion(identifier);
    }

    /** Returns when all until now can be restored. */
    Instant awaitRestorable(String identifier, Instant time) {
        return await(
                        () -> instance(identifier),
                        each -> each.latestRestorableTime() != null
                                && !each.latestRestorableTime().isBefore(time),
                        "restorable at " + time)
                .latestRestorableTime();
    }

    static <T> T await(Supplier<T> look, java.util.function.Predicate<T> reached, String what) {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (true) {
            T seen = look.get();
            if (reached.test(seen)) {
                return seen;
            }
            assertThat(System.nanoTime()).as("%s: %s", what, seen).isLessThan(deadline);
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_LOOKS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What RDS fails with. */
    static RdsException failure(CompletableFuture<?> call) {
        try {
            call.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RdsException failure) {
                return failure;
            }
            throw e;
        }
        throw new AssertionError("it did not fail");
    }

    static Connection connect(DBInstance instance, String database, String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + instance.endpoint().address() + ":"
                        + instance.endpoint().port() + "/" + database,
                user,
                password);
    }

    static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
