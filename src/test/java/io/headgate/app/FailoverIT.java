package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import io.headgate.localcloud.LocalCloudResource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.Endpoint;

/**
 * What 64 clients of a packaged gateway notice when the primary of a Multi-AZ PostgreSQL dies and its standby takes over at
 * the same endpoint. Each client knows what its users must look like.
 */
class FailoverIT {

    private static final Logger LOG = Logger.getLogger(FailoverIT.class);
    private static final int CLIENTS = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Where it is set, no request may fail later than this after the failover was asked for. */
    private static final String LONGEST = "headgate.failover.longest-errors";

    private static final LocalCloud CLOUD =
            LocalCloud.start(new LocalCloudConfig(0, 0, 0, false, 0, Duration.ZERO, true));

    @AfterAll
    static void close() {
        CLOUD.close();
    }

    @Test
    void losesNothingAndAnswersNothingWrong() throws InterruptedException {
        failOver(Map.of());
    }

    @Test
    void losesNothingAndAnswersNothingWrongWithReadReplicas() throws InterruptedException {
        String readers;
        try (RdsAsyncClient rds = CLOUD.rds().client()) {
            awaitAvailable(rds, "mydb");
            readers = Stream.of("mydb-a", "mydb-b")
                    .map(replica -> {
                        rds.createDBInstanceReadReplica(r ->
                                        r.sourceDBInstanceIdentifier("mydb").dbInstanceIdentifier(replica))
                                .join();
                        awaitAvailable(rds, replica);
                        Endpoint endpoint = instance(rds, replica).endpoint();
                        return endpoint.address() + ":" + endpoint.port();
                    })
                    .collect(Collectors.joining(","));
        }

        failOver(Map.of("headgate.postgres.readers", readers));
    }

    private static void failOver(Map<String, String> configuration) throws InterruptedException {
        Map<String, String> all = new HashMap<>(LocalCloudResource.configuration(CLOUD));
        all.putAll(configuration);
        try (RdsAsyncClient rds = CLOUD.rds().client();
                GatewayProcess gateway = GatewayProcess.start(all)) {
            await(() -> mydb(rds).multiAZ());
            awaitAvailable(rds, "mydb");
            List<UserClient> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(number -> new UserClient(gateway.endpoint(), number))
                    .toList();
            List<Thread> threads = clients.stream().map(Thread::new).toList();
            threads.forEach(Thread::start);
            awaitProgress(clients);

            String zone = mydb(rds).availabilityZone();
            long asked = System.nanoTime();
            rds.rebootDBInstance(r -> r.dbInstanceIdentifier("mydb").forceFailover(true))
                    .join();
            await(() -> !mydb(rds).availabilityZone().equals(zone));
            awaitAvailable(rds, "mydb");
            awaitProgress(clients);
            clients.forEach(UserClient::stop);
            for (Thread thread : threads) {
                thread.join(PATIENCE.toMillis());
            }

            assertThat(clients).allSatisfy(client -> {
                assertThat(client.surprises()).isEmpty();
                client.checkAll();
            });
            Duration lastError = Stream.concat(
                            Stream.of(Duration.ZERO), clients.stream().flatMap(client -> client.errorsAfter(asked)))
                    .max(Duration::compareTo)
                    .orElseThrow();
            LOG.infof(
                    "%d requests, %d failed, the last one %d ms after the failover was asked for",
                    clients.stream().mapToLong(UserClient::requests).sum(),
                    clients.stream().mapToLong(UserClient::errors).sum(),
                    lastError.toMillis());
            String longest = System.getProperty(LONGEST);
            if (longest != null) {
                assertThat(lastError).isLessThan(Duration.parse(longest));
            }
        }
    }

    /** Until each client has got some more right answers. */
    private static void awaitProgress(List<UserClient> clients) {
        List<Long> before = clients.stream().map(UserClient::successes).toList();
        await(() -> IntStream.range(0, clients.size())
                .allMatch(i -> clients.get(i).successes() > before.get(i) + 20
                        || !clients.get(i).surprises().isEmpty()));
    }

    private static void awaitAvailable(RdsAsyncClient rds, String name) {
        await(() -> instance(rds, name).dbInstanceStatus().equals("available"));
    }

    private static DBInstance mydb(RdsAsyncClient rds) {
        return instance(rds, "mydb");
    }

    private static DBInstance instance(RdsAsyncClient rds, String name) {
        return rds.describeDBInstances(request -> request.dbInstanceIdentifier(name))
                .join()
                .dbInstances()
                .get(0);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
