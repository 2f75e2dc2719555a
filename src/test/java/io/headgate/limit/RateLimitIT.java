package io.headgate.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How often clients may ask two packaged gateways that share a Redis. */
class RateLimitIT {

    private static final int BURST = 40;

    /** What time alone may grant while a test runs is far less than this. */
    private static final int ENOUGH = 1_000;

    private static final String QUERY = "{ __typename }";

    @Test
    void aClientThatAsksTooMuchIsToldWhenToComeBackByEachReplica() {
        Map<String, String> limits = Map.of("headgate.limits.key-prefix", prefix());
        try (GatewayProcess first = gateway(limits);
                GatewayProcess second = gateway(limits)) {
            int granted = grantedInARow(first);

            int more = grantedInARow(second);
            HttpResponse<String> refused = refused(second);

            assertThat(granted).isBetween(BURST / 2, ENOUGH);
            assertThat(more).isLessThan(BURST / 2);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(refused.body())
                    .contains(
                            "\"code\":\"RESOURCE_EXHAUSTED\"",
                            "\"retryable\":true",
                            "\"retryAfterSeconds\":1",
                            "headgate.limits.request-rate")
                    .doesNotContain("\"data\"");
            assertThat(refused(second, "Accept", "text/event-stream").body()).contains("RESOURCE_EXHAUSTED");
        }
    }

    @Test
    void anOperationOnAWebSocketIsAnErrorAndTheConnectionStays() {
        try (GatewayProcess gateway = gateway(Map.of("headgate.limits.key-prefix", prefix()));
                SocketClient client = SocketClient.open(gateway.port())) {
            Map<String, Object> message;
            do {
                client.subscribe("1", QUERY, Map.of());
                message = client.next();
                if ("next".equals(message.get("type"))) {
                    assertThat(client.next()).containsEntry("type", "complete");
                }
            } while ("next".equals(message.get("type")));

            client.send("{\"type\": \"ping\"}");

            assertThat(message).containsEntry("id", "1").containsEntry("type", "error");
            assertThat(message.get("payload")).asString().contains("RESOURCE_EXHAUSTED", "retryAfterSeconds");
            assertThat(client.next()).containsEntry("type", "pong");
        }
    }

    @Test
    void callersAreCountedApartWhereverTheyAre() {
        try (GatewayProcess gateway = gateway(keys("ada", "bob"))) {
            HttpResponse<String> ada = refused(gateway, "X-API-Key", "ada");

            HttpResponse<String> bob = gateway.endpoint().send(QUERY, "X-API-Key", "bob");

            assertThat(ada.statusCode()).isEqualTo(429);
            assertThat(bob.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anAddressThatGuessesKeysIsToldNothingMoreForATime() {
        Map<String, String> limits = new HashMap<>(keys("ada"));
        limits.put("headgate.limits.request-rate", "0");
        limits.put("headgate.limits.failed-authentication-rate", "1");
        limits.put("headgate.limits.failed-authentication-burst", "10");
        try (GatewayProcess gateway = gateway(limits)) {
            HttpResponse<String> before = gateway.endpoint().send(QUERY, "X-API-Key", "ada");
            long guesses = IntStream.range(0, ENOUGH)
                    .takeWhile(each -> gateway.endpoint()
                                    .send(QUERY, "X-API-Key", "?" + each)
                                    .statusCode()
                            == 401)
                    .count();
            HttpResponse<String> refused = refused(gateway, "X-API-Key", "?");

            int closed = closeCode(gateway);

            assertThat(before.statusCode()).isEqualTo(200);
            assertThat(guesses).isBetween(10L, ENOUGH - 1L);
            assertThat(refused.body()).contains("RESOURCE_EXHAUSTED", "failed-authentication-rate");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(closed).isEqualTo(4429);
        }
    }

    @Test
    void anAddressThatTheClientSaysIsItsOwnIsNotBelieved() {
        try (GatewayProcess gateway = gateway(Map.of("headgate.limits.key-prefix", prefix()))) {
            HttpResponse<String> first = refused(gateway, "X-Forwarded-For", "192.0.2.1");

            HttpResponse<String> second = refused(gateway, "X-Forwarded-For", "192.0.2.2");
            int more = grantedInARow(gateway, "X-Forwarded-For", "192.0.2.3");

            assertThat(first.statusCode()).isEqualTo(second.statusCode());
            assertThat(more).isLessThan(BURST / 2);
        }
    }

    @Test
    void ofATrustedProxyTheAddressThatItSawCounts() {
        try (GatewayProcess gateway = gateway(Map.of(
                "headgate.limits.key-prefix",
                prefix(),
                "quarkus.http.proxy.proxy-address-forwarding",
                "true",
                "quarkus.http.proxy.trusted-proxies",
                "127.0.0.1"))) {
            HttpResponse<String> refused = refused(gateway, "X-Forwarded-For", "192.0.2.1, 2001:db8::1");

            int sameNetwork = grantedInARow(gateway, "X-Forwarded-For", "192.0.2.2, 2001:db8::2");
            int other = grantedInARow(gateway, "X-Forwarded-For", "192.0.2.1, 192.0.2.3");

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(sameNetwork).isLessThan(BURST / 2);
            assertThat(other).isBetween(BURST / 2, ENOUGH);
        }
    }

    /** Guesses keys when a WebSocket is initialised, until one is closed with another code than before. */
    private static int closeCode(GatewayProcess gateway) {
        return IntStream.range(0, ENOUGH)
                .map(each -> {
                    try (SocketClient client = SocketClient.connect(gateway.port())) {
                        client.send("{\"type\": \"connection_init\", \"payload\": {\"X-API-Key\": \"?\"}}");
                        return client.closeCode();
                    }
                })
                .filter(code -> code != 4403)
                .findFirst()
                .orElseThrow();
    }

    /** Each name is its key. */
    private static Map<String, String> keys(String... names) {
        Map<String, String> keys =
                new HashMap<>(Map.of("headgate.limits.key-prefix", prefix(), "headgate.security.mode", "required"));
        for (String name : names) {
            keys.put("headgate.security.api-keys." + name + ".sha256", sha256(name));
            keys.put("headgate.security.api-keys." + name + ".roles", "reader");
        }
        return keys;
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tests share a Redis, and no client. */
    private static String prefix() {
        return "it-" + UUID.randomUUID();
    }

    private static int grantedInARow(GatewayProcess gateway, String... headers) {
        return (int) IntStream.range(0, ENOUGH)
                .takeWhile(each -> gateway.endpoint().send(QUERY, headers).statusCode() == 200)
                .count();
    }

    private static HttpResponse<String> refused(GatewayProcess gateway, String... headers) {
        return IntStream.range(0, ENOUGH)
                .mapToObj(each -> gateway.endpoint().send(QUERY, headers))
                .filter(response -> response.statusCode() == 429)
                .findFirst()
                .orElseThrow();
    }

    private static GatewayProcess gateway(Map<String, String> configuration) {
        Map<String, String> all = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        all.put("headgate.limits.request-rate", "1");
        all.put("headgate.limits.request-burst", String.valueOf(BURST));
        all.putAll(configuration);
        return GatewayProcess.start(all);
    }
}
