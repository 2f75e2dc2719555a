package io.headgate.http;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine;
import io.headgate.graphql.GraphQlRequest;
import io.headgate.graphql.GraphQlRequest.Allowed;
import io.headgate.json.Json;
import io.headgate.json.MalformedJsonException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    private static final long INIT_LIMIT_MILLIS = 10_000;
    private static final long PING_INTERVAL_MILLIS = 25_000;
    private static final int MAX_OPERATIONS = 100;

    /** What clients answer by connecting anew, which leads them to another replica. */
    private static final short GOING_AWAY = 1001;

    private static final short BAD_REQUEST = 4400;
    private static final short UNAUTHORIZED = 4401;
    private static final short UNACCEPTABLE_PROTOCOL = 4406;
    private static final short INIT_TIMEOUT = 4408;
    private static final short DUPLICATE = 4409;
    private static final short TOO_MANY_INITS = 4429;

    private final Vertx vertx;
    private final Context context;
    private final ServerWebSocket socket;
    private final GraphQlEngine engine;
    private final Consumer<GraphQlSocket> onEnd;
    private final Map<String, SocketOperation> operations = new HashMap<>();

    private boolean initialised;
    private boolean isLeaving;
    private long timer;

    GraphQlSocket(Vertx vertx, ServerWebSocket socket, GraphQlEngine engine, Consumer<GraphQlSocket> onEnd) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.socket = socket;
        this.engine = engine;
        this.onEnd = onEnd;
    }

    void open() {
        socket.closeHandler(closed -> end());
        if (!PROTOCOL.equals(socket.subProtocol())) {
            close(UNACCEPTABLE_PROTOCOL, "Subprotocol not acceptable: ask for " + PROTOCOL);
            return;
        }
        timer = vertx.setTimer(INIT_LIMIT_MILLIS, late -> close(INIT_TIMEOUT, "Connection initialisation timeout"));
        socket.textMessageHandler(this::receive);
        socket.binaryMessageHandler(bytes -> close(BAD_REQUEST, "A message is text"));
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
        operations.values().forEach(SocketOperation::cancel);
        operations.clear();
    }

    private void receive(String text) {
        try {
            if (Json.read(text) instanceof Map<?, ?> message && message.get("type") instanceof String type) {
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
            case "connection_init" -> initialise();
            case "ping" -> send("pong", null, null);
            case "pong" -> {}
            case "subscribe" -> subscribe(message);
            case "complete" -> complete(message.get("id"));
            default -> close(BAD_REQUEST, "There is no message of this type");
        }
    }

    private void initialise() {
        if (initialised) {
            close(TOO_MANY_INITS, "Too many initialisation requests");
            return;
        }
        initialised = true;
        vertx.cancelTimer(timer);
        // Load balancers close connections on which nothing goes to and fro for a minute.
        timer = vertx.setPeriodic(PING_INTERVAL_MILLIS, each -> send("ping", null, null));
        send("connection_ack", null, null);
    }

    private void subscribe(Map<?, ?> message) {
        if (!initialised) {
            close(UNAUTHORIZED, "Unauthorized");
        } else if (!(message.get("id") instanceof String id)
                || id.isEmpty()
                || !(message.get("payload") instanceof Map<?, ?> payload)) {
            close(BAD_REQUEST, "subscribe has an id and a payload");
        } else if (isLeaving) {
            LOG.debug("an operation is left to the replica that the client goes to");
        } else if (operations.containsKey(id)) {
            close(DUPLICATE, "Subscriber for " + abbreviated(id) + " already exists");
        } else if (operations.size() >= MAX_OPERATIONS) {
            refuse(
                    id,
                    GatewayException.of(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "one WebSocket runs at most " + MAX_OPERATIONS + " operations at once"));
        } else {
            run(id, payload);
        }
    }

    private void run(String id, Map<?, ?> payload) {
        GraphQlRequest request;
        try {
            request = RequestReader.payload(payload, Allowed.ALL);
        } catch (GatewayException e) {
            refuse(id, e);
            return;
        }
        SocketOperation operation = new SocketOperation(id, context, this);
        operations.put(id, operation);
        engine.stream(request, operation::hasEvents).subscribe(operation);
    }

    private void complete(@Nullable Object id) {
        SocketOperation operation = operations.remove(id);
        if (operation != null) {
            operation.cancel();
            leaveWhenDone();
        }
    }

    /** Frees an operation's id. */
    void forget(SocketOperation operation) {
        operations.remove(operation.id(), operation);
    }

    void refuse(String id, GatewayException failure) {
        send("error", id, GraphQlEngine.refusal(failure).response().get("errors"));
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
        return socket.writeTextMessage(Json.write(message));
    }

    private void close(short code, String reason) {
        if (!socket.isClosed()) {
            // It has ended when the client is told: a client that is gone does not answer.
            socket.close(code, reason).onComplete(told -> end());
        }
    }
}
