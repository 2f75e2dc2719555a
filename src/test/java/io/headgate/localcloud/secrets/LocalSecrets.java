package io.headgate.localcloud.secrets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * AWS Secrets Manager on 127.0.0.1, in memory: {@code CreateSecret}, {@code PutSecretValue} and {@code GetSecretValue} of
 * texts, in JSON 1.1, with AWS's errors. It takes any credentials.
 */
public final class LocalSecrets implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TARGET = "secretsmanager.";

    private record Secret(String arn, String name, String version, String value) {}

    /** What AWS would answer with: a code and a message. */
    private static final class RefusedException extends Exception {
        final String code;

        RefusedException(String code, String message) {
            super(message);
            this.code = code;
        }
    }

    private final Map<String, Secret> secrets = new ConcurrentHashMap<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final @Nullable HttpServer server;
    private volatile boolean away;

    private LocalSecrets(@Nullable HttpServer server) {
        this.server = server;
    }

    /** One that answers what another server gives it. */
    public static LocalSecrets withoutServer() {
        return new LocalSecrets(null);
    }

    /** Whether a request is for Secrets Manager. */
    public static boolean isFor(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"))
                .startsWith(TARGET);
    }

    public static LocalSecrets start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        LocalSecrets secrets = new LocalSecrets(server);
        server.setExecutor(secrets.threads);
        server.createContext("/", secrets::answer);
        server.start();
        return secrets;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:"
                + Objects.requireNonNull(server, "has no server").getAddress().getPort());
    }

    /** Answers every request with an internal failure, or no more. */
    public void setAway(boolean away) {
        this.away = away;
    }

    /** How many reads were asked for. */
    public int reads() {
        return reads.get();
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
        threads.shutdown();
    }

    /** Keeps a text under a name, instead of what was there, and gives the secret's ARN. */
    public String put(String name, String value) {
        Secret secret = secret(name, value);
        secrets.put(name, secret);
        return secret.arn;
    }

    /** Forgets the secret of an ARN. */
    public void remove(String arn) {
        secrets.values().removeIf(secret -> secret.arn.equals(arn));
    }

    private static Secret secret(String name, String value) {
        String arn = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:" + name + "-a1B2c3";
        return new Secret(arn, name, UUID.randomUUID().toString(), value);
    }

    /** Answers a request. */
    public void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            ObjectNode answer = JSON.createObjectNode();
            int status = 200;
            try {
                answered(target, request, answer);
            } catch (RefusedException e) {
                status = e.code.equals("InternalServiceError") ? 500 : 400;
                answer.removeAll().put("__type", e.code).put("Message", e.getMessage());
            }
            byte[] body = JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void answered(String target, JsonNode request, ObjectNode answer) throws RefusedException {
        if (target.equals(TARGET + "GetSecretValue")) {
            reads.incrementAndGet();
        }
        if (away) {
            throw new RefusedException("InternalServiceError", "An error occurred on the server side.");
        }
        switch (target) {
            case TARGET + "CreateSecret" -> {
                String name = required(request, "Name");
                Secret secret = secret(name, required(request, "SecretString"));
                if (secrets.putIfAbsent(name, secret) != null) {
                    throw new RefusedException(
                            "ResourceExistsException",
                            "The operation failed because the secret " + name + " already exists.");
                }
                describe(secret, answer);
            }
            case TARGET + "PutSecretValue" -> {
                Secret old = existing(request);
                Secret secret =
                        new Secret(old.arn, old.name, UUID.randomUUID().toString(), required(request, "SecretString"));
                secrets.put(old.name, secret);
                describe(secret, answer);
            }
            case TARGET + "GetSecretValue" -> {
                Secret secret = existing(request);
                describe(secret, answer);
                answer.put("SecretString", secret.value)
                        .put("CreatedDate", Instant.now().getEpochSecond());
            }
            default -> throw new RefusedException("UnknownOperationException", "");
        }
    }

    private static void describe(Secret secret, ObjectNode answer) {
        answer.put("ARN", secret.arn).put("Name", secret.name).put("VersionId", secret.version);
        answer.putArray("VersionStages").add("AWSCURRENT");
    }

    private Secret existing(JsonNode request) throws RefusedException {
        String id = required(request, "SecretId");
        @Nullable
        Secret found = secrets.values().stream()
                .filter(secret -> secret.name.equals(id) || secret.arn.equals(id))
                .findAny()
                .orElse(null);
        if (found == null) {
            throw new RefusedException("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        }
        return found;
    }

    private static String required(JsonNode request, String member) throws RefusedException {
        JsonNode value = request.path(member);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw new RefusedException(
                    "InvalidParameterException", "You must provide a value for the " + member + " parameter.");
        }
        return value.textValue();
    }
}
