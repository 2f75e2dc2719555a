package io.headgate.http.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.http.fuzz.HttpConnection.Response;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Mutated requests and WebSockets, which the packaged gateway answers or closes: never with a fault of its own, and nothing of
 * them is left. {@code -Dheadgate.fuzz.requests} says how many, {@code -Dheadgate.fuzz.seed} repeats a run.
 */
class FuzzIT {

    private static final Logger LOG = Logger.getLogger(FuzzIT.class);
    private static final int REQUESTS = Integer.getInteger("headgate.fuzz.requests", 4_000);
    private static final long SEED = Long.getLong("headgate.fuzz.seed", 1);

    private static final int CLIENTS = 8;
    private static final int LIMIT_MILLIS = 30_000;

    /** For an answer that need not come. */
    private static final int PATIENCE_MILLIS = 40;

    private static final int MESSAGES = 6;

    /** How many requests go between two WebSockets. */
    private static final int SOCKET_EVERY = 20;

    /** How many requests go between two looks at the memory. */
    private static final int LOOK_EVERY = 25;

    /** What caches may still fill, and the young generation, which is collected sooner while little is allocated. */
    private static final long MORE_MEMORY = 40L << 20;

    private static final int MORE_THREADS = 8;
    private static final int MORE_FILES = 8;

    private static final Pattern ACTIVE =
            Pattern.compile("(?m)^http_server_active_requests\\{server_port=\"(\\d+)\",.*} (\\S+)$");

    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();

    @Test
    void isAnsweredOrClosedAndLeavesNothing() throws Exception {
        // Given
        LOG.infof("%d mutated requests with seed %d", REQUESTS, SEED);
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        try (GatewayProcess gateway = GatewayProcess.start(configuration)) {
            fuzz(gateway, REQUESTS / 2);
            ProcessFigures middle = fuzz(gateway, REQUESTS / 4 * 3);

            // When
            ProcessFigures end = fuzz(gateway, REQUESTS);

            // Then
            LOG.infof("answered %d of %d; %s became %s", answered.get(), sent.get(), middle, end);
            assertThat(gateway.ask("{ users(first: 1, store: POSTGRES) { totalCount } }", Map.of())
                            .join())
                    .containsKey("users");
            assertThat(answered.get()).isGreaterThan(REQUESTS / 2);
            assertThat(end.memory()).as("memory").isLessThan(middle.memory() + MORE_MEMORY);
            assertThat(end.threads()).as("threads").isLessThanOrEqualTo(middle.threads() + MORE_THREADS);
            assertThat(end.files()).as("files").isLessThanOrEqualTo(middle.files() + MORE_FILES);
            assertThat(gateway.log())
                    .as("what went wrong inside, with seed %d", SEED)
                    .noneMatch(line -> line.contains("\"level\":\"ERROR\""));
            gateway.terminate();
            assertThat(gateway.exitCode()).isZero();
        }
    }

    /** The figures once nothing is in flight; what is resident rises until garbage is collected, so its least counts. */
    private static ProcessFigures quiet(GatewayProcess gateway, long leastResident) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
        while (inFlight(gateway) > 0) {
            assertThat(System.nanoTime())
                    .as("%s requests in flight", inFlight(gateway))
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
        return ProcessFigures.of(gateway.pid(), leastResident);
    }

    private static double inFlight(GatewayProcess gateway) {
        return ACTIVE.matcher(gateway.metrics())
                .results()
                .filter(found -> found.group(1).equals(String.valueOf(gateway.port())))
                .mapToDouble(found -> Double.parseDouble(found.group(2)))
                .sum();
    }

    private ProcessFigures fuzz(GatewayProcess gateway, int until) throws Exception {
        AtomicLong leastResident = new AtomicLong(ProcessFigures.resident(gateway.pid()));
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            Callable<@Nullable Void> client = () -> {
                fuzz(gateway, until, sent, leastResident);
                return null;
            };
            List<Future<@Nullable Void>> running = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> clients.submit(client))
                    .toList();
            for (Future<@Nullable Void> each : running) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
        return quiet(gateway, leastResident.get());
    }

    private void fuzz(GatewayProcess gateway, int until, AtomicInteger next, AtomicLong leastResident)
            throws IOException {
        int port = gateway.port();
        HttpConnection kept = null;
        for (int number = next.getAndIncrement(); number < until; number = next.getAndIncrement()) {
            if (number % LOOK_EVERY == 0) {
                leastResident.accumulateAndGet(ProcessFigures.resident(gateway.pid()), Math::min);
            }
            Random random = new Random(SEED + number);
            if (number % SOCKET_EVERY == 0) {
                next.addAndGet(MESSAGES - 1);
                check("WebSocket", number, 101, FuzzedSocket.converse(port, random, MESSAGES, LIMIT_MILLIS));
                answered.addAndGet(MESSAGES);
                continue;
            }
            FuzzedRequest request = FuzzedRequest.next(random);
            if (request.isFramed()) {
                kept = ask(port, number, request, kept);
            } else {
                send(port, number, request);
            }
        }
        // Another may have taken a number beyond the end.
        next.set(until);
        if (kept != null) {
            kept.close();
        }
    }

    /** A request that must be answered, on a connection that was kept where there is one. */
    private @Nullable HttpConnection ask(int port, int number, FuzzedRequest request, @Nullable HttpConnection kept)
            throws IOException {
        HttpConnection connection = kept == null ? new HttpConnection(port, LIMIT_MILLIS) : kept;
        try {
            connection.send(request.bytes());
            Response response = connection.response();
            answered.incrementAndGet();
            check(request.kind(), number, response.status(), response.text());
            if (response.isLast()) {
                connection.close();
                return null;
            }
            return connection;
        } catch (SocketTimeoutException e) {
            throw new AssertionError(described(request.kind(), number) + " is not answered", e);
        } catch (EOFException | SocketException e) {
            connection.close();
            if (kept != null) {
                return ask(port, number, request, null);
            }
            throw new AssertionError(described(request.kind(), number) + " is cut off", e);
        }
    }

    /** Something that is perhaps no request. What is answered within a moment is looked at. */
    private void send(int port, int number, FuzzedRequest request) throws IOException {
        try (HttpConnection connection = new HttpConnection(port, PATIENCE_MILLIS)) {
            connection.send(request.bytes());
            for (; ; ) {
                Response response = connection.response();
                answered.incrementAndGet();
                check(request.kind(), number, response.status(), response.text());
            }
        } catch (EOFException | SocketException | SocketTimeoutException end) {
            LOG.debugf("%s: %s", request.kind(), end.getMessage());
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(described(request.kind(), number) + " is answered by what is not HTTP", e);
        }
    }

    private static void check(String kind, int number, int status, String text) {
        assertThat(status).as(() -> described(kind, number) + ": " + text).isNotIn(500, 502, 503, 504);
        assertThat(text).as(() -> described(kind, number)).doesNotContain("\"INTERNAL\"", "status 5");
        if (text.startsWith("{") && number % SOCKET_EVERY != 0) {
            assertThat(Json.read(text.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Map.class);
        }
    }

    /** Enough to ask it again. */
    private static String described(String kind, int number) {
        String what = kind + ", seed " + SEED + ", number " + number;
        return number % SOCKET_EVERY == 0 ? what : what + ": " + shown(FuzzedRequest.next(new Random(SEED + number)));
    }

    private static List<String> shown(FuzzedRequest request) {
        return new String(request.bytes(), StandardCharsets.UTF_8)
                .lines()
                .limit(8)
                .map(line -> line.length() > 600 ? line.substring(0, 600) : line)
                .toList();
    }
}
