package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.RestoreWindow;

/** Days that pass in a moment, on a cloud of their own, whose latest restorable time is behind as on AWS. */
class RdsClockTest {

    private static final Duration LAG = Duration.ofMinutes(5);
    private static final LocalCloud CLOUD = LocalCloud.start(new LocalCloudConfig(0, 0, 0, false, 0, LAG, false));
    private static final Rds RDS = new Rds(CLOUD);

    @AfterAll
    static void close() {
        RDS.close();
        CLOUD.close();
    }

    private static RestoreWindow window() {
        return RDS.client
                .describeDBInstanceAutomatedBackups(request -> request.dbInstanceIdentifier("mydb"))
                .join()
                .dbInstanceAutomatedBackups()
                .get(0)
                .restoreWindow();
    }

    @Test
    void theWindowMovesWithTheRetentionPeriod() throws SQLException {
        // Given
        String first = automatedSnapshot();
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "CREATE TABLE early AS SELECT 1 AS n");
        }
        CLOUD.clock().advance(Duration.ofDays(40));
        Instant skipped = CLOUD.clock().now().minus(Duration.ofDays(3));
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "DELETE FROM early");
        }

        // When
        RestoreWindow window = window();
        RDS.client
                .restoreDBInstanceToPointInTime(request -> request.sourceDBInstanceIdentifier("mydb")
                        .targetDBInstanceIdentifier("days-ago")
                        .restoreTime(skipped))
                .join();

        // Then
        Instant now = CLOUD.clock().now();
        assertThat(window.earliestTime())
                .isBetween(
                        now.minus(Duration.ofDays(7).plusMinutes(1)),
                        now.minus(Duration.ofDays(7).minusSeconds(1)));
        assertThat(window.latestTime()).isBetween(now.minus(LAG.plusMinutes(1)), now.minus(LAG));
        try (Connection connection =
                Rds.connect(RDS.availableInstance("days-ago"), "headgate", "headgate", "headgate")) {
            assertThat(Rds.rows(connection, "SELECT n FROM early")).containsExactly("1");
        }
        assertThat(Rds.await(RdsClockTest::automatedSnapshot, each -> !each.equals(first), "another daily snapshot"))
                .startsWith("rds:mydb-");
    }

    private static String automatedSnapshot() {
        return RDS
                .client
                .describeDBSnapshots(
                        request -> request.dbInstanceIdentifier("mydb").snapshotType("automated"))
                .join()
                .dbSnapshots()
                .stream()
                .map(each -> each.dbSnapshotIdentifier())
                .findFirst()
                .orElse("none");
    }

    @Test
    void otherProgramsReadAndMoveTheClock() throws Exception {
        // Given
        Instant before = CLOUD.clock().now();

        // When
        String now = clock("POST", "?advance=PT24H");

        // Then
        assertThat(now).matches("\\{\"now\":\".*Z\"}\n");
        assertThat(CLOUD.clock().now()).isAfter(before.plus(Duration.ofHours(24)));
        assertThat(clock("GET", "")).contains(CLOUD.clock().now().toString().substring(0, 13));
        assertThat(clock("POST", "?advance=-PT1H")).contains("go back");
        assertThat(clock("GET", "?advance=PT1H")).contains("POST");
    }

    private static String clock(String method, String query) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(CLOUD.rds().endpoint() + "/_local/clock" + query))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
