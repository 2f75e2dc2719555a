package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code headgate health}, before a running gateway and before none. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class HealthProbeTest {

    @TestHTTPResource(value = "/", management = true)
    private URL management;

    @ParameterizedTest
    @CsvSource({
        "/q/health/live, true",
        "/q/health/started, true",
        "/q/health/ready, true",
        "/q/metrics, true",
        "/graphql, false"
    })
    void saysWhatTheManagementPortSays(String path, boolean up) {
        assertThat(new HealthProbe(management.getPort()).isUp(path)).isEqualTo(up);
    }

    @Test
    void isNotUpWhereNothingListens() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        assertThat(new HealthProbe(port).isUp(HealthProbe.LIVE)).isFalse();
    }

    @Test
    void isNotUpWhereNothingAnswers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(new HealthProbe(silent.getLocalPort()).isUp(HealthProbe.LIVE))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({", , 9000", "9001, , 9001", ", 9002, 9002", "9001, 9002, 9001"})
    void asksThePortThatTheGatewayIsConfiguredWith(String property, String variable, int port) {
        Map<String, String> properties = property == null ? Map.of() : Map.of("quarkus.management.port", property);
        Map<String, String> variables = variable == null ? Map.of() : Map.of("QUARKUS_MANAGEMENT_PORT", variable);

        assertThat(HealthProbe.ofThisMachine(properties::get, variables::get)).isEqualTo(new HealthProbe(port));
    }
}
