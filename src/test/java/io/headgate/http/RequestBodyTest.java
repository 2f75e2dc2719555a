package io.headgate.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {

    private static final int LONGEST = 300_000;

    private final Vertx vertx = Vertx.vertx();
    private int port;

    /** A server that answers with the body that it read. */
    @BeforeEach
    void start() {
        Router router = Router.router(vertx);
        router.route().handler(RequestBody.reader(LONGEST));
        router.route().handler(context -> {
            byte[] body = RequestBody.of(context);
            context.response().end(body == null ? Buffer.buffer("none") : Buffer.buffer(body));
        });
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        port = server.actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_384, 16_385, 65_535, 65_536, 65_537, 140_000, LONGEST})
    void isReadToItsLastByte(int length) throws IOException {
        byte[] body = bytes(length);

        assertThat(body(send("Content-Length: " + length, body))).isEqualTo(body);
        assertThat(body(send("Transfer-Encoding: chunked", chunked(body, 7_001))))
                .isEqualTo(body);
    }

    @Test
    void isRefusedWhereItIsTooLong() throws IOException {
        byte[] body = bytes(LONGEST + 1);

        assertThat(status("Content-Length: " + body.length, body)).isEqualTo(413);
        assertThat(status("Content-Length: 9223372036854775807", new byte[0])).isEqualTo(413);
        assertThat(status("Transfer-Encoding: chunked", chunked(body, 50_000))).isEqualTo(413);
    }

    @Test
    void isWaitedForAfterAWord() throws IOException {
        byte[] answer = send("Content-Length: 2\r\nExpect: 100-continue", "ab".getBytes(ISO_8859_1));

        assertThat(head(answer)).startsWith("HTTP/1.1 100 Continue");
        assertThat(new String(answer, ISO_8859_1)).contains("HTTP/1.1 200 OK").endsWith("ab");
        assertThat(status("Content-Length: 0\r\nExpect: a-miracle", new byte[0]))
                .isEqualTo(417);
    }

    @Test
    void isNoneWhereNothingTellsOfOne() throws IOException {
        assertThat(body(send("X-Nothing: true", new byte[0]))).isEqualTo("none".getBytes(ISO_8859_1));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] chunked(byte[] body, int size) throws IOException {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int from = 0; from < body.length; from += size) {
            byte[] chunk = Arrays.copyOfRange(body, from, Math.min(from + size, body.length));
            chunks.write((Integer.toHexString(chunk.length) + "\r\n").getBytes(ISO_8859_1));
            chunks.write(chunk);
            chunks.write("\r\n".getBytes(ISO_8859_1));
        }
        chunks.write("0\r\n\r\n".getBytes(ISO_8859_1));
        return chunks.toByteArray();
    }

    /** All that the server answers until it closes the connection, as it was asked to. */
    private byte[] send(String header, byte[] body) throws IOException {
        try (Socket socket = sent(header, body)) {
            return socket.getInputStream().readAllBytes();
        }
    }

    /** What the server answers, whatever it waits for then. */
    private int status(String header, byte[] body) throws IOException {
        try (Socket socket = sent(header, body)) {
            String line = new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length()), ISO_8859_1);
            return Integer.parseInt(line.substring("HTTP/1.1 ".length()));
        }
    }

    private Socket sent(String header, byte[] body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        OutputStream out = socket.getOutputStream();
        out.write(("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + header + "\r\n\r\n").getBytes(ISO_8859_1));
        out.write(body);
        return socket;
    }

    private static String head(byte[] answer) {
        String text = new String(answer, ISO_8859_1);
        return text.substring(0, Math.max(0, text.indexOf("\r\n\r\n")));
    }

    private static byte[] body(byte[] answer) {
        assertThat(head(answer)).startsWith("HTTP/1.1 200 ");
        return Arrays.copyOfRange(answer, head(answer).length() + 4, answer.length);
    }
}
