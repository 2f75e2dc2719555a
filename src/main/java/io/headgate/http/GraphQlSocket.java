package io.headgate.http;

import io.headgate.audit.AuditRecord.Transport;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine;
import io.headgate.graphql.GraphQlEngine.Result;
import io.headgate.graphql.GraphQlRequest.Way;
import io.headgate.json.Json;
import io.headgate.json.MalformedJsonException;
import io.headgate.limit.Admission;
import io.headgate.limit.Connections.Connection;
import io.headgate.security.Caller;
import io.headgate.security.Credentials;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One client's WebSocket, on which operations run side by side. All of it is on the socket's event loop. An operation's
 * next result is asked for when the one before has been written, so that a slow client holds up nothing but itself.
 *
 * @see <a href="https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md">GraphQL over WebSocket,
 *     graphql-transport-ws</a>
 */
final class GraphQlSocket {

    static final String PROTOCOL = "graphql-transport-ws";

    private static final Logger LOG = Logger.getLogger(GraphQlSocket.class);
    /** In bytes: more than any document may have. */
    private static final int LONGEST_MESSAGE = 256 * 1024;

    private static final long INIT_LIMIT_MILLIS = 10_000;

    /** What clients answer by connecting anew, which leads them to another replica. */
    private static final short GOING_AWAY = 1001;

    private static final short TOO_LARGE = 1009;
    private static final short BAD_REQUEST = 4400;
    private static final short UNAUTHORIZED = 4401;
    private static final short FORBIDDEN = 4403;
    private static final short UNACCEPTABLE_PROTOCOL = 4406;
    private static final short INIT_TIMEOUT = 4408;
    private static final short DUPLICATE = 4409;
    private static final short TOO_MANY = 4429;

    private final Vertx vertx;
    private final Context context;
    private final ServerWebSocket socket;
    private final Documents documents;
    private final Operations runner;
    private final Admission admission;
    private final Credentials credentials;
    private final Refusals refusals;
    private final Duration pingInterval;
    private final String address;
    private final Connection places;
    private final Consumer<GraphQlSocket> onEnd;
    private final Map<String, SocketOperation> operations = new HashMap<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream(0);

    private boolean initialised;
    private @Nullable Caller caller;
    private long expiry;
    private boolean isLeaving;
    private boolean isClosing;
    private long timer;
    private boolean wasHeard;

    /** @param credentials of the request that opened it, for clients that send none when they initialise it */
    GraphQlSocket(
            Vertx vertx,
            ServerWebSocket socket,
            Documents documents,
            Operations runner,
            Admission admission,
            Credentials credentials,
            String address,
            Connection places,
            Refusals refusals,
            Duration pingInterval,
            Consumer<GraphQlSocket> onEnd) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.socket = socket;
        this.documents = documents;
        this.runner = runner;
        this.admission = admission;
        this.credentials = credentials;
        this.refusals = refusals;
        this.pingInterval = pingInterval;
        this.address = address;
        this.places = places;
        this.onEnd = onEnd;
    }

    void open() {
        socket.closeHandler(closed -> end());
        if (!PROTOCOL.equals(socket.subProtocol())) {
            close(UNACCEPTABLE_PROTOCOL, "Subprotocol not acceptable: ask for " + PROTOCOL);
            return;
        }
        timer = vertx.setTimer(INIT_LIMIT_MILLIS, late -> close(INIT_TIMEOUT, "Connection initialisation timeout"));
        socket.frameHandler(this::receive);
        socket.pongHandler(answer -> wasHeard = true);
        socket.exceptionHandler(e -> LOG.debugf("a WebSocket failed: %s", e.getMessage()));
    }

    /**
     * Makes the client connect anew: begins nothing that it asks for from now on, lets queries and mutations end, and closes
     * with a code that clients answer by connecting and subscribing again. Can be called by any thread.
     */
    void goAway() {
        context.runOnContext(ignored -> {
            isLeaving = true;
            leaveWhenDone();
        });
    }

    /** Closes, where the client was told to go and nothing but subscriptions is under way. */
    void leaveWhenDone() {
        if (isLeaving && operations.values().stream().allMatch(SocketOperation::isSubscription)) {
            close(GOING_AWAY, "This replica is shutting down: connect again");
        }
    }

    private void end() {
        onEnd.accept(this);
        vertx.cancelTimer(timer);
        vertx.cancelTimer(expiry);
        places.close();
        operations.values().forEach(SocketOperation::cancel);
        operations.clear();
    }

    /** Vert.x' own messages from frames fail for a message that begins with an empty frame. */
    private void receive(WebSocketFrame frame) {
        if (isClosing) {
            return;
        }
        wasHeard = true;
        if (frame.isBinary()) {
            close(BAD_REQUEST, "A message is text");
            return;
        }
        if (frame.isText() || frame.isContinuation()) {
            byte[] part = frame.binaryData().getBytes();
            if (received.size() + part.length > LONGEST_MESSAGE) {
                close(TOO_LARGE, "A message has at most " + LONGEST_MESSAGE + " bytes");
                return;
            }
            received.writeBytes(part);
            if (frame.isFinal()) {
                byte[] message = received.toByteArray();
                received.reset();
                receive(message);
            }
        }
    }

    private void receive(byte[] utf8) {
        try {
            if (Json.read(utf8) instanceof Map<?, ?> message && message.get("type") instanceof String type) {
                receive(type, message);
                return;
            }
        } catch (MalformedJsonException e) {
            LOG.debugf("a message is %s", e.getMessage());
        }
        close(BAD_REQUEST, "A message is a JSON object with a type");
    }

    private void receive(String type, Map<?, ?> message) {
        switch (type) {
            case "connection_init" -> initialise(message.get("payload"));
            case "ping" -> send("pong", null, null);
            case "pong" -> {}
            case "subscribe" -> subscribe(message);
            case "complete" -> complete(message.get("id"));
            default -> close(BAD_REQUEST, "There is no message of this type");
        }
    }

    private void initialise(@Nullable Object payload) {
        if (initialised) {
            close(TOO_MANY, "Too many initialisation requests");
            return;
        }
        initialised = true;
        admission
                .caller(payload instanceof Map<?, ?> headers ? sent(headers) : credentials, address)
                .subscribe()
                .with(
                        found -> context.runOnContext(ignored -> acknowledge(found)),
                        refused -> context.runOnContext(
                                ignored -> close(code(refused), abbreviated(String.valueOf(refused.getMessage())))));
    }

    private static short code(Throwable refusal) {
        return refusal instanceof GatewayException known && known.retryAfter() != null ? TOO_MANY : FORBIDDEN;
    }

    /** Browsers can't send headers when they open a WebSocket, so that these come in its first message. */
    private Credentials sent(Map<?, ?> payload) {
        String authorization = null;
        String apiKey = null;
        for (Map.Entry<?, ?> each : payload.entrySet()) {
            if (each.getKey() instanceof String name && each.getValue() instanceof String value) {
                if (name.equalsIgnoreCase("Authorization")) {
                    authorization = value;
                } else if (name.equalsIgnoreCase(Credentials.API_KEY_HEADER)) {
                    apiKey = value;
                }
            }
        }
        return authorization == null && apiKey == null ? credentials : new Credentials(authorization, apiKey);
    }

    private void acknowledge(Caller found) {
        if (socket.isClosed()) {
            return;
        }
        try {
            places.belongsTo(found);
        } catch (GatewayException refused) {
            close(code(refused), abbreviated(refused.getMessage()));
            return;
        }
        caller = found;
        if (found.expiresAt() != null) {
            long left = Math.max(
                    1, Duration.between(Instant.now(), found.expiresAt()).toMillis());
            expiry = vertx.setTimer(left, ended -> close(FORBIDDEN, "The token has expired: connect with a new one"));
        }
        vertx.cancelTimer(timer);
        // Load balancers close connections on which nothing goes to and fro for a minute.
        timer = vertx.setPeriodic(pingInterval.toMillis(), each -> ping());
        wasHeard = true;
        send("connection_ack", null, null);
    }

    /** Asks the client and what is below it, of which at least one answers; whoever did not since the last time is gone. */
    private void ping() {
        if (!wasHeard) {
            end();
            socket.close(GOING_AWAY, "No answer to a ping");
            return;
        }
        wasHeard = false;
        send("ping", null, null);
        socket.writePing(Buffer.buffer());
    }

    private void subscribe(Map<?, ?> message) {
        Caller known = caller;
        if (known == null) {
            close(UNAUTHORIZED, "Unauthorized");
        } else if (!(message.get("id") instanceof String id)
                || id.isEmpty()
                || !(message.get("payload") instanceof Map<?, ?> payload)) {
            close(BAD_REQUEST, "subscribe has an id and a payload");
        } else if (isLeaving) {
            LOG.debug("an operation is left to the replica that the client goes to");
        } else if (operations.containsKey(id)) {
            close(DUPLICATE, "Subscriber for " + abbreviated(id) + " already exists");
        } else {
            run(id, payload, known);
        }
    }

    private void run(String id, Map<?, ?> payload, Caller known) {
        Asked asked;
        try {
            asked = RequestReader.payload(payload, Way.WEBSOCKET);
            places.beginOperation();
        } catch (GatewayException e) {
            refuse(id, e);
            return;
        }
        SocketOperation operation = new SocketOperation(id, context, this, () -> documents.executed(asked));
        operations.put(id, operation);
        runner.run(asked, known, operation::hasEvents, admission.request(known, address))
                .subscribe(operation);
    }

    private void complete(@Nullable Object id) {
        SocketOperation operation = operations.remove(id);
        if (operation != null) {
            places.endOperation();
            operation.cancel();
            leaveWhenDone();
        }
    }

    /** Frees an operation's id. */
    void forget(SocketOperation operation) {
        if (operations.remove(operation.id(), operation)) {
            places.endOperation();
        }
    }

    /** Completes when the client is being told. */
    Future<?> refuse(String id, GatewayException failure) {
        return refuse(id, GraphQlEngine.refusal(failure));
    }

    /** Completes when the client is being told. */
    Future<?> refuse(String id, Result result) {
        return refusals.add(Transport.WEBSOCKET, caller, null, result)
                .onComplete(recorded -> send("error", id, result.response().getOrDefault("errors", List.of())));
    }

    /** A reason fits a close frame, which has 123 bytes for it. */
    private static String abbreviated(String id) {
        return id.length() > 40 ? id.substring(0, 40) : id;
    }

    Future<Void> send(String type, @Nullable String id, @Nullable Object payload) {
        if (socket.isClosed()) {
            return Future.failedFuture("closed");
        }
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        if (id != null) {
            message.put("id", id);
        }
        message.put("type", type);
        if (payload != null) {
            message.put("payload", payload);
        }
        Future<Void> written = socket.writeTextMessage(Json.write(message));
        if (socket.writeQueueFull()) {
            // Who does not read what it asked for can't ask for more.
            socket.pause();
            socket.drainHandler(drained -> socket.resume());
        }
        return written;
    }

    private void close(short code, String reason) {
        if (isClosing || socket.isClosed()) {
            return;
        }
        isClosing = true;
        Future<Void> recorded = code == GOING_AWAY
                ? Future.succeededFuture()
                : refusals.add(Transport.WEBSOCKET, caller, (int) code, GraphQlEngine.refusal(why(code, reason)));
        // It has ended when the client is told: a client that is gone does not answer.
        recorded.onComplete(done -> socket.close(code, reason).onComplete(told -> end()));
    }

    private static GatewayException why(short code, String reason) {
        return GatewayException.of(
                switch (code) {
                    case UNAUTHORIZED, FORBIDDEN -> ErrorCode.UNAUTHENTICATED;
                    case TOO_MANY -> ErrorCode.RESOURCE_EXHAUSTED;
                    default -> ErrorCode.INVALID_ARGUMENT;
                },
                reason);
    }
}
