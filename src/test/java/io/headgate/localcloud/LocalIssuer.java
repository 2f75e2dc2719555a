package io.headgate.localcloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headgate.json.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An OpenID Connect provider on 127.0.0.1, which gives a token to anybody who asks: {@code GET /token?role=reader} of any
 * role. Its own page opens GraphiQL as one of three callers. Its keys live as long as it does.
 */
public final class LocalIssuer implements AutoCloseable {

    /** Whom its tokens are for. */
    public static final String AUDIENCE = "headgate";

    static final String PORT = "headgate.localcloud.issuer.port";

    private static final Duration LIFETIME = Duration.ofHours(8);
    private static final int COORDINATE = 32;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final HttpServer server;
    private final AtomicInteger keySets = new AtomicInteger();
    private final AtomicInteger introspections = new AtomicInteger();
    private volatile Key key = Key.newKey();

    private record Key(String id, KeyPair pair) {

        static Key newKey() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp256r1"));
                return new Key(UUID.randomUUID().toString(), generator.generateKeyPair());
            } catch (GeneralSecurityException e) {
                throw new LocalCloudException("Cannot make a key", e);
            }
        }
    }

    private LocalIssuer(HttpServer server) {
        this.server = server;
    }

    /** Starts it; {@code port} 0 is any free one. */
    public static LocalIssuer start(int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(Ports.LOOPBACK, port), 0);
            LocalIssuer issuer = new LocalIssuer(server);
            server.createContext("/.well-known/openid-configuration", exchange -> answer(exchange, issuer.discovery()));
            server.createContext("/jwks", exchange -> answer(exchange, issuer.keys()));
            server.createContext("/token", issuer::answerToken);
            server.createContext("/", issuer::answerChooser);
            server.createContext("/introspect", issuer::answerIntrospection);
            server.start();
            return issuer;
        } catch (BindException e) {
            throw Ports.taken("the issuer of tokens", port, PORT);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot start the issuer of tokens: " + e.getMessage(), e);
        }
    }

    /** The value of {@code iss}, and of {@code quarkus.oidc.auth-server-url}. */
    public URI issuer() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What makes a gateway accept its tokens. */
    public Map<String, String> configuration() {
        return Map.of(
                "headgate.security.mode",
                "required",
                "quarkus.oidc.auth-server-url",
                issuer().toString(),
                "quarkus.oidc.token.audience",
                AUDIENCE);
    }

    /** A token of these roles for a subject, valid for eight hours. */
    public String token(String subject, String... roles) {
        return token(Map.of("sub", subject, "groups", List.of(roles)));
    }

    /** A token with these claims, which replace the usual ones. */
    public String token(Map<String, ?> claims) {
        Instant now = Instant.now();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("iss", issuer().toString());
        all.put("aud", AUDIENCE);
        all.put("iat", now.getEpochSecond());
        all.put("exp", now.plus(LIFETIME).getEpochSecond());
        all.putAll(claims);
        return signed(all);
    }

    /** From now on it signs with another key, and no longer publishes the one before. */
    public void rotateKey() {
        key = Key.newKey();
    }

    /** How often its keys were asked for. */
    public int keySetsServed() {
        return keySets.get();
    }

    /** How often it was asked what a token says. */
    public int introspections() {
        return introspections.get();
    }

    private String signed(Map<String, ?> claims) {
        Key current = key;
        String content = part(Map.of("alg", "ES256", "typ", "JWT", "kid", current.id)) + "." + part(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(current.pair.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new LocalCloudException("Cannot sign a token", e);
        }
    }

    private static String part(Map<String, ?> json) {
        return BASE64.encodeToString(Json.writeUtf8(json));
    }

    private Map<String, Object> discovery() {
        return Map.of(
                "issuer",
                issuer().toString(),
                "jwks_uri",
                issuer() + "/jwks",
                "token_endpoint",
                issuer() + "/token",
                "introspection_endpoint",
                issuer() + "/introspect",
                "id_token_signing_alg_values_supported",
                List.of("ES256"));
    }

    private Map<String, Object> keys() {
        keySets.incrementAndGet();
        Key current = key;
        ECPublicKey publicKey = (ECPublicKey) current.pair.getPublic();
        return Map.of(
                "keys",
                List.of(Map.of(
                        "kty", "EC",
                        "use", "sig",
                        "alg", "ES256",
                        "crv", "P-256",
                        "kid", current.id,
                        "x", coordinate(publicKey.getW().getAffineX()),
                        "y", coordinate(publicKey.getW().getAffineY()))));
    }

    private static String coordinate(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[COORDINATE];
        int length = Math.min(bytes.length, COORDINATE);
        System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE - length, length);
        Arrays.fill(bytes, (byte) 0);
        return BASE64.encodeToString(fixed);
    }

    private void answerToken(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        String role = query == null ? "reader" : query.replaceFirst("^role=", "");
        answer(exchange, Map.of("access_token", token("local-" + role, role), "token_type", "Bearer"));
    }

    private void answerIntrospection(HttpExchange exchange) throws IOException {
        introspections.incrementAndGet();
        answer(exchange, Map.of("active", true, "sub", "introspected", "groups", List.of("operator")));
    }

    private void answerChooser(HttpExchange exchange) throws IOException {
        String page = CallerChooser.page(role -> token("local-" + role, role));
        answer(exchange, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, Map<String, ?> json) throws IOException {
        answer(exchange, "application/json", Json.writeUtf8(json));
    }

    private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
