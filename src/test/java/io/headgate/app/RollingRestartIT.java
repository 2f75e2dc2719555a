package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloudResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/** Three replicas behind a load balancer are replaced one after the other, and no client notices. */
class RollingRestartIT {

    private static final Logger LOG = Logger.getLogger(RollingRestartIT.class);
    private static final int REPLICAS = 3;
    private static final int CLIENTS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Test
    void noRequestFails() throws InterruptedException {
        List<GatewayProcess> replicas = new ArrayList<>();
        try (LoadBalancer balancer = new LoadBalancer()) {
            for (int i = 0; i < REPLICAS; i++) {
                replicas.add(added(balancer));
            }
            List<UserClient> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(number -> new UserClient(balancer.endpoint(), number))
                    .toList();
            List<Thread> threads = clients.stream().map(Thread::new).toList();
            threads.forEach(Thread::start);

            for (int i = 0; i < REPLICAS; i++) {
                awaitProgress(clients);
                GatewayProcess old = replicas.get(i);
                replicas.set(i, added(balancer));
                old.terminate();
                assertThat(old.exitCode()).isZero();
                balancer.remove(old);
            }
            awaitProgress(clients);
            clients.forEach(UserClient::stop);
            for (Thread thread : threads) {
                thread.join(PATIENCE.toMillis());
            }

            assertThat(clients).allSatisfy(client -> {
                client.checkAll();
                assertThat(client.errors()).isZero();
            });
            LOG.infof(
                    "%d requests, none failed",
                    clients.stream().mapToLong(UserClient::requests).sum());
        } finally {
            replicas.forEach(GatewayProcess::close);
        }
    }

    private static GatewayProcess added(LoadBalancer balancer) {
        Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
        configuration.put("headgate.http.shutdown-delay", "2s");
        GatewayProcess gateway = GatewayProcess.start(configuration);
        int before = balancer.ready();
        balancer.add(gateway);
        await(() -> balancer.ready() > before);
        return gateway;
    }

    private static void awaitProgress(List<UserClient> clients) {
        List<Long> before = clients.stream().map(UserClient::successes).toList();
        await(() -> IntStream.range(0, clients.size())
                .allMatch(i -> clients.get(i).successes() > before.get(i) + 20
                        || !clients.get(i).surprises().isEmpty()));
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
