package io.headgate.app;

import static io.headgate.app.UserClients.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloudResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/** Three replicas behind a load balancer are replaced one after the other, and no client notices. */
class RollingRestartIT {

    private static final Logger LOG = Logger.getLogger(RollingRestartIT.class);
    private static final int REPLICAS = 3;
    private static final int CLIENTS = 16;

    @Test
    void noRequestFails() throws InterruptedException {
        List<GatewayProcess> replicas = new ArrayList<>();
        try (LoadBalancer balancer = new LoadBalancer()) {
            for (int i = 0; i < REPLICAS; i++) {
                replicas.add(added(balancer));
            }
            UserClients clients = UserClients.start(balancer.endpoint(), CLIENTS);

            for (int i = 0; i < REPLICAS; i++) {
                clients.awaitProgress();
                GatewayProcess old = replicas.get(i);
                replicas.set(i, added(balancer));
                old.terminate();
                assertThat(old.exitCode()).isZero();
                balancer.remove(old);
            }
            clients.awaitProgress();
            clients.stopAndCheck();

            assertThat(clients.errors()).isZero();
            LOG.infof("%d requests, none failed", clients.requests());
        } finally {
            replicas.forEach(GatewayProcess::close);
        }
    }

    private static GatewayProcess added(LoadBalancer balancer) {
        Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
        configuration.put("headgate.http.shutdown-delay", "5s");
        // Each request may go to another replica than the one before, where a whole answer may be 200 ms old.
        configuration.put("headgate.response-cache.enabled", "false");
        GatewayProcess gateway = GatewayProcess.start(configuration);
        int before = balancer.ready();
        balancer.add(gateway);
        await(() -> balancer.ready() > before);
        return gateway;
    }
}
