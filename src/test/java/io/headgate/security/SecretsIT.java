package io.headgate.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCertificate;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalDynamoDb;
import io.headgate.localcloud.LocalIssuer;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.LocalRedis;
import io.headgate.localcloud.TcpFront;
import io.headgate.localcloud.secrets.LocalSecrets;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerAsyncClient;

/**
 * Secrets that the packaged gateway is given, by its deployment and by callers, and all that it tells: after a run with
 * everything logged, in which credentials were wrong and stores away.
 */
class SecretsIT {

    private static final String READ = "{ users(first: 1) { totalCount nodes { id email } } databases { id } }";

    private static final Pattern LOGGER = Pattern.compile("\"loggerName\":\"[^\"]*\"");

    private static final Pattern CREDENTIAL =
            Pattern.compile("(?i)^[^#=]*(password|secret|secret-access-key|access-key-id|token)\\s*[=:]\\s*\\S");

    private static final Pattern COPY = Pattern.compile("(?m)^COPY (?:--\\S+ )*(\\S+) \\S+$");

    /** With what is in it: libraries know the first line. */
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----\\s+[A-Za-z0-9+/=:, -]{40}");

    /** Netty and Vert.x try TLS out with private keys that are in their sources; an executable has them compiled in. */
    private static final Pattern WITH_PUBLIC_KEYS = Pattern.compile("-runner$|!io/(netty|vertx)/.*\\.class$");

    private static final Pattern KEY_FILE = Pattern.compile("\\.(key|p12|pfx|jks|env)$|id_rsa|localcloud");

    private static final LocalIssuer ISSUER = LocalIssuer.start(0);

    /** By what they are. */
    private static final Map<String, String> SECRETS = new LinkedHashMap<>();

    private static final Queue<String> ANSWERS = new ConcurrentLinkedQueue<>();
    private static final Queue<String> MANAGEMENT = new ConcurrentLinkedQueue<>();
    private static final Queue<String> TRACES = new ConcurrentLinkedQueue<>();
    private static final Queue<String> LOGS = new ConcurrentLinkedQueue<>();
    private static final Queue<String> COMMAND_LINES = new ConcurrentLinkedQueue<>();

    private static String secret(String name) {
        return SECRETS.computeIfAbsent(
                name, each -> "hush" + UUID.randomUUID().toString().replace("-", ""));
    }

    @BeforeAll
    static void runEverything(@TempDir Path directory) throws Exception {
        SECRETS.put("token", ISSUER.token("secrets", "editor", "operator"));
        SECRETS.put(
                "signature of the token",
                secret("token").substring(secret("token").lastIndexOf('.') + 1));
        LocalPostgres postgres = LocalCloud.shared().postgres();
        String role = "secrets_" + UUID.randomUUID().toString().replace("-", "");
        try (Connection administrator = postgres.connectAsAdministrator();
                Statement statement = administrator.createStatement()) {
            statement.execute("CREATE ROLE " + role + " LOGIN PASSWORD '" + secret("PostgreSQL's password") + "'");
            statement.execute("CREATE DATABASE " + role + " OWNER " + role);
        }
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            TRACES.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        Path files = Files.createDirectory(directory.resolve("certificate"));
        try (LocalRedis redis = LocalRedis.withTls(
                        directory.resolve("redis"), LocalCertificate.in(files), secret("Redis' password"));
                TcpFront postgresFront = TcpFront.before(postgres.port());
                TcpFront dynamoDbFront = TcpFront.before(
                        LocalCloud.shared().dynamoDb().endpoint().getPort())) {
            Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
            configuration.putAll(ISSUER.configuration());
            configuration.put("quarkus.oidc.client-id", "headgate");
            configuration.put("headgate.http.shutdown-delay", "0s");
            configuration.putAll(Map.of(
                    "quarkus.log.level",
                    "DEBUG",
                    "quarkus.datasource.reactive.url",
                    "postgresql://127.0.0.1:" + postgresFront.port() + "/" + role,
                    "quarkus.datasource.username",
                    role,
                    "quarkus.datasource.password",
                    secret("PostgreSQL's password"),
                    "quarkus.redis.hosts",
                    "redis://:" + secret("Redis' password") + "@127.0.0.1:" + redis.port(),
                    "quarkus.dynamodb.endpoint-override",
                    "http://127.0.0.1:" + dynamoDbFront.port(),
                    "quarkus.oidc.credentials.secret",
                    secret("client secret"),
                    "headgate.security.api-keys.all.sha256",
                    sha256(secret("API key")),
                    "headgate.security.api-keys.all.roles",
                    "editor,operator"));
            for (String service : List.of("dynamodb", "rds")) {
                String credentials = "quarkus." + service + ".aws.credentials.static-provider.";
                configuration.put(credentials + "secret-access-key", secret("AWS's secret key"));
                configuration.put(credentials + "session-token", secret("AWS's session token"));
            }
            configuration.putAll(Map.of(
                    "quarkus.otel.sdk.disabled",
                    "false",
                    "quarkus.otel.exporter.otlp.protocol",
                    "http/protobuf",
                    "quarkus.otel.exporter.otlp.headers",
                    "Authorization=Bearer " + secret("collector's token"),
                    "quarkus.otel.exporter.otlp.endpoint",
                    "http://127.0.0.1:" + collector.getAddress().getPort()));

            try (GatewayProcess gateway = GatewayProcess.start(configuration)) {
                askEverything(gateway);
                redis.stop();
                postgresFront.stop();
                dynamoDbFront.stop();
                askEverything(gateway);
                end(gateway);
            }
            redis.start();
            startWithWrongPasswords(configuration, redis.port(), postgres.reactiveUrl(role), role);
        } finally {
            collector.stop(0);
        }
    }

    /** A new database, whose master user has a password of the caller's. */
    private static String createDatabase(String retentionDays) {
        return "mutation { createDatabase(input: {name: \"s-" + UUID.randomUUID()
                + "\", engine: \"mysql\", instanceClass: \"db.t4g.micro\", masterPassword: \""
                + secret("master's password")
                + "\", backupRetentionDays: " + retentionDays + "}) { id kind state target error { message } } }";
    }

    private static void askEverything(GatewayProcess gateway) {
        for (String[] headers : List.of(
                new String[] {"X-API-Key", secret("API key")},
                new String[] {"Authorization", "Bearer " + secret("token")},
                new String[] {"X-API-Key", secret("wrong API key")},
                new String[] {"Authorization", "Bearer " + secret("wrong token")},
                new String[] {"Authorization", "Bearer " + secret("token") + secret("end of a wrong token")},
                new String[] {"Authorization", "Basic " + secret("wrong kind of token")},
                new String[] {"X-API-Key", secret("API key"), "Accept", "text/event-stream"},
                new String[] {"X-API-Key", secret("wrong API key"), "Accept", "text/html"})) {
            for (String query : List.of(
                    READ,
                    "{ nothing }",
                    "{",
                    "mutation { deleteUser(id: \"?\") { id } }",
                    "mutation { createUser(input: {store: POSTGRES, email: \"" + UUID.randomUUID()
                            + "@example.com\", name: \"Ada\"}) { id } }",
                    "mutation { createUser(input: {store: DYNAMODB, email: \"" + UUID.randomUUID()
                            + "@example.com\", name: \"Ada\"}) { id } }",
                    "mutation { createSnapshot(input: {database: \"rds:mydb\", name: \"s-" + UUID.randomUUID()
                            + "\"}) { id } }",
                    createDatabase("7"),
                    createDatabase("99"),
                    "mutation { restoreToPointInTime(input: {source: \"rds:none\", target: \"x\", latest: true}) { id } }")) {
                HttpResponse<String> response = gateway.endpoint().send(query, headers);
                ANSWERS.add(response.headers().map() + response.body());
            }
        }
        for (Map<String, String> payload : List.of(
                Map.of("X-API-Key", secret("API key")), Map.of("Authorization", "Bearer " + secret("wrong token")))) {
            try (SocketClient client = SocketClient.connect(gateway.port())) {
                client.send(Json.write(Map.of("type", "connection_init", "payload", payload)));
                if (payload.containsValue(secret("API key"))) {
                    ANSWERS.add(client.next().toString());
                    client.subscribe("1", READ, Map.of());
                    ANSWERS.add(client.next().toString());
                } else {
                    ANSWERS.add("closed with " + client.closeCode());
                }
            }
        }
    }

    private static void end(GatewayProcess gateway) {
        for (String path :
                List.of("", "/health", "/health/ready", "/health/live", "/health/started", "/metrics", "/info")) {
            MANAGEMENT.add(gateway.management("/q" + path).body());
        }
        COMMAND_LINES.add(gateway.commandLine());
        gateway.terminate();
        gateway.exitCode();
        LOGS.addAll(gateway.log());
    }

    /** One has the wrong password in a secret and does not start; the other starts without Redis and without its issuer. */
    private static void startWithWrongPasswords(
            Map<String, String> configuration, int redisPort, String database, String role) throws Exception {
        Map<String, String> wrong = new HashMap<>(configuration);
        wrong.put("quarkus.datasource.reactive.url", database);
        wrong.put(
                "quarkus.dynamodb.endpoint-override",
                LocalCloud.shared().dynamoDb().endpoint().toString());
        wrong.put("quarkus.redis.hosts", "redis://:" + secret("wrong password of Redis") + "@127.0.0.1:" + redisPort);
        wrong.put("quarkus.oidc.auth-server-url", "http://127.0.0.1:1");
        try (GatewayProcess gateway = GatewayProcess.start(wrong)) {
            askEverything(gateway);
            end(gateway);
        }
        try (LocalSecrets secrets = LocalSecrets.start()) {
            try (SecretsManagerAsyncClient client = client(secrets.endpoint())) {
                client.createSecret(request -> request.name("headgate/db")
                                .secretString(Json.write(
                                        Map.of("username", role, "password", secret("wrong password of PostgreSQL")))))
                        .join();
            }
            wrong.put("quarkus.datasource.credentials-provider", "secrets-manager");
            wrong.put("headgate.postgres.secret-id", "headgate/db");
            wrong.put(
                    "headgate.secrets-manager.endpoint-override",
                    secrets.endpoint().toString());
            wrong.put("quarkus.datasource.username", "");
            wrong.put("quarkus.datasource.password", "");
            try (GatewayProcess gateway = GatewayProcess.launch(wrong, Map.of())) {
                COMMAND_LINES.add(gateway.commandLine());
                assertThat(gateway.exitCode()).isNotZero();
                LOGS.addAll(gateway.log());
            }
        }
    }

    private static SecretsManagerAsyncClient client(URI endpoint) {
        return SecretsManagerAsyncClient.builder()
                .endpointOverride(endpoint)
                .region(Region.of(LocalDynamoDb.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(LocalDynamoDb.ACCESS_KEY, LocalDynamoDb.ACCESS_KEY)))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build();
    }

    private static String sha256(String key) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
    }

    @AfterAll
    static void stop() {
        ISSUER.close();
    }

    @Test
    void notInItsLog() {
        String log = String.join("\n", LOGS);

        assertThat(log)
                .contains(
                        "\"level\":\"DEBUG\"",
                        "software.amazon.awssdk",
                        "cache.breaker=open",
                        "password authentication");
        assertThat(secretsIn(LOGS)).isEmpty();
    }

    @Test
    void notInAnAnswer() {
        assertThat(String.join("\n", ANSWERS))
                .contains("rds:mydb", "UNAUTHENTICATED", "UNAVAILABLE", "INVALID_ARGUMENT", "connection_ack", "4403");
        assertThat(secretsIn(ANSWERS)).isEmpty();
    }

    @Test
    void notInATrace() {
        assertThat(String.join("\n", TRACES)).contains("service.name", "/graphql");
        assertThat(secretsIn(TRACES)).isEmpty();
    }

    @Test
    void notForOthersOnTheMachine() {
        assertThat(COMMAND_LINES).hasSize(3).allMatch(line -> line.contains("-Dheadgate.security.mode=required"));
        assertThat(secretsIn(COMMAND_LINES)).isEmpty();
    }

    @Test
    void notInHealthAndMetrics() {
        assertThat(String.join("\n", MANAGEMENT)).contains("headgate_store_seconds", "\"status\": \"UP\"");
        assertThat(secretsIn(MANAGEMENT)).isEmpty();
    }

    /** Those of development are for servers of 127.0.0.1, and in profiles that production does not have. */
    @Test
    void notInWhatIsShipped() throws IOException {
        List<String> lines = new ArrayList<>();
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            for (Path jar :
                    files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                try (ZipFile entries = new ZipFile(jar.toFile())) {
                    for (ZipEntry entry : Collections.list(entries.entries())) {
                        names.add(entry.getName());
                        if (entry.getName().endsWith(".properties")) {
                            try (InputStream content = entries.getInputStream(entry)) {
                                lines.addAll(new String(content.readAllBytes(), UTF_8)
                                        .lines()
                                        .toList());
                            }
                        }
                    }
                }
            }
        }

        assertThat(names).contains("application.properties").noneMatch(name -> name.contains("localcloud/"));
        assertThat(lines)
                .anyMatch(CREDENTIAL.asPredicate())
                .filteredOn(CREDENTIAL.asPredicate())
                .allMatch(line -> line.startsWith("%dev."));
    }

    /** All that the Dockerfiles copy, into archives too, and what they themselves say. */
    @Test
    void notInAnImage() throws IOException {
        List<String> wrong = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (String name : List.of("Dockerfile.jvm", "Dockerfile.native")) {
            String dockerfile = Files.readString(Path.of("docker", name));
            look(name, dockerfile, wrong);
            assertThat(dockerfile.lines().filter(CREDENTIAL.asPredicate())).isEmpty();
            for (Matcher copy = COPY.matcher(dockerfile); copy.find(); ) {
                lookBelow(copy.group(1), names, wrong);
            }
        }

        assertThat(names)
                .contains("docker/rds-global-bundle.pem")
                .anyMatch(name -> name.endsWith("quarkus-run.jar") || name.endsWith("-runner"));
        assertThat(names).noneMatch(name -> KEY_FILE.matcher(name).find());
        assertThat(wrong).isEmpty();
    }

    /** @param pattern as a Dockerfile has it: a file, all below a directory, or names with an asterisk */
    private static void lookBelow(String pattern, Set<String> names, List<String> wrong) throws IOException {
        Path path = Path.of(pattern);
        PathMatcher matcher = path.getFileSystem().getPathMatcher("glob:" + path);
        boolean isDirectory = Files.isDirectory(path);
        try (Stream<Path> files = isDirectory ? Files.walk(path) : Files.list(path.getParent())) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(each -> isDirectory || matcher.matches(each))
                    .toList()) {
                names.add(file.toString());
                look(file.toString(), Files.readString(file, ISO_8859_1), wrong);
                if (file.toString().endsWith(".jar")) {
                    lookInto(file, wrong);
                }
            }
        }
    }

    private static void lookInto(Path jar, List<String> wrong) throws IOException {
        try (ZipFile entries = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : Collections.list(entries.entries())) {
                try (InputStream content = entries.getInputStream(entry)) {
                    look(jar + "!" + entry.getName(), new String(content.readAllBytes(), ISO_8859_1), wrong);
                }
            }
        }
    }

    private static void look(String name, String content, List<String> wrong) {
        if (!WITH_PUBLIC_KEYS.matcher(name).find()
                && PRIVATE_KEY.matcher(content).find()) {
            wrong.add("a private key in " + name);
        }
        secretsIn(List.of(content)).forEach(secret -> wrong.add(secret + " in " + name));
    }

    /** Where they are in texts: plain, or in Base64, as Basic authentication and Kubernetes write them. */
    private static Set<String> secretsIn(Iterable<String> texts) {
        Set<String> found = new TreeSet<>();
        for (String text : texts) {
            SECRETS.forEach((name, secret) -> {
                String encoded = Base64.getEncoder().withoutPadding().encodeToString(secret.getBytes(UTF_8));
                int at = Math.max(text.indexOf(secret), text.indexOf(encoded));
                if (at >= 0) {
                    Matcher logger = LOGGER.matcher(text);
                    found.add(name + " after " + text.substring(Math.max(0, at - 40), at)
                            + (logger.find() ? " by " + logger.group() : ""));
                }
            });
        }
        return found;
    }
}
