package io.headgate.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is let in by the packaged gateway, by tokens of an issuer and by API keys, on HTTP and on WebSockets. */
class AuthenticationIT {

    private static final String READ = "{ users(first: 1) { pageInfo { hasNextPage } } }";
    private static final String CHANGE = "mutation { deleteUser(id: \"?\") { id } }";

    /** Anything random. */
    private static final String API_KEY = "7d0c1be5f4b04c5f9a53c7b43f4f0b0e";

    private static final LocalIssuer ISSUER = LocalIssuer.start(0);
    private static final LocalIssuer OTHER_ISSUER = LocalIssuer.start(0);

    @SuppressWarnings("NullAway.Init")
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        configuration.putAll(ISSUER.configuration());
        configuration.put("headgate.security.api-keys.billing.sha256", sha256(API_KEY));
        configuration.put("headgate.security.api-keys.billing.roles", "reader,editor");
        configuration.put("headgate.security.roles.\"platform-admins\"", "operator");
        configuration.put("quarkus.http.cors.enabled", "true");
        configuration.put("quarkus.http.cors.origins", "https://app.example.com");
        gateway = GatewayProcess.start(configuration);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        ISSUER.close();
        OTHER_ISSUER.close();
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> send(String query, String... headers) {
        return gateway.endpoint().send(query, headers);
    }

    private static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    @Test
    void whoDoesNotSayWhoItIsIsToldHow() {
        HttpResponse<String> response = send(READ);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(response.body()).contains("\"code\":\"UNAUTHENTICATED\"", "Authorization: Bearer");
    }

    @Test
    void aReaderReadsAndDoesNotChange() {
        String[] reader = bearer(ISSUER.token("someone", "reader"));

        List<Integer> statuses =
                List.of(send(READ, reader).statusCode(), send(CHANGE, reader).statusCode());

        assertThat(statuses).containsExactly(200, 403);
    }

    @Test
    void rolesGoByTheIssuersNamesToo() {
        HttpResponse<String> response =
                send("{ databases { id } }", bearer(ISSUER.token("someone", "platform-admins")));

        assertThat(response.body()).contains("rds:mydb");
    }

    @Test
    void aTokenWithoutRolesIsOfNobodyWhoMay() {
        assertThat(send(READ, bearer(ISSUER.token("someone"))).statusCode()).isEqualTo(403);
    }

    @Test
    void anApiKeyIsOfItsRoles() {
        List<Integer> statuses = List.of(
                send(READ, "X-API-Key", API_KEY).statusCode(),
                send("{ databases { id } }", "X-API-Key", API_KEY).statusCode(),
                send(READ, "X-API-Key", "wrong").statusCode());

        assertThat(statuses).containsExactly(200, 403, 401);
    }

    static List<String> wrongTokens() {
        long now = Instant.now().getEpochSecond();
        String good = ISSUER.token("someone", "reader");
        String[] parts = good.split("\\.", -1);
        String unsigned = Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
                + "." + parts[1] + ".";
        return List.of(
                OTHER_ISSUER.token(Map.of("iss", ISSUER.issuer().toString(), "sub", "x", "groups", List.of("reader"))),
                ISSUER.token(Map.of("iss", "http://elsewhere", "sub", "x", "groups", List.of("reader"))),
                ISSUER.token(Map.of("aud", "another-service", "sub", "x", "groups", List.of("reader"))),
                ISSUER.token(Map.of("exp", now - 3600, "sub", "x", "groups", List.of("reader"))),
                ISSUER.token(Map.of("groups", List.of("reader"))),
                unsigned,
                parts[0] + "." + parts[1] + "." + parts[2].substring(1) + "A",
                "nonsense",
                "");
    }

    @ParameterizedTest
    @MethodSource("wrongTokens")
    void aTokenThatIsNotValidIsRefused(String token) {
        HttpResponse<String> response = send(READ, bearer(token));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("UNAUTHENTICATED");
        if (!token.isEmpty()) {
            assertThat(response.body()).doesNotContain(token);
        }
    }

    @Test
    void theCallerIsWhoRequestedAnOperation() {
        String[] operator = bearer(ISSUER.token("oncall-7", "operator"));

        HttpResponse<String> response = send(
                "mutation { createSnapshot(input: {database: \"rds:mydb\", name: \"by-oncall\"}) { requestedBy } }",
                operator);

        assertThat(response.body()).isEqualTo("{\"data\":{\"createSnapshot\":{\"requestedBy\":\"oncall-7\"}}}");
    }

    @Test
    void aWebSocketIsOfTheTokenInItsFirstMessage() {
        try (SocketClient client = SocketClient.connect(gateway.port())) {
            client.send(Json.write(Map.of(
                    "type",
                    "connection_init",
                    "payload",
                    Map.of("Authorization", "Bearer " + ISSUER.token("someone", "reader")))));
            assertThat(client.next()).containsEntry("type", "connection_ack");

            client.subscribe("1", READ, Map.of());
            client.subscribe("2", CHANGE, Map.of());

            assertThat(List.of(client.next(), client.next(), client.next()))
                    .extracting(message -> message.get("id") + " " + message.get("type"))
                    .containsExactlyInAnyOrder("1 next", "1 complete", "2 error");
        }
    }

    @Test
    void aWebSocketWithAWrongTokenIsClosed() {
        try (SocketClient client = SocketClient.connect(gateway.port())) {
            client.send("{\"type\": \"connection_init\", \"payload\": {\"authorization\": \"Bearer nonsense\"}}");

            assertThat(client.closeCode()).isEqualTo(4403);
        }
    }

    @Test
    void aWebSocketEndsWithItsToken() {
        String token = ISSUER.token(Map.of(
                "sub",
                "someone",
                "groups",
                List.of("operator"),
                "exp",
                Instant.now().getEpochSecond() + 3));
        try (SocketClient client = SocketClient.connect(gateway.port())) {
            client.send(Json.write(
                    Map.of("type", "connection_init", "payload", Map.of("Authorization", "Bearer " + token))));
            assertThat(client.next()).containsEntry("type", "connection_ack");

            assertThat(client.closeCode()).isEqualTo(4403);
        }
    }

    @Test
    void onlyNamedOriginsOpenWebSockets() {
        openFrom("https://app.example.com").abort();
        openFrom("http://127.0.0.1:" + gateway.port()).abort();

        assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> openFrom("https://evil.example.com"));
    }

    private static WebSocket openFrom(String origin) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", origin)
                .subprotocols("graphql-transport-ws")
                .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + "/graphql"), new WebSocket.Listener() {})
                .join();
    }

    @Test
    void aKeyThatTheIssuerRotatedInIsFetched() {
        try (LocalIssuer issuer = LocalIssuer.start(0)) {
            Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
            configuration.putAll(issuer.configuration());
            try (GatewayProcess rotated = GatewayProcess.start(configuration)) {
                assertThat(rotated.endpoint()
                                .send(READ, bearer(issuer.token("a", "reader")))
                                .statusCode())
                        .isEqualTo(200);

                issuer.rotateKey();

                assertThat(rotated.endpoint()
                                .send(READ, bearer(issuer.token("a", "reader")))
                                .statusCode())
                        .isEqualTo(200);
                int served = issuer.keySetsServed();
                for (int i = 0; i < 20; i++) {
                    rotated.endpoint().send(READ, bearer(OTHER_ISSUER.token("a" + i, "reader")));
                }
                assertThat(issuer.keySetsServed())
                        .as("unknown keys are not asked for each time")
                        .isLessThan(served + 5);
            }
        }
    }

    @Test
    void tokensWithoutAudienceAreToldApartByTheirClient() {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        configuration.putAll(ISSUER.configuration());
        configuration.put("quarkus.oidc.token.audience", "any");
        configuration.put("quarkus.oidc.token.required-claims.client_id", "app");
        configuration.put("quarkus.oidc.roles.role-claim-path", "cognito:groups");
        try (GatewayProcess cognito = GatewayProcess.start(configuration)) {
            List<Integer> statuses = Stream.of("app", "other-app")
                    .map(client -> ISSUER.token(Map.of(
                            "sub", "someone", "aud", "", "client_id", client, "cognito:groups", List.of("reader"))))
                    .map(token -> cognito.endpoint().send(READ, bearer(token)).statusCode())
                    .toList();

            assertThat(statuses).containsExactly(200, 401);
        }
    }

    @Test
    void anApiKeyCanBeGivenInTheEnvironment() {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        configuration.put("headgate.security.mode", "required");
        Map<String, String> environment = Map.of(
                "HEADGATE_SECURITY_API_KEYS_BILLING_SHA256",
                sha256(API_KEY),
                "HEADGATE_SECURITY_API_KEYS_BILLING_ROLES",
                "reader");
        try (GatewayProcess keyed = GatewayProcess.start(configuration, environment)) {
            List<Integer> statuses = List.of(
                    keyed.endpoint().send(READ, "X-API-Key", API_KEY).statusCode(),
                    keyed.endpoint().send(READ, "X-API-Key", "wrong").statusCode());

            assertThat(statuses).containsExactly(200, 401);
        }
    }

    @Test
    void anIssuerThatIsAwayStopsNeitherTheStartNorApiKeys() {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        try (LocalIssuer issuer = LocalIssuer.start(0)) {
            configuration.putAll(issuer.configuration());
        }
        configuration.put("headgate.security.api-keys.billing.sha256", sha256(API_KEY));
        configuration.put("headgate.security.api-keys.billing.roles", "reader");
        try (GatewayProcess alone = GatewayProcess.start(configuration)) {
            HttpResponse<String> byToken = alone.endpoint().send(READ, bearer(OTHER_ISSUER.token("a", "reader")));
            HttpResponse<String> byKey = alone.endpoint().send(READ, "X-API-Key", API_KEY);

            assertThat(byToken.statusCode()).isEqualTo(503);
            assertThat(byToken.body()).contains("\"code\":\"UNAVAILABLE\"");
            assertThat(byKey.statusCode()).isEqualTo(200);
        }
    }
}
