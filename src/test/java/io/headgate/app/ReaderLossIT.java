package io.headgate.app;

import static io.headgate.app.UserClients.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import io.headgate.localcloud.LocalCloudResource;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * What 64 clients of a packaged gateway notice when the RDS read replica that it reads from lags or dies: nothing. Each client
 * knows what its users must look like.
 */
class ReaderLossIT {

    private static final Logger LOG = Logger.getLogger(ReaderLossIT.class);
    private static final int CLIENTS = 64;

    private static final LocalCloud CLOUD =
            LocalCloud.start(new LocalCloudConfig(0, 0, 0, false, 0, Duration.ZERO, false));
    private static final RdsAsyncClient RDS = CLOUD.rds().client();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void makeReplica() {
        RDS.createDBInstanceReadReplica(
                        request -> request.dbInstanceIdentifier("replica").sourceDBInstanceIdentifier("mydb"))
                .join();
        await(() -> isAvailable("replica"));
    }

    @AfterAll
    static void close() {
        RDS.close();
        CLOUD.close();
    }

    @Test
    void replicaThatLagsOrDiesFailsNoRequest() throws Exception {
        try (GatewayProcess gateway = started()) {
            UserClients clients = UserClients.start(gateway.endpoint(), CLIENTS);
            await(() -> readsOfReaders(gateway) > 0);

            post("/_local/replicas/replica?apply=paused");
            clients.awaitProgress();
            post("/_local/replicas/replica?apply=resumed");
            long before = readsOfReaders(gateway);
            await(() -> readsOfReaders(gateway) > before);
            post("/_local/instances/replica?server=stopped");
            clients.awaitProgress();
            post("/_local/instances/replica?server=running");

            clients.stopAndCheck();
            LOG.infof("%d requests, %d failed", clients.requests(), clients.errors());
            assertThat(clients.errors()).isZero();
        }
    }

    private static GatewayProcess started() {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(CLOUD));
        DBInstance replica = instance("replica");
        configuration.put(
                "headgate.postgres.readers",
                replica.endpoint().address() + ":" + replica.endpoint().port());
        configuration.put("headgate.postgres.reader-max-lag", "1s");
        return GatewayProcess.start(configuration);
    }

    private static long readsOfReaders(GatewayProcess gateway) {
        return gateway.metrics()
                .lines()
                .filter(line -> line.startsWith("headgate_postgres_reads_total") && line.contains("target=\"reader\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static boolean isAvailable(String identifier) {
        return instance(identifier).dbInstanceStatus().equals("available");
    }

    private static DBInstance instance(String identifier) {
        return RDS.describeDBInstances(request -> request.dbInstanceIdentifier(identifier))
                .join()
                .dbInstances()
                .get(0);
    }

    private static void post(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(CLOUD.rds().endpoint().resolve(path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
}
