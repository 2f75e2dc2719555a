package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCertificate;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.LocalRedis;
import io.headgate.localcloud.LocalRedisCluster;
import io.headgate.localcloud.TcpFront;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway before servers that speak TLS and ask who it is, configured as docs/aws.md says. */
class EncryptedServersIT {

    private static final String REDIS_PASSWORD = "local-redis";
    private static final String CREATE = "mutation($input: CreateUserInput!) { createUser(input: $input) { id } }";
    private static final String READ = "query($id: ID!) { user(id: $id) { email store } }";

    private final LocalCloud cloud = LocalCloud.shared();

    @TempDir
    private Path directory;

    private LocalPostgres postgres;
    private LocalCertificate certificate;
    private TcpFront dynamoDb;
    private TcpFront rds;

    @BeforeEach
    void start() throws SQLException {
        Path files = directory.resolve("postgres");
        postgres = LocalPostgres.in(files);
        certificate = LocalCertificate.in(files);
        postgres.start();
        try (Connection connection = postgres.connectAsAdministrator();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET ssl_cert_file = '" + certificate.certificate() + "'");
            statement.execute("ALTER SYSTEM SET ssl_key_file = '" + certificate.key() + "'");
            statement.execute("ALTER SYSTEM SET ssl = on");
            statement.execute("SELECT pg_reload_conf()");
        }
        dynamoDb = TcpFront.withTls(certificate, cloud.dynamoDb().endpoint().getPort());
        rds = TcpFront.withTls(certificate, cloud.rds().endpoint().getPort());
    }

    @AfterEach
    void stop() {
        dynamoDb.close();
        rds.close();
        postgres.close();
    }

    @Test
    void everyServerIsReachedOverTls() throws SQLException {
        try (LocalRedis redis = LocalRedis.withTls(directory.resolve("redis"), certificate, REDIS_PASSWORD);
                GatewayProcess gateway = GatewayProcess.start(configuration(redis.tlsPort()))) {
            for (String store : List.of("POSTGRES", "DYNAMODB")) {
                createAndReadTwice(gateway, store);
            }

            assertThat(unencryptedConnections()).isZero();
            assertThat(gateway.metrics()).containsPattern("headgate_cache_hits_total\\{[^}]*} [1-9]");
            assertThat(gateway.ask("{ databases { id } operations(first: 1) { nodes { id } } }", Map.of())
                            .join()
                            .toString())
                    .contains("rds:mydb");
        }
    }

    @Test
    void redisClusterIsReachedOverTls() {
        try (LocalRedisCluster redis = LocalRedisCluster.withTls(directory, certificate, REDIS_PASSWORD)) {
            Map<String, String> configuration = configuration(redis.tlsPort());
            configuration.put("quarkus.redis.client-type", "cluster");
            try (GatewayProcess gateway = GatewayProcess.start(configuration)) {
                for (int user = 0; user < 20; user++) {
                    createAndReadTwice(gateway, "POSTGRES");
                }

                assertThat(gateway.metrics()).containsPattern("headgate_cache_hits_total\\{[^}]*} [1-9]");
                assertThat(redis.keys()).allMatch(keys -> keys > 0);
                awaitKeptAnswer(gateway);
            }
        }
    }

    private static void createAndReadTwice(GatewayProcess gateway, String store) {
        String email = UUID.randomUUID() + "@example.com";
        Map<?, ?> created = (Map<?, ?>) Objects.requireNonNull(
                gateway.ask(CREATE, Map.of("input", Map.of("store", store, "email", email, "name", "Ada")))
                        .join()
                        .get("createUser"));
        Map<String, String> id = Map.of("id", String.valueOf(created.get("id")));
        assertThat(gateway.ask("query($id: ID!) { user(id: $id) { name } }", id)
                        .join()
                        .get("user"))
                .isEqualTo(Map.of("name", "Ada"));
        assertThat(gateway.ask(READ, id).join().get("user")).isEqualTo(Map.of("email", email, "store", store));
    }

    /** Whole answers are kept once the replica hears of all changes. */
    private static void awaitKeptAnswer(GatewayProcess gateway) {
        Pattern kept = Pattern.compile("headgate_response_cache_requests_total\\{[^}]*process[^}]*} [1-9]");
        UserClients.await(() -> {
            gateway.ask("{ user(id: \"dXNlcjpwOm5vYm9keQ\") { name } }", Map.of())
                    .join();
            return kept.matcher(gateway.metrics()).find();
        });
    }

    private long unencryptedConnections() throws SQLException {
        try (Connection connection = postgres.connectAsAdministrator();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity"
                        + " USING (pid) WHERE usename = 'headgate' AND NOT ssl")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private Map<String, String> configuration(int redisPort) {
        String trusted = certificate.certificate().toString();
        Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
        configuration.put(
                "quarkus.datasource.reactive.url",
                "postgresql://localhost:" + postgres.port() + "/" + postgres.database());
        configuration.put("quarkus.datasource.reactive.postgresql.ssl-mode", "verify-full");
        configuration.put("quarkus.datasource.reactive.hostname-verification-algorithm", "HTTPS");
        configuration.put("quarkus.datasource.reactive.trust-certificate-pem", "true");
        configuration.put("quarkus.datasource.reactive.trust-certificate-pem.certs", trusted);
        configuration.put("quarkus.redis.hosts", "rediss://:" + REDIS_PASSWORD + "@localhost:" + redisPort);
        configuration.put("quarkus.redis.tls.hostname-verification-algorithm", "HTTPS");
        configuration.put("quarkus.redis.tls.trust-certificate-pem", "true");
        configuration.put("quarkus.redis.tls.trust-certificate-pem.certs", trusted);
        configuration.put("quarkus.dynamodb.endpoint-override", "https://localhost:" + dynamoDb.port());
        configuration.put("quarkus.rds.endpoint-override", "https://localhost:" + rds.port());
        configuration.put("javax.net.ssl.trustStore", certificate.keyStore().toString());
        configuration.put("javax.net.ssl.trustStorePassword", LocalCertificate.PASSWORD);
        return configuration;
    }
}
