package io.headgate.http.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A conversation over a WebSocket whose messages and frames are mutated. */
final class FuzzedSocket {

    private static final String HANDSHAKE = String.join(
            "\r\n",
            "GET /graphql HTTP/1.1",
            "Host: fuzz",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: graphql-transport-ws",
            "",
            "");
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final byte[] LAST = "the last".getBytes(StandardCharsets.UTF_8);

    private final Random random;
    private final Mutations mutations;
    private final HttpConnection connection;
    private boolean isFramed = true;

    private FuzzedSocket(Random random, HttpConnection connection) {
        this.random = random;
        this.mutations = new Mutations(random);
        this.connection = connection;
    }

    /**
     * Opens a WebSocket, sends messages and waits until the server has looked at all of them or has closed.
     *
     * @return everything that the server said
     */
    static String converse(int port, Random random, int messages, int limitMillis) throws IOException {
        try (HttpConnection connection = new HttpConnection(port, limitMillis)) {
            int status = handshake(connection);
            if (status != 101) {
                return "status " + status;
            }
            return new FuzzedSocket(random, connection).converse(messages);
        }
    }

    private static int handshake(HttpConnection connection) throws IOException {
        connection.send(HANDSHAKE.getBytes(StandardCharsets.US_ASCII));
        return connection.head().status();
    }

    /** Opens a WebSocket and initialises it, and no more. */
    static void open(HttpConnection connection) throws IOException {
        assertThat(handshake(connection)).isEqualTo(101);
        new FuzzedSocket(new Random(0), connection).frame(0x80 | TEXT, utf8("{\"type\": \"connection_init\"}"));
    }

    private String converse(int messages) throws IOException {
        StringBuilder said = new StringBuilder();
        try {
            if (random.nextInt(10) > 0) {
                frame(0x80 | TEXT, utf8("{\"type\": \"connection_init\"}"));
            }
            for (int i = 0; i < messages && isFramed; i++) {
                message(i);
            }
            if (!isFramed) {
                return "";
            }
            frame(0x80 | PING, LAST);
            while (!read(said)) {
                // Until the pong, or the close, comes.
            }
        } catch (EOFException | SocketException closed) {
            said.append(" closed");
        }
        return said.toString();
    }

    private void message(int number) throws IOException {
        Map<String, @Nullable Object> subscribe = new HashMap<>();
        subscribe.put("id", random.nextInt(5) == 0 ? "1" : "n" + number);
        subscribe.put("type", "subscribe");
        subscribe.put("payload", random.nextInt(3) == 0 ? Corpus.any(random) : mutations.json(Corpus.any(random)));
        byte[] right = Json.writeUtf8(subscribe);
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> frame(0x80 | TEXT, right);
            case 5 -> frame(0x80 | TEXT, Json.writeUtf8(mutations.json(subscribe)));
            case 6 -> frame(0x80 | TEXT, mutations.bytes(right));
            case 7 ->
                frame(
                        0x80 | TEXT,
                        utf8(mutations.any(List.of(
                                "{\"type\": \"ping\", \"payload\": {}}",
                                "{\"type\": \"complete\", \"id\": \"n0\"}",
                                "{\"type\": \"pong\"}",
                                "{\"type\": \"connection_init\"}",
                                "{\"type\": \"complete\", \"id\": {}}"))));
            case 8 -> fragmented(right);
            case 9 ->
                frame(0x80 | mutations.any(List.of(PING, PONG, CLOSE, BINARY)), mutations.noise(random.nextInt(120)));
            case 10 -> frame(0x80 | TEXT, utf8("[".repeat(random.nextInt(400_000))));
            default -> {
                isFramed = false;
                connection.send(mutations.bytes(framed(0x80 | TEXT, right)));
            }
        }
    }

    private void fragmented(byte[] message) throws IOException {
        int at = random.nextInt(message.length);
        byte[] first = Arrays.copyOfRange(message, 0, at);
        frame(TEXT, first);
        if (random.nextBoolean()) {
            frame(0x80 | PING, new byte[0]);
        }
        frame(0x80 | CONTINUATION, Arrays.copyOfRange(message, at, message.length));
    }

    private void frame(int first, byte[] payload) throws IOException {
        connection.send(framed(first, payload));
    }

    /** As a client must send it: masked. */
    private byte[] framed(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        byte[] mask = mutations.noise(4);
        frame.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ mask[i % 4]);
        }
        return frame.toByteArray();
    }

    /** Whether this was the end. */
    private boolean read(StringBuilder said) throws IOException {
        int opcode = connection.byteOrEnd() & 15;
        long length = connection.byteOrEnd();
        if (length >= 126) {
            int bytes = length == 126 ? 2 : 8;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | connection.byteOrEnd();
            }
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (long i = 0; i < length; i++) {
            payload.write(connection.byteOrEnd());
        }
        said.append(payload.toString(StandardCharsets.UTF_8)).append('\n');
        return opcode == CLOSE || (opcode == PONG && Arrays.equals(payload.toByteArray(), LAST));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
