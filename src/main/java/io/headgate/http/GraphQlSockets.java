package io.headgate.http;

import io.headgate.graphql.GraphQlEngine;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Opens WebSockets at {@code /graphql} for clients that speak {@code graphql-transport-ws}. */
final class GraphQlSockets {

    private static final Logger LOG = Logger.getLogger(GraphQlSockets.class);

    private final GraphQlEngine engine;
    private final InFlight inFlight;
    private final Set<GraphQlSocket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosing;

    GraphQlSockets(GraphQlEngine engine, InFlight inFlight) {
        this.engine = engine;
        this.inFlight = inFlight;
    }

    /** Takes requests to open a WebSocket; leaves all others to the next handler. */
    void handle(RoutingContext context) {
        if (!"websocket".equalsIgnoreCase(context.request().getHeader(HttpHeaders.UPGRADE))) {
            context.next();
            return;
        }
        if (isClosing) {
            context.response().setStatusCode(503).end();
            return;
        }
        context.request()
                .toWebSocket()
                .onSuccess(socket -> open(context, socket))
                .onFailure(e -> LOG.debugf("a WebSocket was not opened: %s", e.getMessage()));
    }

    private void open(RoutingContext context, ServerWebSocket connection) {
        GraphQlSocket socket = new GraphQlSocket(context.vertx(), connection, engine, this::ended);
        inFlight.begin();
        open.add(socket);
        socket.open();
        if (isClosing) {
            socket.goAway();
        }
    }

    private void ended(GraphQlSocket socket) {
        if (open.remove(socket)) {
            inFlight.end();
        }
    }

    /** Tells every client to go, and opens no more sockets. */
    void close() {
        isClosing = true;
        open.forEach(GraphQlSocket::goAway);
    }
}
