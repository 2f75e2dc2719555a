package io.headgate.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.localcloud.secrets.LocalSecrets;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerAsyncClient;

/** When a secret is read, and what is told of it. */
class DatabaseSecretTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private record Config(Optional<URI> endpointOverride) implements SecretsManagerConfig {

        @Override
        public Optional<String> region() {
            return Optional.empty();
        }

        @Override
        public Duration timeout() {
            return LIMIT;
        }

        @Override
        public Duration maxAge() {
            return Duration.ofSeconds(2);
        }
    }

    private final AtomicLong now = new AtomicLong();

    @SuppressWarnings("NullAway.Init")
    private LocalSecrets server;

    @SuppressWarnings("NullAway.Init")
    private SecretsManagerAsyncClient client;

    @SuppressWarnings("NullAway.Init")
    private DatabaseSecret secret;

    @BeforeEach
    void start() throws IOException {
        server = LocalSecrets.start();
        Config config = new Config(Optional.of(server.endpoint()));
        try (RdsAsyncClient rds = RdsAsyncClient.builder()
                .region(Region.EU_WEST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build()) {
            client = AwsClients.secretsManager(rds, config);
        }
        secret = new DatabaseSecret(client, "db", config, now::get);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void manyAtOnceShareOneRequest() {
        create("{\"username\": \"ada\", \"password\": \"first\"}");

        List<DatabaseLogin> logins = Uni.join()
                .all(Stream.generate(secret::login).limit(50).toList())
                .andFailFast()
                .await()
                .atMost(LIMIT);

        assertThat(logins).containsOnly(new DatabaseLogin("ada", "first"));
        assertThat(server.reads()).isOne();
    }

    @Test
    void rotationIsSeenOnceTheSecretIsOld() {
        create("{\"username\": \"ada\", \"password\": \"first\"}");
        login();
        client.putSecretValue(request ->
                        request.secretId("db").secretString("{\"username\": \"ada\", \"password\": \"second\"}"))
                .join();
        assertThat(login().password()).isEqualTo("first");

        now.addAndGet(Duration.ofSeconds(2).toNanos());

        assertThat(login().password()).isEqualTo("second");
    }

    @Test
    void lastKnownIsGoodWhileSecretsManagerIsAway() {
        create("{\"username\": \"ada\", \"password\": \"first\"}");
        login();
        server.setAway(true);
        now.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(login().password()).isEqualTo("first");
    }

    @Test
    void missingSecretIsToldWithItsPropertyAndCode() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(this::login)
                .withMessageContainingAll("headgate.postgres.secret-id", "ResourceNotFoundException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2", "{\"password\": \"hunter2\"}", "{\"username\": 1, \"password\": \"hunter2\"}"})
    void unreadableSecretIsNotTold(String value) {
        create(value);

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(this::login)
                .withMessageContaining("headgate.postgres.secret-id")
                .withNoCause()
                .satisfies(failure -> assertThat(failure).hasMessageNotContaining("hunter2"));
    }

    @Test
    void loginHidesItsPassword() {
        assertThat(new DatabaseLogin("ada", "hunter2")).hasToString("DatabaseLogin[user=ada]");
    }

    private DatabaseLogin login() {
        return secret.login().await().atMost(LIMIT);
    }

    private void create(String value) {
        client.createSecret(request -> request.name("db").secretString(value)).join();
    }
}
