package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.localcloud.LocalCloud;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.CreateDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.RdsException;

/** DB instances that become Multi-AZ, stop being so, and are rebooted. */
class MultiAzTest {

    private static final String PASSWORD = "of-the-master-1";
    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final Rds RDS = new Rds(CLOUD);

    @AfterAll
    static void close() {
        RDS.close();
    }

    private static CreateDbInstanceRequest.Builder instance(String identifier) {
        return CreateDbInstanceRequest.builder()
                .dbInstanceIdentifier(identifier)
                .dbInstanceClass("db.t4g.micro")
                .engine("postgres")
                .masterUsername("alice")
                .masterUserPassword(PASSWORD)
                .dbName("shop");
    }

    private static Connection connect(DBInstance instance) throws SQLException {
        return Rds.connect(instance, "shop", "alice", PASSWORD);
    }

    @Test
    void isSoFromItsCreation() throws SQLException {
        // When
        RDS.client.createDBInstance(instance("two-zones").multiAZ(true).build()).join();

        // Then
        DBInstance created = RDS.availableInstance("two-zones");
        assertThat(created.multiAZ()).isTrue();
        assertThat(created.secondaryAvailabilityZone()).isNotNull().isNotEqualTo(created.availabilityZone());
        assertThat(standbys(created)).isEqualTo("standby");
        RDS.delete("two-zones");
    }

    @Test
    void isSoFromAChangeToAChange() throws SQLException {
        // Given
        RDS.client.createDBInstance(instance("changing-zones").build()).join();
        RDS.availableInstance("changing-zones");

        // When
        DBInstance pending = modify("changing-zones", true);
        DBInstance with = RDS.availableInstance("changing-zones");
        String standbys = standbys(with);
        modify("changing-zones", false);
        DBInstance without = RDS.availableInstance("changing-zones");

        // Then
        assertThat(pending.multiAZ()).isFalse();
        assertThat(pending.pendingModifiedValues().multiAZ()).isTrue();
        assertThat(with.multiAZ()).isTrue();
        assertThat(with.pendingModifiedValues().multiAZ()).isNull();
        assertThat(standbys).isEqualTo("standby");
        assertThat(without.multiAZ()).isFalse();
        assertThat(without.secondaryAvailabilityZone()).isNull();
        assertThat(standbys(without)).isEmpty();
        RDS.delete("changing-zones");
    }

    private static DBInstance modify(String identifier, boolean multiAz) {
        return RDS.client
                .modifyDBInstance(
                        request -> request.dbInstanceIdentifier(identifier).multiAZ(multiAz))
                .join()
                .dbInstance();
    }

    private static String standbys(DBInstance instance) throws SQLException {
        try (Connection connection = connect(instance)) {
            return Rds.rows(connection, "SHOW synchronous_standby_names").get(0);
        }
    }

    @Test
    void aRebootEndsConnectionsAndKeepsWhatIsCommitted() throws SQLException {
        // Given
        RDS.client.createDBInstance(instance("rebooted").build()).join();
        DBInstance before = RDS.availableInstance("rebooted");
        try (Connection connection = connect(before)) {
            Rds.run(connection, "CREATE TABLE kept AS SELECT 1 AS n");

            // When
            String status = RDS.client
                    .rebootDBInstance(request -> request.dbInstanceIdentifier("rebooted"))
                    .join()
                    .dbInstance()
                    .dbInstanceStatus();

            // Then
            assertThat(status).isEqualTo("rebooting");
            DBInstance after = RDS.availableInstance("rebooted");
            assertThat(after.endpoint()).isEqualTo(before.endpoint());
            assertThatThrownBy(() -> Rds.rows(connection, "SELECT 1")).isInstanceOf(SQLException.class);
            try (Connection again = connect(after)) {
                assertThat(Rds.rows(again, "SELECT n FROM kept")).containsExactly("1");
            }
        }
        RDS.delete("rebooted");
    }

    @Test
    void onlyAMultiAzInstanceFailsOver() {
        // When
        RdsException failure = Rds.failure(RDS.client.rebootDBInstance(
                request -> request.dbInstanceIdentifier("mydb").forceFailover(true)));

        // Then
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("InvalidParameterCombination");
        assertThat(failure.statusCode()).isEqualTo(400);
    }

    @Test
    void whatIsNotThereIsNotRebooted() {
        // When
        RdsException failure =
                Rds.failure(RDS.client.rebootDBInstance(request -> request.dbInstanceIdentifier("nothing")));

        // Then
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("DBInstanceNotFound");
    }

    @Test
    void whatIsBusyIsNotRebooted() {
        // Given
        RDS.client.createDBInstance(instance("busy").build()).join();

        // When
        RdsException failure =
                Rds.failure(RDS.client.rebootDBInstance(request -> request.dbInstanceIdentifier("busy")));

        // Then
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("InvalidDBInstanceState");
        RDS.availableInstance("busy");
        RDS.delete("busy");
    }

    @Test
    void aZoneIsNotChosenForAnInstanceInTwo() {
        // When
        RdsException failure = Rds.failure(RDS.client.createDBInstance(
                instance("chosen").multiAZ(true).availabilityZone("eu-west-1a").build()));

        // Then
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("InvalidParameterCombination");
    }
}
