package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.TcpFront;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The name of the database leads to another address, as after a failover of RDS: the packaged gateway goes there. */
class MovedNameIT {

    private static final String NAME = "database.test";

    /** Less than the half minute for which a JVM keeps an address of itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    @TempDir
    private Path directory;

    @Test
    void newConnectionsFollowTheName() throws IOException {
        int server = LocalCloud.shared().postgres().port();
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 " + NAME + "\n");
        try (TcpFront before = TcpFront.before(server);
                TcpFront after = TcpFront.at("127.0.0.2", before.port(), server)) {
            Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
            configuration.put(
                    "quarkus.datasource.reactive.url", "postgresql://" + NAME + ":" + after.port() + "/headgate");
            configuration.put("jdk.net.hosts.file", hosts.toString());
            try (GatewayProcess gateway = GatewayProcess.start(configuration)) {
                assertThat(answers(gateway)).isTrue();

                Files.writeString(hosts, "127.0.0.2 " + NAME + "\n");
                before.stop();

                long deadline = System.nanoTime() + PATIENCE.toNanos();
                while (!answers(gateway)) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                }
            }
        }
    }

    private static boolean answers(GatewayProcess gateway) {
        return !gateway.endpoint()
                .response("{ users(first: 1, store: POSTGRES) { totalCount } }", Map.of())
                .join()
                .containsKey("errors");
    }
}
