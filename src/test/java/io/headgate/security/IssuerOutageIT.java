package io.headgate.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalIssuer;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of callers when the provider of their tokens goes away, and what it is asked of them. */
class IssuerOutageIT {

    private static final String READ = "{ users(first: 1, store: POSTGRES) { nodes { id } } }";

    private static GatewayProcess gateway(LocalIssuer issuer) {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        configuration.putAll(issuer.configuration());
        return GatewayProcess.start(configuration);
    }

    private static HttpResponse<String> read(GatewayProcess gateway, String token) {
        return gateway.endpoint().send(READ, "Authorization", "Bearer " + token);
    }

    @Test
    void keysThatAreKnownGoOnAndOthersCannotBeHad() {
        LocalIssuer issuer = LocalIssuer.start(0);
        try (GatewayProcess gateway = gateway(issuer)) {
            String before = issuer.token("before", "reader");
            assertThat(read(gateway, before).statusCode()).isEqualTo(200);
            String underKnownKey = issuer.token("later", "reader");
            issuer.rotateKey();
            String underUnknownKey = issuer.token("last", "reader");
            issuer.close();

            List<Integer> statuses = List.of(
                    read(gateway, before).statusCode(),
                    read(gateway, underKnownKey).statusCode(),
                    read(gateway, underUnknownKey).statusCode());

            assertThat(statuses).containsExactly(200, 200, 503);
        }
    }

    @Test
    void noTokenIsSentOnToTheProvider() {
        try (LocalIssuer issuer = LocalIssuer.start(0);
                LocalIssuer other = LocalIssuer.start(0);
                GatewayProcess gateway = gateway(issuer)) {
            List<Integer> statuses = List.of(
                    read(gateway, "opaque").statusCode(),
                    read(gateway, other.token("someone", "reader")).statusCode());

            assertThat(statuses).containsExactly(401, 401);
            assertThat(issuer.introspections()).isZero();
        }
    }
}
