package io.headgate.http.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of the packaged gateway that send slowly, read slowly, or are gone without saying so. */
class SlowClientsIT {

    private static final String HEAD = "POST /graphql HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\n";
    private static final byte[] TYPENAME = request("{\"query\": \"{ __typename }\"}");

    /** Its answer repeats its names: more than a hundred thousand bytes, and nothing that a store must do. */
    private static final String LARGE = IntStream.range(0, 20)
            .mapToObj(i -> "a".repeat(6_000) + i + ": __typename")
            .collect(Collectors.joining(" ", "{ ", " }"));

    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");

    /** As the kernel writes it. */
    private static final String ESTABLISHED = "01";

    private static final int LIMIT_MILLIS = 30_000;
    private static final int SLOWNESS_MILLIS = 50;
    private static final long LONGEST_SECONDS = 60;

    /** Of what is alive on a JVM. */
    private static final long MORE_ALIVE = 48L << 20;

    /** Of what an executable has resident, with garbage that its heap may be full of. */
    private static final long MORE_RESIDENT = 128L << 20;

    @SuppressWarnings("NullAway.Init")
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        configuration.put("headgate.http.read-timeout", "3s");
        configuration.put("headgate.http.ping-interval", "2s");
        gateway = GatewayProcess.start(configuration);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static byte[] request(String body) {
        return (HEAD + "Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "POST /gra", HEAD, HEAD + "Content-Length: 1000\r\n\r\n{\"query\":"})
    void whoSendsByteByByteIsCutOff(String begin) throws Exception {
        try (HttpConnection slow = new HttpConnection(gateway.port(), LIMIT_MILLIS)) {
            slow.send(begin.getBytes(US_ASCII));

            assertEnds(slow, begin.isEmpty() ? "" : "a");
        }
    }

    @Test
    void whoSendsTheNextRequestSlowlyIsCutOffToo() throws Exception {
        try (HttpConnection slow = new HttpConnection(gateway.port(), LIMIT_MILLIS)) {
            slow.send(TYPENAME);
            assertThat(slow.response().status()).isEqualTo(200);

            slow.send("POST /gra".getBytes(US_ASCII));

            assertEnds(slow, "p");
        }
    }

    @Test
    void whoSaysNothingBetweenRequestsIsNotCutOff() throws Exception {
        try (HttpConnection idle = new HttpConnection(gateway.port(), LIMIT_MILLIS)) {
            idle.send(TYPENAME);
            assertThat(idle.response().status()).isEqualTo(200);

            idle.limit(5_000);
            assertThatThrownBy(idle::byteOrEnd).isInstanceOf(SocketTimeoutException.class);

            idle.limit(LIMIT_MILLIS);
            idle.send(TYPENAME);
            assertThat(idle.response().status()).isEqualTo(200);
        }
    }

    @Test
    void whoDoesNotReadCantAskForMore() throws Exception {
        long before = ProcessFigures.of(gateway.pid()).memory();
        long more = ProcessFigures.isJvm(gateway.pid()) ? MORE_ALIVE : MORE_RESIDENT;
        byte[] large = request("{\"query\": \"" + LARGE + "\"}");
        Thread sender;
        try (HttpConnection deaf = new HttpConnection(gateway.port(), LIMIT_MILLIS)) {
            sender = new Thread(() -> sendUntilClosed(deaf, large));
            sender.start();
            sender.join(TimeUnit.SECONDS.toMillis(5));

            long after = ProcessFigures.of(gateway.pid()).memory();

            assertThat(after).as("bytes in memory").isLessThan(before + more);
            assertThat(gateway.ask("{ __typename }", Map.of()).join()).containsEntry("__typename", "Query");
        }
        sender.join();
    }

    @Test
    void whoDoesNotAnswerPingsIsGone() throws Exception {
        try (HttpConnection halfOpen = new HttpConnection(gateway.port(), LIMIT_MILLIS);
                SocketClient alive = SocketClient.open(gateway.port())) {
            FuzzedSocket.open(halfOpen);

            assertEnds(halfOpen, "");

            alive.subscribe("1", "{ __typename }", Map.of());
            assertThat(alive.next()).containsEntry("type", "next");
        }
    }

    @Test
    void aProcessThatIsStoppedIsGone() throws Exception {
        Process subscriber = subscriber();
        try (SocketClient alive = SocketClient.open(gateway.port())) {
            assertThat(subscriber.inputReader().readLine()).isEqualTo("open");
            assertThat(isConnected(subscriber)).isTrue();

            signal(subscriber, "STOP");

            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
            while (isConnected(subscriber)) {
                assertThat(System.nanoTime())
                        .as("open after %d s", LONGEST_SECONDS)
                        .isLessThan(deadline);
                Thread.onSpinWait();
            }
            alive.subscribe("1", "{ __typename }", Map.of());
            assertThat(alive.next()).containsEntry("type", "next");
        } finally {
            subscriber.destroyForcibly();
        }
    }

    private static Process subscriber() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SubscriberMain.class.getName(),
                        String.valueOf(gateway.port()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void signal(Process process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Whether the kernel has a connection of this process to the gateway that the gateway has not closed. */
    private static boolean isConnected(Process process) throws IOException {
        Set<String> sockets = sockets(process);
        String port = String.format(":%04X", gateway.port());
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                String[] fields = line.trim().split("\\s+", -1);
                if (fields[2].endsWith(port) && fields[3].equals(ESTABLISHED) && sockets.contains(fields[9])) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Set<String> sockets(Process process) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> files = Files.list(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
            for (Path file : files.toList()) {
                Matcher socket = SOCKET.matcher(Files.readSymbolicLink(file).toString());
                if (socket.matches()) {
                    inodes.add(socket.group(1));
                }
            }
        }
        return inodes;
    }

    /** Sends a little again and again, and reads, until the connection is closed. */
    private static void assertEnds(HttpConnection connection, String more) throws IOException {
        connection.limit(SLOWNESS_MILLIS);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        while (System.nanoTime() < deadline) {
            try {
                connection.send(more.getBytes(US_ASCII));
                connection.byteOrEnd();
            } catch (SocketTimeoutException open) {
                assertThat(open.bytesTransferred).isZero();
            } catch (EOFException | SocketException closed) {
                return;
            }
        }
        throw new AssertionError("open after " + LONGEST_SECONDS + " s");
    }

    private static void sendUntilClosed(HttpConnection connection, byte[] request) {
        try {
            for (; ; ) {
                connection.send(request);
            }
        } catch (IOException closed) {
            // By the test, or by the gateway.
        }
    }
}
