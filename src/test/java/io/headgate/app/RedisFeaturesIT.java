package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import io.headgate.localcloud.LocalCertificate;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalRedis;
import io.headgate.localcloud.LocalRedisCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions, leaderboards and messages of the packaged gateway: with a cluster that holds the keys, and while Redis is away. */
class RedisFeaturesIT {

    private static final String PASSWORD = "local-redis";
    private static final String CREATE =
            "mutation($user: ID!) { createSession(input: {user: $user}) { token session { user } } }";
    private static final String READ = "query($token: String!) { session(token: $token) { user } }";
    private static final String TOUCH = "mutation($token: String!) { touchSession(token: $token) { user } }";
    private static final String REVOKE = "mutation($token: String!) { revokeSession(token: $token) }";
    private static final String REVOKE_ALL = "mutation($user: ID!) { revokeSessions(user: $user) }";
    private static final String RECORD = "mutation($board: String!, $member: ID!, $score: Float!) {"
            + " recordScore(input: {leaderboard: $board, member: $member, score: $score}) { rank } }";
    private static final String BOARD = "query($board: String!) { leaderboard(name: $board) { size top { member }"
            + " rank(member: \"m0\") around(member: \"m1\", radius: 1) { member } } }";
    private static final String PUBLISH =
            "mutation($channel: String!, $body: JSON!) { publish(input: {channel: $channel, body: $body}) { cursor } }";
    private static final String FOLLOW = "subscription($channel: String!, $after: Cursor) {"
            + " messages(channel: $channel, after: $after) { body } }";

    @TempDir
    private Path directory;

    @Test
    void clusterHoldsEachInItsSlot() throws Exception {
        Path files = Files.createDirectory(directory.resolve("certificate"));
        LocalCertificate certificate = LocalCertificate.in(files);
        try (LocalRedisCluster redis = LocalRedisCluster.withTls(directory, certificate, PASSWORD)) {
            Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
            configuration.put("quarkus.redis.hosts", "rediss://:" + PASSWORD + "@localhost:" + redis.tlsPort());
            configuration.put("quarkus.redis.client-type", "cluster");
            configuration.put("quarkus.redis.tls.trust-certificate-pem", "true");
            configuration.put(
                    "quarkus.redis.tls.trust-certificate-pem.certs",
                    certificate.certificate().toString());
            configuration.put("headgate.redis.data-timeout", "20s");
            try (GatewayProcess here = GatewayProcess.start(configuration);
                    GatewayProcess there = GatewayProcess.start(configuration)) {
                sessions(here, there);
                leaderboards(here, there);
                messages(here, there);

                assertThat(redis.keys()).allMatch(keys -> keys > 0);
            }
        }
    }

    private static void sessions(GatewayProcess here, GatewayProcess there) {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            tokens.add(at(ask(here, CREATE, Map.of("user", "ada")), "createSession", "token"));
        }
        for (String token : tokens) {
            assertThat(ask(there, READ, Map.of("token", token))).hasToString("{session={user=ada}}");
            assertThat(ask(there, TOUCH, Map.of("token", token))).hasToString("{touchSession={user=ada}}");
        }
        assertThat(ask(there, REVOKE, Map.of("token", tokens.get(0)))).hasToString("{revokeSession=true}");

        assertThat(ask(there, REVOKE_ALL, Map.of("user", "ada"))).hasToString("{revokeSessions=29}");

        tokens.forEach(
                token -> assertThat(ask(here, READ, Map.of("token", token))).hasToString("{session=null}"));
    }

    private static void leaderboards(GatewayProcess here, GatewayProcess there) {
        for (int board = 0; board < 10; board++) {
            for (int member = 0; member < 3; member++) {
                ask(here, RECORD, Map.of("board", "board-" + board, "member", "m" + member, "score", 10 + member / 2));
            }
            assertThat(ask(there, BOARD, Map.of("board", "board-" + board)))
                    .hasToString("{leaderboard={size=3, top=[{member=m2}, {member=m0}, {member=m1}], rank=2,"
                            + " around=[{member=m0}, {member=m1}]}}");
        }
    }

    private static void messages(GatewayProcess here, GatewayProcess there) {
        try (SocketClient client = SocketClient.open(there.port())) {
            for (int channel = 0; channel < 10; channel++) {
                String name = "channel-" + channel;
                String before = at(ask(here, PUBLISH, Map.of("channel", name, "body", "before")), "publish", "cursor");
                client.subscribe(name, FOLLOW, Map.of("channel", name, "after", before));
                for (int body = 0; body < 20; body++) {
                    ask(here, PUBLISH, Map.of("channel", name, "body", body));
                }
                for (int body = 0; body < 20; body++) {
                    assertThat(client.next())
                            .containsEntry("id", name)
                            .containsEntry("payload", Map.of("data", Map.of("messages", Map.of("body", body))));
                }
            }
        }
    }

    @Test
    void whileRedisIsAwayAllOfItIsUnavailableAndComesBack() {
        try (LocalRedis redis = LocalRedis.in(directory.resolve("redis"))) {
            Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
            configuration.put("quarkus.redis.hosts", redis.url());
            try (GatewayProcess gateway = GatewayProcess.start(configuration);
                    SocketClient client = SocketClient.open(gateway.port())) {
                String token = at(ask(gateway, CREATE, Map.of("user", "ada")), "createSession", "token");
                String before = at(ask(gateway, PUBLISH, Map.of("channel", "news", "body", 1)), "publish", "cursor");
                client.subscribe("s", FOLLOW, Map.of("channel", "news", "after", before));
                ask(gateway, PUBLISH, Map.of("channel", "news", "body", 2));
                assertThat(client.next().toString()).contains("body=2");

                redis.stop();
                Map<String, Map<String, ?>> all = Map.of(
                        CREATE, Map.of("user", "ada"),
                        READ, Map.of("token", token),
                        TOUCH, Map.of("token", token),
                        REVOKE, Map.of("token", token),
                        REVOKE_ALL, Map.of("user", "ada"),
                        RECORD, Map.of("board", "spring", "member", "m0", "score", 1),
                        BOARD, Map.of("board", "spring"),
                        PUBLISH, Map.of("channel", "news", "body", 3));
                all.forEach((query, variables) -> UserClients.await(() -> {
                    String response = String.valueOf(
                            gateway.endpoint().response(query, variables).join());
                    // The first change may be sent before the connection is known to be broken.
                    assertThat(response).containsAnyOf("UNAVAILABLE", "OUTCOME_UNKNOWN");
                    return response.contains("UNAVAILABLE");
                }));
                assertThat(gateway.isReady()).isTrue();
                redis.start();

                UserClients.await(() -> !String.valueOf(gateway.endpoint()
                                .response(PUBLISH, Map.of("channel", "news", "body", 4))
                                .join())
                        .contains("UNAVAILABLE"));
                assertThat(client.next().toString()).contains("body=4");
                assertThat(ask(gateway, READ, Map.of("token", token))).hasToString("{session=null}");
            }
        }
    }

    private static Map<String, Object> ask(
            GatewayProcess gateway, String query, Map<String, ? extends @Nullable Object> variables) {
        return gateway.ask(query, variables).join();
    }

    private static String at(Map<String, Object> data, String field, String name) {
        return String.valueOf(((Map<?, ?>) Objects.requireNonNull(data.get(field))).get(name));
    }
}
