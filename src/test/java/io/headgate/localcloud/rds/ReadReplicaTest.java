package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBInstanceStatusInfo;
import software.amazon.awssdk.services.rds.model.RdsException;

/** Read replicas: streaming standbys of their own, on a cloud of its own. */
class ReadReplicaTest {

    private static final LocalCloud CLOUD =
            LocalCloud.start(new LocalCloudConfig(0, 0, 0, false, 0, Duration.ZERO, true));
    private static final Rds RDS = new Rds(CLOUD);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @AfterAll
    static void close() {
        RDS.close();
        CLOUD.close();
    }

    private static DBInstance create(String identifier) {
        RDS.availableInstance("mydb");
        RDS.client
                .createDBInstanceReadReplica(
                        request -> request.dbInstanceIdentifier(identifier).sourceDBInstanceIdentifier("mydb"))
                .join();
        return RDS.availableInstance(identifier);
    }

    private static void write(String sql) throws SQLException {
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, sql);
        }
    }

    private static List<String> read(String identifier, String sql) {
        try (Connection connection = Rds.connect(RDS.instance(identifier), "headgate", "headgate", "headgate")) {
            return Rds.rows(connection, sql);
        } catch (SQLException e) {
            return List.of(String.valueOf(e.getSQLState()));
        }
    }

    private static void awaitRows(String identifier, String sql, String... rows) {
        Rds.await(() -> read(identifier, sql), List.of(rows)::equals, "rows of " + identifier);
    }

    private static String post(String path) throws IOException, InterruptedException {
        var answer = HTTP.send(
                HttpRequest.newBuilder(CLOUD.rds().endpoint().resolve(path))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void followsItsSourceAndTakesNoWrites() throws SQLException {
        // Given
        write("CREATE TABLE followed AS SELECT 1 AS n");

        // When
        DBInstance replica = create("follower");
        write("INSERT INTO followed VALUES (2)");

        // Then
        awaitRows("follower", "SELECT n FROM followed ORDER BY n", "1", "2");
        try (Connection connection = Rds.connect(replica, "headgate", "headgate", "headgate")) {
            assertThatThrownBy(() -> Rds.run(connection, "INSERT INTO followed VALUES (3)"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("read-only");
        }
        assertThat(replica.readReplicaSourceDBInstanceIdentifier()).isEqualTo("mydb");
        assertThat(replica.backupRetentionPeriod()).isZero();
        assertThat(replica.statusInfos())
                .extracting(DBInstanceStatusInfo::status)
                .containsExactly("replicating");
        assertThat(RDS.instance("mydb").readReplicaDBInstanceIdentifiers()).contains("follower");
        assertThat(replica.endpoint().port())
                .isNotEqualTo(RDS.instance("mydb").endpoint().port());
        RDS.delete("follower");
        assertThat(RDS.instance("mydb").readReplicaDBInstanceIdentifiers()).doesNotContain("follower");
    }

    @Test
    void lagsWhileItsReplayIsPaused() throws Exception {
        // Given
        write("CREATE TABLE lagging AS SELECT 1 AS n");
        create("lagger");
        awaitRows("lagger", "SELECT n FROM lagging", "1");

        // When
        String paused = post("/_local/replicas/lagger?apply=paused");
        write("INSERT INTO lagging VALUES (2)");
        Rds.await(
                () -> read("lagger", "SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()"),
                List.of("t")::equals,
                "received");
        List<String> behind = read("lagger", "SELECT n FROM lagging ORDER BY n");
        post("/_local/replicas/lagger?apply=resumed");

        // Then
        assertThat(paused).contains("\"apply\":\"paused\"");
        assertThat(behind).containsExactly("1");
        awaitRows("lagger", "SELECT n FROM lagging ORDER BY n", "1", "2");
        RDS.delete("lagger");
    }

    @Test
    void lagsByADelay() throws Exception {
        // Given
        write("CREATE TABLE delayed AS SELECT 1 AS n");
        create("delayer");
        awaitRows("delayer", "SELECT n FROM delayed", "1");

        // When
        post("/_local/replicas/delayer?delay=PT1H");
        Rds.await(() -> read("delayer", "SHOW recovery_min_apply_delay"), List.of("1h")::equals, "delayed");
        write("INSERT INTO delayed VALUES (2)");
        Rds.await(
                () -> read("delayer", "SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()"),
                List.of("t")::equals,
                "received");
        List<String> behind = read("delayer", "SELECT n FROM delayed ORDER BY n");
        post("/_local/replicas/delayer?delay=PT0S");

        // Then
        assertThat(behind).containsExactly("1");
        awaitRows("delayer", "SELECT n FROM delayed ORDER BY n", "1", "2");
        RDS.delete("delayer");
    }

    @Test
    void followsItsSourceThroughAFailover() throws SQLException {
        // Given
        write("CREATE TABLE moved AS SELECT 1 AS n");
        create("loyal");
        Rds.await(() -> RDS.availableInstance("mydb"), DBInstance::multiAZ, "Multi-AZ");

        // When
        RDS.client
                .rebootDBInstance(
                        request -> request.dbInstanceIdentifier("mydb").forceFailover(true))
                .join();
        RDS.availableInstance("mydb");
        write("INSERT INTO moved VALUES (2)");

        // Then
        awaitRows("loyal", "SELECT n FROM moved ORDER BY n", "1", "2");
        RDS.delete("loyal");
    }

    @Test
    void comesBackWhenItCrashes() throws Exception {
        // Given
        write("CREATE TABLE crashed AS SELECT 1 AS n");
        create("fragile");

        // When
        post("/_local/instances/fragile?server=crashed");
        write("INSERT INTO crashed VALUES (2)");

        // Then
        awaitRows("fragile", "SELECT n FROM crashed ORDER BY n", "1", "2");
        RDS.delete("fragile");
    }

    @Test
    void isMadeAnewWhereItCantFollow() throws SQLException {
        // Given
        write("CREATE TABLE strayed AS SELECT 1 AS n");
        DBInstance replica = create("strayer");
        awaitRows("strayer", "SELECT n FROM strayed", "1");

        // When
        try (Connection connection = Rds.connect(replica, "headgate", "headgate", "headgate")) {
            Rds.run(connection, "SELECT pg_promote()");
            Rds.run(connection, "INSERT INTO strayed VALUES (100)");
        }
        write("INSERT INTO strayed VALUES (2)");

        // Then
        awaitRows("strayer", "SELECT n FROM strayed ORDER BY n", "1", "2");
        assertThat(RDS.instance("strayer").endpoint()).isEqualTo(replica.endpoint());
        RDS.delete("strayer");
    }

    @Test
    void isAServerOfItsOwnOnceItIsPromoted() throws SQLException {
        // Given
        write("CREATE TABLE parted AS SELECT 1 AS n");
        create("parting");
        awaitRows("parting", "SELECT n FROM parted", "1");

        // When
        RDS.client
                .promoteReadReplica(
                        request -> request.dbInstanceIdentifier("parting").backupRetentionPeriod(3))
                .join();

        // Then
        DBInstance promoted = RDS.availableInstance("parting");
        assertThat(promoted.readReplicaSourceDBInstanceIdentifier()).isNull();
        assertThat(promoted.backupRetentionPeriod()).isEqualTo(3);
        assertThat(RDS.instance("mydb").readReplicaDBInstanceIdentifiers()).doesNotContain("parting");
        try (Connection connection = Rds.connect(promoted, "headgate", "headgate", "headgate")) {
            Rds.run(connection, "INSERT INTO parted VALUES (2)");
        }
        RDS.awaitRestorable("parting", CLOUD.clock().now());
        RDS.client
                .restoreDBInstanceToPointInTime(request -> request.sourceDBInstanceIdentifier("parting")
                        .targetDBInstanceIdentifier("parted-restored")
                        .useLatestRestorableTime(true))
                .join();
        RDS.availableInstance("parted-restored");
        assertThat(read("parted-restored", "SELECT n FROM parted ORDER BY n")).containsExactly("1", "2");
        RDS.delete("parted-restored");
        RDS.delete("parting");
    }

    @Test
    void outlivesItsSource() throws SQLException {
        // Given
        RDS.client
                .createDBInstance(request -> request.dbInstanceIdentifier("leaving")
                        .dbInstanceClass("db.t4g.micro")
                        .engine("postgres")
                        .masterUsername("alice")
                        .masterUserPassword("of-the-master-1"))
                .join();
        RDS.availableInstance("leaving");
        RDS.client
                .createDBInstanceReadReplica(
                        request -> request.dbInstanceIdentifier("staying").sourceDBInstanceIdentifier("leaving"))
                .join();
        RDS.availableInstance("staying");

        // When
        RDS.delete("leaving");

        // Then
        DBInstance staying = RDS.availableInstance("staying");
        assertThat(staying.readReplicaSourceDBInstanceIdentifier()).isNull();
        try (Connection connection = Rds.connect(staying, "postgres", "alice", "of-the-master-1")) {
            Rds.run(connection, "CREATE TABLE own (n int)");
        }
        RDS.delete("staying");
    }

    @Test
    void needsASourceWithBackups() {
        // Given
        RDS.client
                .createDBInstance(request -> request.dbInstanceIdentifier("unsaved")
                        .dbInstanceClass("db.t4g.micro")
                        .engine("postgres")
                        .masterUsername("alice")
                        .masterUserPassword("of-the-master-1")
                        .backupRetentionPeriod(0))
                .join();
        RDS.availableInstance("unsaved");

        // When
        RdsException failure = Rds.failure(RDS.client.createDBInstanceReadReplica(
                request -> request.dbInstanceIdentifier("of-unsaved").sourceDBInstanceIdentifier("unsaved")));

        // Then
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("InvalidDBInstanceState");
        RDS.delete("unsaved");
    }

    @Test
    void onlyAReplicaIsPromoted() {
        // When
        RdsException failure =
                Rds.failure(RDS.client.promoteReadReplica(request -> request.dbInstanceIdentifier("mydb")));

        // Then
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("InvalidDBInstanceState");
    }
}
