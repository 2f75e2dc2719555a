package io.headgate.http.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * Idle WebSockets leave the packaged gateway answering, and their memory is given back. {@code -Dheadgate.sockets.idle} says
 * how many; ten thousand need as many open files here and there ({@code ulimit -n}).
 */
class IdleSocketsIT {

    private static final Logger LOG = Logger.getLogger(IdleSocketsIT.class);
    private static final int SOCKETS = Integer.getInteger("headgate.sockets.idle", 400);
    private static final long LONGEST_SECONDS = 120;

    /** In bytes of live objects for each socket, and for what the gateway does besides. */
    private static final long MOST_EACH = 16L << 10;

    private static final long MOST_BESIDES = 24L << 20;

    @Test
    void leaveTheGatewayAnswering() throws Exception {
        // Given
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        configuration.put("headgate.http.ping-interval", "5s");
        configuration.put("headgate.limits.connections", String.valueOf(SOCKETS + 10));
        configuration.put("headgate.limits.connections-per-client", String.valueOf(SOCKETS + 10));
        configuration.put("headgate.limits.uninitialised-connections-per-address", String.valueOf(SOCKETS + 10));
        try (GatewayProcess gateway = GatewayProcess.start(configuration)) {
            gateway.ask("{ __typename }", Map.of()).join();
            ProcessFigures before = ProcessFigures.of(gateway.pid());
            long residentBefore = ProcessFigures.resident(gateway.pid());

            // When
            try (IdleSockets sockets = new IdleSockets(gateway.port(), SOCKETS)) {
                await(() -> sockets.acknowledged() == SOCKETS);

                // Then
                ProcessFigures during = ProcessFigures.of(gateway.pid());
                LOG.infof(
                        "%d idle WebSockets: %s became %s, resident %d MB became %d MB",
                        SOCKETS, before, during, residentBefore >> 20, ProcessFigures.resident(gateway.pid()) >> 20);
                assertThat(gateway.ask("{ users(first: 1, store: POSTGRES) { totalCount } }", Map.of())
                                .join())
                        .containsKey("users");
                try (SocketClient another = SocketClient.open(gateway.port())) {
                    another.subscribe("1", "{ __typename }", Map.of());
                    assertThat(another.next()).containsEntry("type", "next");
                }
                assertThat(sockets.closed()).isZero();
                assertThat(during.memory() - before.memory()).isLessThan(SOCKETS * MOST_EACH + MOST_BESIDES);
                assertThat(during.threads()).isLessThanOrEqualTo(before.threads() + 8);
            }
            await(() -> files(gateway) <= before.files() + 20);
        }
    }

    private static long files(GatewayProcess gateway) {
        try {
            return ProcessFigures.files(gateway.pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within %d s", LONGEST_SECONDS).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
