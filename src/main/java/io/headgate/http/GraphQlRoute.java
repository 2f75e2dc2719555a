package io.headgate.http;

import io.headgate.audit.AuditLog;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine;
import io.headgate.graphql.GraphQlRequest.Way;
import io.headgate.http.Sent.Form;
import io.headgate.limit.Admission;
import io.headgate.limit.Connections;
import io.headgate.limit.Executions;
import io.headgate.redis.SharedRedis;
import io.headgate.response.ResponseCache;
import io.headgate.response.SharedAnswers;
import io.headgate.security.Caller;
import io.headgate.security.Credentials;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The route {@code /graphql}: POST with a JSON body or a document, GET for queries alone, either with one answer or with
 * server-sent events. A request that can't be executed is answered
 * with 4xx where the client takes {@code application/graphql-response+json}, and, unless it is no GraphQL request at all,
 * with 200 where it takes {@code application/json}.
 *
 * @see <a href="https://graphql.github.io/graphql-over-http/draft/#sec-Responses">GraphQL over HTTP, responses</a>
 */
public final class GraphQlRoute {

    /** Where GraphQL is served. */
    public static final String PATH = "/graphql";

    /** Before what the framework itself serves under the same path. */
    private static final int ORDER = -1;

    /** Not before the framework's own handlers: there the end of a request was never told, and each shutdown waited for it. */
    private static final int COUNTING_ORDER = ORDER - 1;

    /** The framework's own WebSockets come before all its other routes. */
    private static final int SOCKET_ORDER = Integer.MIN_VALUE;

    /** Before all that the framework does with requests, CORS too. */
    private static final int FRONT_ORDER = SOCKET_ORDER + 1;

    private final Admission admission;
    private final HttpConfig config;
    private final int maxListSize;
    private final boolean isTraced;
    private final InFlight inFlight = new InFlight();
    private final Replies replies;
    private final ReplySender sender;
    private final KnownAnswers known;
    private final Map<CharSequence, CharSequence> headers;
    private final GraphQlSockets sockets;
    private final EventStreams streams;

    /**
     * @param hasEntityCache whether what is read by its key comes from a cache that all replicas have
     * @param isTraced whether each request that is executed must pass the framework's handlers, which trace it
     * @param origins of pages that may open WebSockets, besides those of the gateway itself
     * @param headers of all answers
     * @throws IllegalArgumentException with the name of the property when no body could be let in, or no document be run
     */
    public GraphQlRoute(
            Vertx vertx,
            GraphQlEngine engine,
            Admission admission,
            Connections connections,
            Executions executions,
            HttpConfig config,
            SharedRedis redis,
            AuditLog audit,
            ResponseCache cache,
            SharedAnswers answers,
            boolean hasEntityCache,
            boolean isTraced,
            List<String> origins,
            Map<String, String> headers,
            MeterRegistry meters) {
        if (config.maxBodySize().asLongValue() < 1) {
            throw new IllegalArgumentException("headgate.http.max-body-size must be more than 0");
        }
        this.admission = admission;
        this.config = config;
        this.maxListSize = engine.maxListSize();
        this.isTraced = isTraced;
        Documents documents = config.trustedDocuments().isPresent()
                ? TrustedDocuments.of(config.trustedDocuments().get())
                : new AutomaticDocuments(redis, config.persistedQueryPrefix(), config.persistedQueryTtl());
        Refusals refusals = new Refusals(audit, config.trustedDocuments().isEmpty());
        Operations operations = new Operations(engine, documents, executions);
        this.sockets = new GraphQlSockets(
                documents, operations, admission, connections, origins, inFlight, refusals, config.pingInterval());
        this.streams = new EventStreams(documents, operations, connections, refusals);
        this.sender = new ReplySender(cache, refusals);
        this.replies = new Replies(vertx, engine, executions, documents, cache, answers, hasEntityCache, meters);
        this.known = new KnownAnswers(
                admission,
                cache,
                headers,
                replies.fromProcess(),
                meters,
                engine.maxListSize(),
                config.maxBodySize().asLongValue(),
                new Shortcut());
        this.headers = headers.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        header -> HttpHeaders.createOptimized(header.getKey()),
                        header -> HttpHeaders.createOptimized(header.getValue())));
    }

    public void addTo(Router router) {
        router.route().order(SOCKET_ORDER).handler(known::attend).handler(SlowClients::handle);
        router.get(PATH).order(SOCKET_ORDER).handler(sockets::handle);
        router.route(PATH).order(FRONT_ORDER).handler(this::putHeaders);
        router.route(PATH).order(COUNTING_ORDER).handler(inFlight::handle);
        router.route(PATH)
                .order(FRONT_ORDER + 1)
                .handler(RequestBody.reader(config.maxBodySize().asLongValue()))
                .failureHandler(sender::failReading);
        router.route(PATH)
                .order(FRONT_ORDER + 1)
                .handler(SlowClients::hasSent)
                .handler(known::handle)
                .failureHandler(sender::fail);
        router.route(PATH).order(ORDER).handler(this::handle).failureHandler(sender::fail);
        router.route().order(ORDER).failureHandler(GraphQlRoute::failElsewhere);
        // Where the framework tells of itself.
        router.route(PATH + "/schema.graphql")
                .order(ORDER)
                .handler(context -> context.response().setStatusCode(404).end());
    }

    /**
     * Ends what is served here, in order: for {@code headgate.http.shutdown-delay} everything goes on, then WebSockets are closed
     * with 1001 and event streams are broken off, which clients answer by connecting anew, and what is in flight ends. Fails
     * when that takes longer than {@code headgate.http.shutdown-timeout}.
     */
    public Uni<Void> drain() {
        inFlight.leave();
        Duration delay = config.shutdownDelay();
        Uni<Void> waited = Uni.createFrom().voidItem();
        return (delay.isZero() ? waited : waited.onItem().delayIt().by(delay))
                .invoke(sockets::close)
                .invoke(streams::close)
                .chain(() -> inFlight.awaitEnd()
                        .ifNoItem()
                        .after(config.shutdownTimeout())
                        .fail());
    }

    /** Whether requests are better sent elsewhere, since {@link #drain()} was asked for. */
    public boolean isLeaving() {
        return inFlight.isLeaving();
    }

    /** Also where the framework has no time to: what is answered at once, or too large. */
    private void putHeaders(RoutingContext context) {
        HttpServerResponse response = context.response();
        headers.forEach((name, value) -> response.putHeader(name, value));
        context.next();
    }

    private void handle(RoutingContext context) {
        String mediaType = MediaTypes.negotiate(context.request().getHeader(HttpHeaders.ACCEPT));
        HttpMethod method = context.request().method();
        if (mediaType == null) {
            sender.refuse(
                    context,
                    406,
                    MediaTypes.JSON,
                    "Accept: " + MediaTypes.GRAPHQL_RESPONSE + ", " + MediaTypes.JSON + " or "
                            + MediaTypes.EVENT_STREAM);
        } else if (HttpMethod.POST.equals(method)) {
            String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
            String essence = type == null ? "" : MediaTypes.essence(type);
            boolean isDocument = essence.equals(MediaTypes.GRAPHQL);
            if (type == null || !(isDocument || essence.equals(MediaTypes.JSON)) || !MediaTypes.isUtf8(type)) {
                sender.refuse(
                        context,
                        415,
                        single(mediaType),
                        "Content-Type: " + MediaTypes.JSON + " in UTF-8 is what is read here");
                return;
            }
            Sent looked = KnownAnswers.sent(context);
            if (looked != null) {
                run(context, mediaType, looked);
                return;
            }
            Way way = isStream(mediaType) ? Way.EVENTS_BY_POST : Way.POST;
            byte[] body = bytes(context);
            answer(
                    context,
                    mediaType,
                    isDocument
                            ? new Sent(Form.DOCUMENT, body, () -> RequestReader.document(body, way))
                            : new Sent(Form.JSON, body, () -> RequestReader.body(body, way, maxListSize)));
        } else if (HttpMethod.GET.equals(method)) {
            if (ForgedRequests.mayBe(context.request())) {
                sender.refuse(
                        context,
                        400,
                        single(mediaType),
                        "a GET says that a program sends it: Accept: " + single(mediaType));
                return;
            }
            Way way = isStream(mediaType) ? Way.EVENTS_BY_GET : Way.GET;
            byte[] parameters = String.valueOf(context.request().query()).getBytes(StandardCharsets.UTF_8);
            answer(
                    context,
                    mediaType,
                    new Sent(Form.PARAMETERS, parameters, () -> RequestReader.parameters(context.queryParams(), way)));
        } else {
            context.response().putHeader(HttpHeaders.ALLOW, "GET, POST");
            sender.refuse(context, 405, single(mediaType), "GraphQL is asked by POST, or by GET for queries");
        }
    }

    private static boolean isStream(String mediaType) {
        return mediaType.equals(MediaTypes.EVENT_STREAM);
    }

    /** The type of an answer that is no stream. */
    private static String single(String mediaType) {
        return isStream(mediaType) ? MediaTypes.JSON : mediaType;
    }

    private void answer(RoutingContext context, String mediaType, Sent sent) {
        if (isStream(mediaType)) {
            stream(context, sent::read);
        } else {
            run(context, mediaType, sent);
        }
    }

    /** Who may not ask at all is told by the status; all else is told in the stream. */
    private void stream(RoutingContext context, Supplier<Asked> reader) {
        Context loop = context.vertx().getOrCreateContext();
        admitted(context)
                .subscribe()
                .with(
                        caller -> loop.runOnContext(ignored -> {
                            try {
                                streams.run(context, caller, RemoteAddress.of(context.request()), reader);
                            } catch (GatewayException full) {
                                sender.refuse(context, full);
                            }
                        }),
                        failure -> loop.runOnContext(ignored -> {
                            if (failure instanceof GatewayException refused) {
                                sender.refuse(context, refused);
                            } else {
                                context.fail(failure);
                            }
                        }));
    }

    /** Who sends a request, when it may. */
    private Uni<Caller> admitted(RoutingContext context) {
        String address = RemoteAddress.of(context.request());
        return admission
                .caller(credentials(context.request()), address)
                .invoke(caller -> sender.keep(caller, context))
                .call(caller -> admission.request(caller, address));
    }

    /** Executes without the framework's handlers, which do nothing for these requests unless they trace them. */
    private final class Shortcut implements KnownAnswers.Shortcut {

        @Override
        public boolean isOpen() {
            return !isTraced && !inFlight.isLeaving();
        }

        @Override
        public Uni<Reply> execute(Sent sent, Caller caller) {
            return replies.reply(sent, caller);
        }

        @Override
        public @Nullable Cancellable read(
                Sent sent, Caller caller, BiConsumer<? super @Nullable Reply, ? super @Nullable Throwable> outcome) {
            return replies.read(sent, caller, outcome);
        }

        @Override
        public void begin() {
            inFlight.begin();
        }

        @Override
        public void end() {
            inFlight.end();
        }

        @Override
        public void answer(RoutingContext context, String mediaType, Caller caller, Uni<Reply> reply) {
            sender.keep(caller, context);
            inFlight.begin();
            context.addEndHandler(end -> inFlight.end());
            run(context, mediaType, reply);
        }
    }

    private void run(RoutingContext context, String mediaType, Sent sent) {
        run(context, mediaType, admitted(context).chain(caller -> {
            Reply known = replies.known(sent, caller);
            return known == null
                    ? replies.reply(sent, caller)
                    : Uni.createFrom().item(known);
        }));
    }

    private void run(RoutingContext context, String mediaType, Uni<Reply> answering) {
        // When the client goes, what is still being read for it is of no use. Both this and the close are on the event
        // loop.
        AtomicReference<@Nullable Cancellable> running = new AtomicReference<>();
        context.addEndHandler(end -> {
            Cancellable execution = running.get();
            if (end.failed() && execution != null) {
                execution.cancel();
            }
        });
        running.set(answering
                .onFailure(GatewayException.class)
                .recoverWithItem(refused -> Reply.of(GraphQlEngine.refusal(refused)))
                .subscribe()
                .with(reply -> sender.send(context, mediaType, reply), context::fail));
    }

    static Credentials credentials(HttpServerRequest request) {
        return credentials(request::getHeader);
    }

    /** @param headers the first of each name */
    static Credentials credentials(Function<CharSequence, @Nullable String> headers) {
        return new Credentials(headers.apply(HttpHeaders.AUTHORIZATION), headers.apply(Credentials.API_KEY_HEADER));
    }

    /** What is wrong with a request is told to its client, and need not be in the log as the gateway's error. */
    private static void failElsewhere(RoutingContext context) {
        if (context.statusCode() == 400 && !context.response().headWritten()) {
            context.response().setStatusCode(400).end();
        } else {
            context.next();
        }
    }

    private static byte[] bytes(RoutingContext context) {
        byte[] body = RequestBody.of(context);
        return body == null ? new byte[0] : body;
    }
}
