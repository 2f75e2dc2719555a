package io.headgate;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.json.Json;
import io.restassured.RestAssured;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of {@code graphql-transport-ws}, which hands out messages in the order they came. */
public final class SocketClient implements AutoCloseable, WebSocket.Listener {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int LONGEST_SECONDS = 20;

    /** In characters: servers take no frame that is much larger. */
    private static final int FRAME = 16_384;

    private final BlockingQueue<Map<String, Object>> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    private SocketClient(String protocol, int port) {
        socket = HTTP.newWebSocketBuilder()
                .subprotocols(protocol)
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/graphql"), this)
                .join();
    }

    /** A connection on which nothing was sent. */
    public static SocketClient connect() {
        return new SocketClient("graphql-transport-ws", RestAssured.port);
    }

    /** A connection to the server at a port, on which nothing was sent. */
    public static SocketClient connect(int port) {
        return new SocketClient("graphql-transport-ws", port);
    }

    /** A connection that the server acknowledged. */
    public static SocketClient open() {
        return initialised(connect());
    }

    /** A connection that the server at a port acknowledged. */
    public static SocketClient open(int port) {
        return initialised(new SocketClient("graphql-transport-ws", port));
    }

    private static SocketClient initialised(SocketClient client) {
        client.send("{\"type\": \"connection_init\"}");
        assertThat(client.next()).isEqualTo(Map.of("type", "connection_ack"));
        return client;
    }

    public void send(String message) {
        for (int at = 0; at < message.length() - FRAME; at += FRAME) {
            socket.sendText(message.substring(at, at + FRAME), false).join();
        }
        int last = Math.max(0, (message.length() - 1) / FRAME * FRAME);
        socket.sendText(message.substring(last), true).join();
    }

    public void subscribe(String id, String query, Map<String, ?> variables) {
        send(Json.write(
                Map.of("id", id, "type", "subscribe", "payload", Map.of("query", query, "variables", variables))));
    }

    /** The next message but for pings. */
    public Map<String, Object> next() {
        try {
            Map<String, Object> message = messages.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
            assertThat(message).as("a message within %d s", LONGEST_SECONDS).isNotNull();
            return Objects.requireNonNull(message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The next message but for pings, or {@code null} when the connection has ended before one came. */
    public @Nullable Map<String, Object> nextOrEnd() {
        try {
            Map<String, Object> message = messages.poll();
            for (int i = 0; message == null && !closed.isDone() && i < 100 * LONGEST_SECONDS; i++) {
                message = messages.poll(10, TimeUnit.MILLISECONDS);
            }
            assertThat(message != null || closed.isDone())
                    .as("a message or the end within %d s", LONGEST_SECONDS)
                    .isTrue();
            return message == null ? messages.poll() : message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The code that the server closed with. */
    public int closeCode() {
        return closed.orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            Map<String, Object> message = (Map<String, Object>) Objects.requireNonNull(Json.read(partial.toString()));
            partial.setLength(0);
            if (!"ping".equals(message.get("type"))) {
                messages.add(message);
            }
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
