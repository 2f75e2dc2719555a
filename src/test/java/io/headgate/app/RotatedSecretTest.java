package io.headgate.app;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalDynamoDb;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.secrets.LocalSecrets;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.sql.Connection;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerAsyncClient;

/** The gateway with a user of Secrets Manager, whose password is rotated while it runs. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
@WithTestResource(RotatedSecretTest.SecretDatabase.class)
class RotatedSecretTest {

    /** A database whose owner's name and password are in a secret alone. */
    public static final class SecretDatabase implements QuarkusTestResourceLifecycleManager {

        static final String ROLE = "rotating_" + UUID.randomUUID().toString().replace("-", "");

        @SuppressWarnings("NullAway.Init")
        static volatile LocalSecrets secrets;

        @Override
        public Map<String, String> start() {
            LocalPostgres postgres = LocalCloud.shared().postgres();
            try {
                secrets = LocalSecrets.start();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            sql("CREATE ROLE " + ROLE + " LOGIN PASSWORD 'first'");
            sql("CREATE DATABASE " + ROLE + " OWNER " + ROLE);
            try (SecretsManagerAsyncClient client = client()) {
                client.createSecret(request -> request.name("headgate/db").secretString(json("first")))
                        .join();
            }
            return Map.of(
                    "quarkus.datasource.credentials-provider", "secrets-manager",
                    "headgate.postgres.secret-id", "headgate/db",
                    "headgate.secrets-manager.endpoint-override",
                            secrets.endpoint().toString(),
                    "headgate.secrets-manager.max-age", "1ms",
                    "quarkus.datasource.username", "",
                    "quarkus.datasource.password", "",
                    "quarkus.datasource.reactive.url", postgres.reactiveUrl(ROLE));
        }

        @Override
        public int order() {
            return 1;
        }

        @Override
        public void stop() {
            secrets.close();
        }
    }

    @Test
    void rotationIsPickedUpByTheConnectionsThatAreOpenedNext() {
        read().body("errors", nullValue());

        sql("ALTER ROLE " + SecretDatabase.ROLE + " PASSWORD 'second'");
        try (SecretsManagerAsyncClient client = client()) {
            client.putSecretValue(request -> request.secretId("headgate/db").secretString(json("second")))
                    .join();
        }
        breakConnections();

        read().body("errors", nullValue());
    }

    @Test
    void secretAsLastReadIsGoodEnoughWhileSecretsManagerIsAway() {
        read().body("errors", nullValue());
        SecretDatabase.secrets.setAway(true);
        breakConnections();

        try {
            read().body("errors", nullValue()).body("data.users.totalCount", equalTo(0));
        } finally {
            SecretDatabase.secrets.setAway(false);
        }
    }

    private static ValidatableResponse read() {
        return given().contentType(ContentType.JSON)
                .body("{\"query\": \"{ users(store: POSTGRES) { totalCount } }\"}")
                .post("/graphql")
                .then()
                .statusCode(200);
    }

    private static void breakConnections() {
        sql("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '" + SecretDatabase.ROLE
                + "'");
    }

    private static void sql(String sql) {
        try (Connection administrator = LocalCloud.shared().postgres().connectAsAdministrator()) {
            administrator.createStatement().execute(sql);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String json(String password) {
        return "{\"username\": \"" + SecretDatabase.ROLE + "\", \"password\": \"" + password + "\"}";
    }

    private static SecretsManagerAsyncClient client() {
        return SecretsManagerAsyncClient.builder()
                .endpointOverride(SecretDatabase.secrets.endpoint())
                .region(Region.of(LocalDynamoDb.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(LocalDynamoDb.ACCESS_KEY, LocalDynamoDb.ACCESS_KEY)))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build();
    }
}
