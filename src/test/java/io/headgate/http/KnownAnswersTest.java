package io.headgate.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloudResource;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URL;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are kept, on connections of which each byte is the test's. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class KnownAnswersTest {

    private static final String GRAPHQL = "Accept: application/graphql-response+json";
    private static final int MOST_TRIES = 10_000;
    private static final String QUERY = "query($id: ID!) { user(id: $id) { name } }";
    private static final String CHANGE =
            "mutation($id: ID!, $name: String!) { updateUser(input: {id: $id, name: $name}) { name } }";

    @TestHTTPResource
    URL gateway;

    @Inject
    MeterRegistry meters;

    private String id;

    @BeforeEach
    void createUser() throws IOException {
        try (Connection connection = new Connection()) {
            Answer created = connection.ask(post(body(
                    "mutation($email: String!) { createUser(input: {store: POSTGRES, email: $email, name: \"Ada\"}) { id } }",
                    Map.of("email", UUID.randomUUID() + "@example.com"))));
            id = created.body.replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
            untilFound(connection, kept());
        }
    }

    @Test
    void onlyTheFirstRequestOfAConnectionIsTheFrameworks() throws IOException {
        try (Connection connection = new Connection()) {
            Answer first = connection.ask(kept());
            double seen = seenByTheFramework();
            long counted = counted();

            for (int i = 0; i < 20; i++) {
                Answer next = connection.ask(kept());
                assertThat(next.status).isEqualTo("HTTP/1.1 200 OK");
                assertThat(next.body).isEqualTo("{\"data\":{\"user\":{\"name\":\"Ada\"}}}");
                assertThat(next.headersWithoutAge()).isEqualTo(first.headersWithoutAge());
                assertThat(next.headers).containsKey("age");
            }

            assertThat(seenByTheFramework()).isEqualTo(seen);
            assertThat(counted()).isEqualTo(counted + 20);
        }
    }

    @Test
    void whatIsLongerThanThoseBeforeItIsNotTheFrameworks() throws IOException {
        try (Connection connection = new Connection()) {
            for (int i = 0; i < 20; i++) {
                connection.ask(kept());
            }
            double seen = seenByTheFramework();

            Answer longer = connection.ask(post(body(QUERY + " ".repeat(5_000), Map.of("id", id))));

            assertThat(longer.body).isEqualTo("{\"data\":{\"user\":{\"name\":\"Ada\"}}}");
            assertThat(connection.ask(kept()).body).isEqualTo("{\"data\":{\"user\":{\"name\":\"Ada\"}}}");
            assertThat(seenByTheFramework()).isEqualTo(seen);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        Random random = new Random(20261127);
        ByteArrayOutputStream requests = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    requests.writeBytes(post(body(strong("n" + i), Map.of("id", id))));
                    expected.add("{\"data\":{\"user\":{\"n" + i + "\":\"Ada\"}}}");
                }
                case 1 -> {
                    String field = "nothing" + i;
                    requests.writeBytes(post("/graphql", "HTTP/1.1", GRAPHQL, body("{ " + field + " }", Map.of())));
                    expected.add(field);
                }
                case 2 -> {
                    requests.writeBytes(get("{n" + i + ":__typename}"));
                    expected.add("{\"data\":{\"n" + i + "\":\"Query\"}}");
                }
                default -> {
                    requests.writeBytes(kept());
                    expected.add("{\"data\":{\"user\":{\"name\":\"Ada\"}}}");
                }
            }
        }
        try (Connection connection = new Connection()) {
            connection.send(requests.toByteArray());

            for (String body : expected) {
                Answer answer = connection.answer();
                assertThat(answer.body).contains(body);
                assertThat(answer.status)
                        .isEqualTo("HTTP/1.1 " + (body.startsWith("nothing") ? "400 Bad Request" : "200 OK"));
            }
        }
    }

    @Test
    void whatIsExecutedIsNotKeptWhereItMustNotBe() throws IOException {
        byte[] strong = post(body(strong("name"), Map.of("id", id)));
        try (Connection connection = new Connection()) {
            Answer first = connection.ask(strong);
            double seen = seenByTheFramework();

            Answer second = connection.ask(strong);

            assertThat(seenByTheFramework()).isEqualTo(seen);
            assertThat(second.body).isEqualTo(first.body);
            assertThat(second.headers).isEqualTo(first.headers).containsEntry("cache-control", "no-store");
        }
    }

    @Test
    void whoGoesWhileSomethingIsExecutedIsForgotten() throws IOException {
        for (int i = 0; i < 50; i++) {
            try (Connection connection = new Connection()) {
                connection.ask(kept());
                ByteArrayOutputStream many = new ByteArrayOutputStream();
                for (int j = 0; j < 20; j++) {
                    many.writeBytes(post(body(strong("n" + j), Map.of("id", id))));
                }
                connection.send(many.toByteArray());
            }
        }
        try (Connection connection = new Connection()) {
            assertThat(connection.ask(kept()).body).isEqualTo("{\"data\":{\"user\":{\"name\":\"Ada\"}}}");
        }
    }

    @Test
    void whatFollowsAChangeOnAConnectionShowsIt() throws IOException {
        try (Connection connection = new Connection()) {
            for (int i = 0; i < 20; i++) {
                untilFound(connection, kept());
                ByteArrayOutputStream both = new ByteArrayOutputStream();
                both.writeBytes(post(body(CHANGE, Map.of("id", id, "name", "Ada " + i))));
                both.writeBytes(kept());
                connection.send(both.toByteArray());

                assertThat(connection.answer().body).contains("Ada " + i);
                assertThat(connection.answer().body).contains("\"Ada " + i + "\"");
            }
        }
    }

    @Test
    void requestsMayComeInPieces() throws IOException {
        byte[] request = kept();
        try (Connection connection = new Connection()) {
            for (int split = 1; split < request.length; split++) {
                connection.send(Arrays.copyOf(request, split));
                connection.send(Arrays.copyOfRange(request, split, request.length));

                assertThat(connection.answer().body).isEqualTo("{\"data\":{\"user\":{\"name\":\"Ada\"}}}");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://localhost",
                "X-Forwarded-For: 192.0.2.7",
                "Forwarded: for=192.0.2.7",
                "Connection: upgrade\r\nUpgrade: h2c",
                "Content-Encoding: identity",
                "Accept: text/event-stream, application/json;q=0.5"
            })
    void whatSaysMoreIsTheFrameworks(String header) throws IOException {
        try (Connection connection = new Connection()) {
            connection.ask(kept());
            double seen = seenByTheFramework();

            Answer answer = connection.ask(post("/graphql", "HTTP/1.1", header, body(QUERY, Map.of("id", id))));

            assertThat(answer.status).startsWith("HTTP/1.1 ");
            assertThat(seenByTheFramework()).isEqualTo(seen + 1);
        }
    }

    @Test
    void anotherPathIsNotAnswered() throws IOException {
        try (Connection connection = new Connection()) {
            connection.ask(kept());

            Answer answer = connection.ask(post("/graphqls", "HTTP/1.1", "X-A: b", body(QUERY, Map.of("id", id))));

            assertThat(answer.status).startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void chunkedBodyIsReadByItsChunks() throws IOException {
        try (Connection connection = new Connection()) {
            connection.ask(kept());
            byte[] body = body(QUERY, Map.of("id", id));
            String head = "POST /graphql HTTP/1.1\r\nHost: " + gateway.getAuthority()
                    + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
            String chunk = Integer.toHexString(body.length) + "\r\n" + new String(body, ISO_8859_1) + "\r\n0\r\n\r\n";
            connection.send((head + chunk).getBytes(ISO_8859_1));

            assertThat(connection.answer().body).isEqualTo("{\"data\":{\"user\":{\"name\":\"Ada\"}}}");
            assertThat(connection.ask(kept()).body).isEqualTo("{\"data\":{\"user\":{\"name\":\"Ada\"}}}");
        }
    }

    @Test
    void whoWaitsForAWordIsToldToGoOn() throws IOException {
        try (Connection connection = new Connection()) {
            connection.ask(kept());
            byte[] request = post("/graphql", "HTTP/1.1", "Expect: 100-continue", body(QUERY, Map.of("id", id)));
            connection.send(request);

            assertThat(connection.line()).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(connection.line()).isEmpty();
            assertThat(connection.answer().body).isEqualTo("{\"data\":{\"user\":{\"name\":\"Ada\"}}}");
            double seen = seenByTheFramework();
            assertThat(connection.ask(kept()).headers).containsKey("age");
            assertThat(seenByTheFramework()).isEqualTo(seen);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "HTTP/1.0"})
    void connectionThatIsToBeClosedIs(String version) throws IOException {
        try (Connection connection = new Connection()) {
            connection.ask(kept());

            connection.send(post("/graphql", version, "Connection: close", body(QUERY, Map.of("id", id))));

            assertThat(connection.answer().body).isEqualTo("{\"data\":{\"user\":{\"name\":\"Ada\"}}}");
            assertThat(connection.isOver()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: not a host", "X-No-Host: here"})
    void hostIsAskedForByEachRequest(String host) throws IOException {
        try (Connection connection = new Connection()) {
            connection.ask(kept());
            byte[] body = body(QUERY, Map.of("id", id));

            connection.send(join(
                    "POST /graphql HTTP/1.1\r\n" + host + "\r\nContent-Type: application/json\r\nContent-Length: "
                            + body.length + "\r\n\r\n",
                    body));

            assertThat(connection.answer().status).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void largeAnswerIsCompressedForWhoTakesThat() throws IOException {
        StringBuilder query = new StringBuilder("query($id: ID!) {");
        for (int i = 0; i < 12; i++) {
            query.append(" u").append(i).append(": user(id: $id) { id email name status createdAt updatedAt version }");
        }
        byte[] body = body(query.append(" }").toString(), Map.of("id", id));
        byte[] plain = post("/graphql", "HTTP/1.1", "Accept-Language: en", body);
        byte[] packed = post("/graphql", "HTTP/1.1", "Accept-Encoding: gzip", body);
        try (Connection connection = new Connection()) {
            Answer whole = untilFound(connection, plain);

            Answer compressed = connection.ask(packed);

            assertThat(whole.headers).doesNotContainKey("content-encoding");
            assertThat(compressed.headers).containsEntry("content-encoding", "gzip");
            assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed.body.getBytes(ISO_8859_1)))
                            .readAllBytes())
                    .asString(ISO_8859_1)
                    .isEqualTo(whole.body);
            assertThat(connection.ask(plain).body).isEqualTo(whole.body);
        }
    }

    /** Asks until the answer is one that was kept. */
    private static Answer untilFound(Connection connection, byte[] request) throws IOException {
        for (int i = 0; i < MOST_TRIES; i++) {
            Answer answer = connection.ask(request);
            if (answer.headers.containsKey("age")) {
                return answer;
            }
        }
        throw new AssertionError("nothing was kept");
    }

    /** How many requests Vert.x has read. */
    private double seenByTheFramework() {
        return meters.find("http.server.bytes.read").summaries().stream()
                .mapToDouble(DistributionSummary::count)
                .sum();
    }

    private long counted() {
        return meters.find("http.server.requests").tag("uri", "/graphql").tag("status", "200").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    private byte[] kept() {
        return post(body(QUERY, Map.of("id", id)));
    }

    private static byte[] body(String query, Map<String, ?> variables) {
        return Json.write(Map.of("query", query, "variables", new TreeMap<>(variables)))
                .getBytes(ISO_8859_1);
    }

    private static String strong(String alias) {
        return "query($id: ID!) { user(id: $id, consistency: STRONG) { " + alias + ": name } }";
    }

    private byte[] get(String query) {
        return join(
                "GET /graphql?query=" + URLEncoder.encode(query, UTF_8) + " HTTP/1.1\r\nHost: " + gateway.getAuthority()
                        + "\r\nAccept: application/json\r\n\r\n",
                new byte[0]);
    }

    private byte[] post(byte[] body) {
        return post("/graphql", "HTTP/1.1", "X-Any: thing", body);
    }

    private byte[] post(String path, String version, String header, byte[] body) {
        return join(
                "POST " + path + " " + version + "\r\nHost: " + gateway.getAuthority()
                        + "\r\nContent-Type: application/json\r\n" + header + "\r\nContent-Length: " + body.length
                        + "\r\n\r\n",
                body);
    }

    private static byte[] join(String head, byte[] body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }

    /** A response, its headers by their names in lower case; text as ISO-8859-1. */
    private record Answer(String status, Map<String, String> headers, String body) {

        Map<String, String> headersWithoutAge() {
            Map<String, String> rest = new TreeMap<>(headers);
            rest.remove("age");
            return rest;
        }
    }

    private final class Connection implements AutoCloseable {

        private final Socket socket;
        private final InputStream in;

        Connection() throws IOException {
            socket = new Socket(gateway.getHost(), gateway.getPort());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        Answer ask(byte[] request) throws IOException {
            send(request);
            return answer();
        }

        Answer answer() throws IOException {
            String status = line();
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            byte[] body = headers.containsKey("content-length")
                    ? in.readNBytes(Integer.parseInt(headers.get("content-length")))
                    : "chunked".equals(headers.get("transfer-encoding")) ? chunks() : new byte[0];
            return new Answer(status, headers, new String(body, ISO_8859_1));
        }

        private byte[] chunks() throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int length = Integer.parseInt(line(), 16); length > 0; length = Integer.parseInt(line(), 16)) {
                body.writeBytes(in.readNBytes(length));
                assertThat(line()).isEmpty();
            }
            assertThat(line()).isEmpty();
            return body.toByteArray();
        }

        String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("the connection is over after: " + line.toString(ISO_8859_1));
                }
                if (next != '\r') {
                    line.write(next);
                }
            }
            return line.toString(ISO_8859_1);
        }

        boolean isOver() throws IOException {
            return in.read() < 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
