package io.headgate.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.headgate.GatewayProcess;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloudResource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What surrounds the packaged gateway on a platform: a collector of traces, of logs, another time zone and language. */
class PlatformIT {

    private static final String CREATE =
            "mutation($input: CreateUserInput!) { createUser(input: $input) { name status attributes } }";

    /** Those whose answers or messages could depend on where the gateway runs. */
    private static final List<String> QUERIES = List.of(
            "{ users(first: 3, filter: {createdAt: {lt: \"2025-01-01T00:00:00Z\"}}) { totalCount nodes { name createdAt } } }",
            "{ users(first: 3, store: POSTGRES, orderBy: {field: NAME, direction: DESC}) { nodes { name status } } }",
            "{ users(first: 3, store: POSTGRES, filter: {name: {contains: \"I\"}}) { totalCount } }",
            "{ users(store: ORACLE) { totalCount } }",
            "{ users(first: \"one\") { totalCount } }",
            "{ users(first: 0) { totalCount } }",
            "{ nothing }",
            "{ users",
            "query($id: ID!) { user(id: $id) { id } }");

    @Test
    void answersAndMessagesAreTheSameWhereverItRuns() {
        Map<String, String> configuration = new LocalCloudResource().start();
        try (GatewayProcess here = GatewayProcess.start(configuration, Map.of("TZ", "UTC", "LC_ALL", "C.UTF-8"));
                GatewayProcess there = GatewayProcess.start(
                        configuration, Map.of("TZ", "Asia/Kolkata", "LC_ALL", "tr_TR.UTF-8", "LANG", "tr_TR.UTF-8"))) {
            assertThat(QUERIES)
                    .allSatisfy(query -> assertThat(
                                    there.endpoint().response(query, Map.of()).join())
                            .isEqualTo(here.endpoint().response(query, Map.of()).join()));
            Map<String, Object> input = Map.of(
                    "store", "POSTGRES",
                    "email", UUID.randomUUID() + "@example.com",
                    "name", "ışık İIiı 北京 🙂",
                    "status", "INVITED",
                    "attributes", Map.of("big", 12345678901234567L));
            assertThat(there.ask(CREATE, Map.of("input", input)).join())
                    .isEqualTo(Map.of(
                            "createUser",
                            Map.of(
                                    "name",
                                    Objects.requireNonNull(input.get("name")),
                                    "status",
                                    "INVITED",
                                    "attributes",
                                    Objects.requireNonNull(input.get("attributes")))));
        }
    }

    @Test
    void logsAreLinesOfJsonWithTheTimeInUtc() {
        try (GatewayProcess gateway =
                GatewayProcess.start(new LocalCloudResource().start(), Map.of("TZ", "Asia/Kolkata"))) {
            assertThat(gateway.log())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat((Map<?, ?>) Json.read(line)).satisfies(entry -> {
                        assertThat(entry.get("level")).isIn("INFO", "WARN");
                        assertThat(String.valueOf(entry.get("timestamp"))).matches("[-0-9]+T[:.0-9]+Z");
                    }));
        }
    }

    @Test
    void tracesReachACollector() throws IOException, InterruptedException {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            received.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
        configuration.put("quarkus.otel.sdk.disabled", "false");
        configuration.put("quarkus.otel.exporter.otlp.protocol", "http/protobuf");
        configuration.put(
                "quarkus.otel.exporter.otlp.endpoint",
                "http://127.0.0.1:" + collector.getAddress().getPort());
        configuration.put("quarkus.otel.bsp.schedule.delay", "100ms");
        try (GatewayProcess gateway = GatewayProcess.start(configuration)) {
            gateway.ask("{ users(first: 1) { nodes { id } } }", Map.of()).join();

            String spans = "";
            while (!spans.contains("/graphql")) {
                String more = received.poll(30, TimeUnit.SECONDS);
                assertThat(more).as("spans, after %s", spans).isNotNull();
                spans += more;
            }
            assertThat(spans).contains("service.name", "headgate");
            assertThat(gateway.metrics()).as("metrics with examples of traces").contains("trace_id=");
        } finally {
            collector.stop(0);
        }
    }
}
