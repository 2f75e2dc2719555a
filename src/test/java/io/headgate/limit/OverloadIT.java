package io.headgate.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import io.headgate.localcloud.LocalCloudResource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a packaged gateway does while PostgreSQL hangs, so that operations pile up. */
class OverloadIT {

    private static final int RUNNING = 4;
    private static final int QUEUED = 8;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final LocalCloud CLOUD = LocalCloud.start(LocalCloudConfig.onFreePorts());

    @SuppressWarnings("NullAway.Init")
    private static GatewayProcess gateway;

    private Connection holder;

    @BeforeAll
    static void start() {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(CLOUD));
        configuration.put("headgate.limits.executions", String.valueOf(RUNNING));
        configuration.put("headgate.limits.queued-executions", String.valueOf(QUEUED));
        configuration.put("headgate.limits.queue-time", "5m");
        configuration.put("headgate.postgres.connection-limit", "5m");
        configuration.put("headgate.postgres.read-limit", "5m");
        configuration.put("headgate.cache.tombstone-ttl", "15m");
        configuration.put("headgate.graphql.request-timeout", "5m");
        gateway = GatewayProcess.start(configuration);
        assertThat(ask(1).join().body()).contains("\"data\"");
    }

    /** Lets no statement read users. */
    private void freeze() throws SQLException {
        holder.setAutoCommit(false);
        try (Statement lock = holder.createStatement()) {
            lock.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
        }
    }

    private void thaw() throws SQLException {
        holder.rollback();
    }

    @BeforeEach
    void connect() throws SQLException {
        holder = CLOUD.postgres().connect();
    }

    @AfterEach
    void disconnect() throws SQLException {
        holder.close();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        CLOUD.close();
    }

    @Test
    void whatIsTooMuchIsToldAtOnceAndTheRestIsAnswered() throws SQLException, InterruptedException {
        freeze();
        BlockingQueue<HttpResponse<String>> answers = new LinkedBlockingQueue<>();
        List<CompletableFuture<Void>> asked = IntStream.range(0, RUNNING + QUEUED + 10)
                .mapToObj(each -> ask(100 + each).thenAccept(answers::add))
                .toList();

        List<HttpResponse<String>> refused = take(answers, 10);
        thaw();
        List<HttpResponse<String>> answered = take(answers, RUNNING + QUEUED);
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).join();

        assertThat(refused).allSatisfy(response -> {
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(response.body())
                    .contains("\"code\":\"UNAVAILABLE\"", "\"retryable\":true", "headgate.limits.executions");
        });
        assertThat(answered).allSatisfy(response -> {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).doesNotContain("errors");
        });
        assertThat(ask(2).join().statusCode()).isEqualTo(200);
    }

    @Test
    void onAWebSocketAnOperationThatIsGivenUpMakesPlaceForAnother() throws SQLException {
        try (SocketClient client = SocketClient.open(gateway.port())) {
            freeze();
            int last = RUNNING + QUEUED;
            IntStream.range(0, last).forEach(each -> subscribe(client, each));
            subscribe(client, last);
            Map<String, Object> tooMuch = client.next();

            client.send("{\"type\": \"complete\", \"id\": \"" + (last - 1) + "\"}");
            subscribe(client, last + 1);
            subscribe(client, last + 2);
            Map<String, Object> again = client.next();
            thaw();

            assertThat(tooMuch).containsEntry("type", "error").containsEntry("id", String.valueOf(last));
            assertThat(tooMuch.get("payload")).asString().contains("UNAVAILABLE", "retryAfterSeconds");
            assertThat(again).containsEntry("type", "error").containsEntry("id", String.valueOf(last + 2));
            assertThat(completed(client, last))
                    .contains(String.valueOf(last + 1))
                    .hasSize(last);
        }
    }

    @Test
    void aClientThatGoesAwayGivesUpAllItsPlaces() throws SQLException {
        freeze();
        try (SocketClient client = SocketClient.open(gateway.port())) {
            IntStream.rangeClosed(0, RUNNING + QUEUED).forEach(each -> subscribe(client, each));
            assertThat(client.next()).containsEntry("type", "error");
            assertThat(executions())
                    .contains(
                            "headgate_executions{state=\"running\"} 4.0", "headgate_executions{state=\"queued\"} 8.0");
        }

        while (!executions()
                .containsAll(List.of(
                        "headgate_executions{state=\"running\"} 0.0", "headgate_executions{state=\"queued\"} 0.0"))) {
            Thread.onSpinWait();
        }

        thaw();
        assertThat(ask(3).join().statusCode()).isEqualTo(200);
    }

    private static List<String> executions() {
        return gateway.metrics()
                .lines()
                .filter(line -> line.startsWith("headgate_executions"))
                .toList();
    }

    private static List<HttpResponse<String>> take(BlockingQueue<HttpResponse<String>> answers, int count)
            throws InterruptedException {
        List<HttpResponse<String>> taken = new ArrayList<>();
        while (taken.size() < count) {
            HttpResponse<String> next = answers.poll(60, TimeUnit.SECONDS);
            assertThat(next).as("an answer after %d", taken.size()).isNotNull();
            taken.add(Objects.requireNonNull(next));
        }
        return taken;
    }

    private static void subscribe(SocketClient client, int number) {
        client.subscribe(String.valueOf(number), query(1_000 - number), Map.of());
    }

    /** The operations that complete, of which there are so many. */
    private static Set<Object> completed(SocketClient client, int count) {
        Set<Object> ids = new HashSet<>();
        while (ids.size() < count) {
            Map<String, Object> message = client.next();
            if ("complete".equals(message.get("type"))) {
                ids.add(Objects.requireNonNull(message.get("id")));
            }
        }
        return ids;
    }

    private static CompletableFuture<HttpResponse<String>> ask(int first) {
        return HTTP.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/graphql"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(Json.writeUtf8(Map.of("query", query(first)))))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Each number is another query, so that none is answered with the answer of another. */
    private static String query(int first) {
        return "{ users(store: POSTGRES, first: " + first + ") { nodes { id } } }";
    }
}
