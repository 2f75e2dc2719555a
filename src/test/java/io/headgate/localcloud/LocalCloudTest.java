package io.headgate.localcloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;

/** On a cloud of its own, whose servers it stops. */
class LocalCloudTest {

    private static LocalCloud cloud;

    @BeforeAll
    static void start() {
        cloud = LocalCloud.start(LocalCloudConfig.onFreePorts());
    }

    @AfterAll
    static void close() {
        cloud.close();
    }

    @Test
    void postgresIsARealServer() throws SQLException {
        // When
        String version = inPostgres("headgate", "SELECT version()");

        // Then
        assertThat(version).startsWith("PostgreSQL 17.");
    }

    @Test
    void postgresSortsAndFoldsUnicode() throws SQLException {
        // When
        String upper = inPostgres("headgate", "SELECT upper('żółć straße')");

        // Then
        assertThat(upper).isEqualTo("ŻÓŁĆ STRAßE");
    }

    @Test
    void postgresHasADatabaseForWhoeverWantsOne() throws SQLException {
        // Given
        cloud.postgres().createDatabase("of my own");

        // When
        String name = inPostgres("of my own", "SELECT current_database()");

        // Then
        assertThat(name).isEqualTo("of my own");
    }

    @Test
    void postgresKeepsWhatIsCommittedOverARestart() throws SQLException {
        // Given
        cloud.postgres().createDatabase("restarted");
        inPostgres("restarted", "CREATE TABLE kept AS SELECT 42 AS answer; SELECT 1");
        int port = cloud.postgres().port();
        cloud.postgres().stop();
        assertThatThrownBy(() -> cloud.postgres().connect()).isInstanceOf(SQLException.class);

        // When
        cloud.postgres().start();

        // Then
        assertThat(cloud.postgres().port()).isEqualTo(port);
        assertThat(inPostgres("restarted", "SELECT answer FROM kept")).isEqualTo("42");
    }

    @Test
    void sampleUsersFillBothStores() throws SQLException {
        // When
        try (LocalCloud filled = LocalCloud.start(new LocalCloudConfig(0, 0, 0, true));
                Connection postgres = filled.postgres().connect("headgate");
                ResultSet users =
                        postgres.createStatement().executeQuery("SELECT count(*) FROM users WHERE version = 1");
                DynamoDbAsyncClient dynamoDb = filled.dynamoDb().client()) {

            // Then
            assertThat(users.next()).isTrue();
            assertThat(users.getInt(1)).isEqualTo(10_000);
            DescribeTableResponse described = dynamoDb.describeTable(request -> request.tableName("Users"))
                    .join();
            // A user is one item, and the e-mail address another.
            assertThat(described.table().itemCount()).isEqualTo(20_000);
            assertThat(dynamoDb.describeContinuousBackups(request -> request.tableName("Users"))
                            .join()
                            .continuousBackupsDescription()
                            .pointInTimeRecoveryDescription()
                            .pointInTimeRecoveryStatusAsString())
                    .isEqualTo("ENABLED");
        }
    }

    @Test
    void redisIsARealServer() throws IOException {
        // Given
        try (RedisSocket redis = RedisSocket.connect(cloud.redis().port())) {
            redis.send("SET greeting hello");

            // When
            String value = redis.send("GET greeting");

            // Then
            assertThat(value).isEqualTo("hello");
        }
    }

    @Test
    void stoppedRedisRefusesAndAnswersAgainOnTheSamePort() throws IOException {
        // Given
        int port = cloud.redis().port();
        cloud.redis().stop();
        assertThatThrownBy(() -> RedisSocket.connect(port)).isInstanceOf(IOException.class);

        // When
        cloud.redis().start();

        // Then
        try (RedisSocket redis = RedisSocket.connect(port)) {
            assertThat(redis.send("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void pausedRedisIsSilentUntilItIsResumed() throws IOException {
        // Given
        try (RedisSocket redis = RedisSocket.connect(cloud.redis().port())) {
            cloud.redis().pause();
            assertThatThrownBy(() -> redis.send("PING")).isInstanceOf(SocketTimeoutException.class);

            // When
            cloud.redis().resume();

            // Then
            assertThat(redis.receive()).isEqualTo("+PONG");
        }
    }

    @Test
    void pausedServersStop() {
        // Given
        cloud.redis().pause();

        // When
        cloud.redis().stop();

        // Then
        assertThatThrownBy(() -> cloud.redis().pid()).hasMessage("Redis is stopped");
        cloud.redis().start();
    }

    @Test
    void aTakenPortIsNamedWithTheWayToChooseAnother() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(Ports.LOOPBACK, 0));
            LocalCloudConfig config = new LocalCloudConfig(0, taken.getLocalPort(), 0, false);

            // When
            assertThatThrownBy(() -> LocalCloud.start(config))

                    // Then
                    .isInstanceOf(LocalCloudException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort() + " for Redis is taken")
                    .hasMessageContaining("-Dheadgate.localcloud.redis.port=");
        }
    }

    @Test
    void aPortThatDynamoDbCannotHaveIsNamedToo(@TempDir Path directory) throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(Ports.LOOPBACK, 0));

            // When
            assertThatThrownBy(() -> LocalDynamoDb.start(taken.getLocalPort(), cloud.clock(), directory))

                    // Then
                    .hasMessageContaining("Port " + taken.getLocalPort() + " for DynamoDB is taken")
                    .hasMessageContaining("-Dheadgate.localcloud.dynamodb.port=");
        }
    }

    @Test
    void oneCloudIsSharedByAllOfAJvm() {
        // Given
        LocalCloud first = LocalCloud.shared();

        // When
        LocalCloud second = LocalCloud.shared();

        // Then
        assertThat(second.redis().pid()).isEqualTo(first.redis().pid());
        assertThat(second.postgres().pid()).isEqualTo(first.postgres().pid());
        assertThat(second.dynamoDb().endpoint()).isEqualTo(first.dynamoDb().endpoint());
    }

    private static String inPostgres(String database, String sql) throws SQLException {
        try (Connection connection = cloud.postgres().connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            while (statement.getUpdateCount() != -1) {
                statement.getMoreResults();
            }
            try (ResultSet rows = statement.getResultSet()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
