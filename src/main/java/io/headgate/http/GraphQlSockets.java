package io.headgate.http;

import io.headgate.audit.AuditRecord.Transport;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine;
import io.headgate.graphql.GraphQlEngine.Result;
import io.headgate.limit.Admission;
import io.headgate.limit.Connections;
import io.headgate.limit.Connections.Connection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Opens WebSockets at {@code /graphql} for clients that speak {@code graphql-transport-ws}. */
final class GraphQlSockets {

    private static final Logger LOG = Logger.getLogger(GraphQlSockets.class);

    private final Documents documents;
    private final Operations operations;
    private final Admission admission;
    private final Connections connections;
    private final List<String> origins;
    private final InFlight inFlight;
    private final Refusals refusals;
    private final Duration pingInterval;
    private final Set<GraphQlSocket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosing;

    GraphQlSockets(
            Documents documents,
            Operations operations,
            Admission admission,
            Connections connections,
            List<String> origins,
            InFlight inFlight,
            Refusals refusals,
            Duration pingInterval) {
        this.documents = documents;
        this.operations = operations;
        this.admission = admission;
        this.connections = connections;
        this.origins = origins;
        this.inFlight = inFlight;
        this.refusals = refusals;
        this.pingInterval = pingInterval;
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
        if (!isOpenTo(context.request())) {
            String why = "quarkus.http.cors.origins does not name the page's origin";
            refusals.add(
                            Transport.WEBSOCKET,
                            null,
                            403,
                            GraphQlEngine.refusal(GatewayException.of(ErrorCode.FORBIDDEN, why)))
                    .onComplete(
                            recorded -> context.response().setStatusCode(403).end(why));
            return;
        }
        SlowClients.hasSentAll(context.request());
        String address = RemoteAddress.of(context.request());
        Connection places;
        try {
            places = connections.open(address);
        } catch (GatewayException full) {
            refuse(context, full);
            return;
        }
        context.request()
                .toWebSocket()
                .onSuccess(socket -> open(context, socket, address, places))
                .onFailure(e -> {
                    places.close();
                    LOG.debugf("a WebSocket was not opened: %s", e.getMessage());
                });
    }

    private void refuse(RoutingContext context, GatewayException full) {
        Result result = GraphQlEngine.refusal(full);
        int status = full.code() == ErrorCode.UNAVAILABLE ? 503 : 429;
        refusals.add(Transport.WEBSOCKET, null, status, result)
                .onComplete(recorded -> context.response()
                        .putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(result.retryAfterSeconds()))
                        .setStatusCode(status)
                        .end(full.getMessage()));
    }

    /** Browsers say which site a page is of; others say nothing. Cross-origin rules are for requests, not for WebSockets. */
    private boolean isOpenTo(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || origins.contains(origin)) {
            return true;
        }
        String host = request.getHeader(HttpHeaders.HOST);
        return host != null && (origin.equals("http://" + host) || origin.equals("https://" + host));
    }

    private void open(RoutingContext context, ServerWebSocket connection, String address, Connection places) {
        GraphQlSocket socket = new GraphQlSocket(
                context.vertx(),
                connection,
                documents,
                operations,
                admission,
                GraphQlRoute.credentials(context.request()),
                address,
                places,
                refusals,
                pingInterval,
                this::ended);
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
