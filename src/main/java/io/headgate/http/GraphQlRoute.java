package io.headgate.http;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine;
import io.headgate.graphql.GraphQlEngine.Outcome;
import io.headgate.graphql.GraphQlEngine.Result;
import io.headgate.graphql.GraphQlRequest;
import io.headgate.json.Json;
import io.headgate.security.Authentication;
import io.headgate.security.Credentials;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The route {@code /graphql}: POST with a JSON body, GET for queries alone. A request that can't be executed is answered
 * with 4xx where the client takes {@code application/graphql-response+json}, and, unless it is no GraphQL request at all,
 * with 200 where it takes {@code application/json}.
 *
 * @see <a href="https://graphql.github.io/graphql-over-http/draft/#sec-Responses">GraphQL over HTTP, responses</a>
 */
public final class GraphQlRoute {

    /** Where GraphQL is served. */
    public static final String PATH = "/graphql";

    private static final Logger LOG = Logger.getLogger(GraphQlRoute.class);

    /** Before what the framework itself serves under the same path. */
    private static final int ORDER = -1;

    private static final int COUNTING_ORDER = ORDER - 1;

    /** The framework's own WebSockets come before all its other routes. */
    private static final int SOCKET_ORDER = Integer.MIN_VALUE;

    /** In bytes; less fits into one packet anyway. */
    private static final int WORTH_COMPRESSING = 1_024;

    private final GraphQlEngine engine;
    private final Authentication authentication;
    private final HttpConfig config;
    private final InFlight inFlight = new InFlight();
    private final GraphQlSockets sockets;

    /**
     * @param origins of pages that may open WebSockets, besides those of the gateway itself
     * @throws IllegalArgumentException with the name of the property when no body could be let in
     */
    public GraphQlRoute(GraphQlEngine engine, Authentication authentication, HttpConfig config, List<String> origins) {
        if (config.maxBodySize().asLongValue() < 1) {
            throw new IllegalArgumentException("headgate.http.max-body-size must be more than 0");
        }
        this.engine = engine;
        this.authentication = authentication;
        this.config = config;
        this.sockets = new GraphQlSockets(engine, authentication, origins, inFlight);
    }

    public void addTo(Router router) {
        router.get(PATH).order(SOCKET_ORDER).handler(sockets::handle);
        router.route(PATH).order(COUNTING_ORDER).handler(inFlight::handle);
        router.route(PATH)
                .order(ORDER)
                .handler(BodyHandler.create(false)
                        .setBodyLimit(config.maxBodySize().asLongValue()))
                .handler(this::handle)
                .failureHandler(GraphQlRoute::fail);
    }

    /**
     * Ends what is served here, in order: for {@code headgate.http.shutdown-delay} everything goes on, then WebSockets are closed
     * with 1001, which clients answer by connecting anew, and what is in flight ends. Fails when that takes longer than {@code
     * headgate.http.shutdown-timeout}.
     */
    public Uni<Void> drain() {
        inFlight.leave();
        Duration delay = config.shutdownDelay();
        Uni<Void> waited = Uni.createFrom().voidItem();
        return (delay.isZero() ? waited : waited.onItem().delayIt().by(delay))
                .invoke(sockets::close)
                .chain(() -> inFlight.awaitEnd()
                        .ifNoItem()
                        .after(config.shutdownTimeout())
                        .fail());
    }

    /** Whether requests are better sent elsewhere, since {@link #drain()} was asked for. */
    public boolean isLeaving() {
        return inFlight.isLeaving();
    }

    private void handle(RoutingContext context) {
        String mediaType = MediaTypes.negotiate(context.request().getHeader(HttpHeaders.ACCEPT));
        if (mediaType == null) {
            refuse(context, 406, MediaTypes.JSON, "Accept: " + MediaTypes.GRAPHQL_RESPONSE + " or " + MediaTypes.JSON);
        } else if (HttpMethod.POST.equals(context.request().method())) {
            String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
            if (type == null || !MediaTypes.essence(type).equals(MediaTypes.JSON)) {
                refuse(context, 415, mediaType, "Content-Type: " + MediaTypes.JSON + " is what is read here");
                return;
            }
            run(context, mediaType, ctx -> RequestReader.body(bytes(ctx)));
        } else if (HttpMethod.GET.equals(context.request().method())) {
            run(context, mediaType, ctx -> RequestReader.parameters(ctx.queryParams()));
        } else {
            context.response().putHeader(HttpHeaders.ALLOW, "GET, POST");
            refuse(context, 405, mediaType, "GraphQL is asked by POST, or by GET for queries");
        }
    }

    private void run(RoutingContext context, String mediaType, Function<RoutingContext, GraphQlRequest> reader) {
        GraphQlRequest request;
        try {
            request = reader.apply(context);
        } catch (GatewayException e) {
            send(context, 400, mediaType, GraphQlEngine.refusal(e));
            return;
        }
        // When the client goes, what is still being read for it is of no use. Both this and the close are on the event
        // loop.
        AtomicReference<@Nullable Cancellable> running = new AtomicReference<>();
        context.addEndHandler(end -> {
            Cancellable execution = running.get();
            if (end.failed() && execution != null) {
                execution.cancel();
            }
        });
        running.set(authentication
                .caller(credentials(context.request()))
                .chain(caller -> engine.execute(request, caller))
                .onFailure(GatewayException.class)
                .recoverWithItem(refused -> GraphQlEngine.refusal(refused))
                .subscribe()
                .with(result -> send(context, status(result, mediaType), mediaType, result), context::fail));
    }

    static Credentials credentials(HttpServerRequest request) {
        return new Credentials(
                request.getHeader(HttpHeaders.AUTHORIZATION), request.getHeader(Credentials.API_KEY_HEADER));
    }

    private static int status(Result result, String mediaType) {
        return switch (result.outcome()) {
            case EXECUTED -> 200;
            case MUTATION_REFUSED -> 405;
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case UNAVAILABLE -> 503;
            case REFUSED -> mediaType.equals(MediaTypes.JSON) ? 200 : 400;
        };
    }

    private static void refuse(RoutingContext context, int status, String mediaType, String message) {
        send(context, status, mediaType, GraphQlEngine.refusal(GatewayException.invalidArgument(message)));
    }

    private static void send(RoutingContext context, int status, String mediaType, Result result) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (result.outcome() == Outcome.MUTATION_REFUSED) {
            response.putHeader(HttpHeaders.ALLOW, "POST");
        } else if (result.outcome() == Outcome.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        byte[] body = Json.writeUtf8(result.response());
        if (body.length < WORTH_COMPRESSING) {
            // What says how it is encoded is not compressed by the framework.
            response.putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
        }
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, mediaType + "; charset=utf-8")
                .end(Buffer.buffer(body))
                .onFailure(e -> LOG.debugf("an answer was not sent: %s", e.getMessage()));
    }

    private static void fail(RoutingContext context) {
        if (context.statusCode() == 413) {
            refuse(context, 413, MediaTypes.JSON, "the body is larger than headgate.http.max-body-size");
            return;
        }
        @Nullable Throwable failure = context.failure();
        LOG.errorf(failure, "a request failed: status=%d", context.statusCode());
        send(
                context,
                500,
                MediaTypes.JSON,
                GraphQlEngine.refusal(GatewayException.of(
                        ErrorCode.INTERNAL, "something went wrong inside Headgate; its log has the details")));
    }

    private static byte[] bytes(RoutingContext context) {
        Buffer body = context.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }
}
