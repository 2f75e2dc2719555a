package io.headgate.http;

import io.headgate.graphql.GraphQlEngine;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

/** Opens WebSockets at {@code /graphql} for clients that speak {@code graphql-transport-ws}. */
final class GraphQlSockets {

    private static final Logger LOG = Logger.getLogger(GraphQlSockets.class);

    private final GraphQlEngine engine;

    GraphQlSockets(GraphQlEngine engine) {
        this.engine = engine;
    }

    /** Takes requests to open a WebSocket; leaves all others to the next handler. */
    void handle(RoutingContext context) {
        if (!"websocket".equalsIgnoreCase(context.request().getHeader(HttpHeaders.UPGRADE))) {
            context.next();
            return;
        }
        context.request()
                .toWebSocket()
                .onSuccess(socket -> new GraphQlSocket(context.vertx(), socket, engine).open())
                .onFailure(e -> LOG.debugf("a WebSocket was not opened: %s", e.getMessage()));
    }
}
