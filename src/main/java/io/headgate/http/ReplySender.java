package io.headgate.http;

import io.headgate.audit.AuditRecord.Transport;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine;
import io.headgate.graphql.GraphQlEngine.Outcome;
import io.headgate.graphql.GraphQlEngine.Result;
import io.headgate.response.Answer;
import io.headgate.response.ResponseCache;
import io.headgate.security.Caller;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Sends replies, each with the status and the headers that HTTP has for it; a refusal leaves its record before it is told. */
final class ReplySender {

    private static final Logger LOG = Logger.getLogger(ReplySender.class);

    /** Under which the caller is kept with a request. */
    private static final String CALLER = Caller.class.getName();

    private final ResponseCache cache;
    private final Refusals refusals;

    /** @param refusals the records of what was refused */
    ReplySender(ResponseCache cache, Refusals refusals) {
        this.cache = cache;
        this.refusals = refusals;
    }

    /** Whose request it is, which the record of a refusal tells. */
    void keep(Caller caller, RoutingContext context) {
        context.put(CALLER, caller);
    }

    void refuse(RoutingContext context, int status, String mediaType, String message) {
        send(context, status, mediaType, Reply.of(GraphQlEngine.refusal(GatewayException.invalidArgument(message))));
    }

    void refuse(RoutingContext context, GatewayException refused) {
        send(context, MediaTypes.JSON, Reply.of(GraphQlEngine.refusal(refused)));
    }

    /** Also 304 where the client has what is kept. Nothing is sent to one that has gone. */
    void send(RoutingContext context, String mediaType, Reply reply) {
        Answer kept = reply.kept();
        if (kept != null) {
            if (isGone(context)) {
                return;
            }
            HttpServerResponse response = context.response();
            AnswerHeaders.put(response, kept, reply.isFound() ? cache.age(kept) : null);
            if (HttpMethod.GET.equals(context.request().method())
                    && AnswerHeaders.matches(context.request().getHeader(HttpHeaders.IF_NONE_MATCH), kept)) {
                response.setStatusCode(304).end();
                return;
            }
        }
        send(context, status(reply, mediaType), mediaType, reply);
    }

    private void send(RoutingContext context, int status, String mediaType, Reply reply) {
        Result result = reply.result();
        if (result == null || result.outcome() == Outcome.EXECUTED) {
            write(context, status, mediaType, reply);
        } else if (!isGone(context)) {
            refusals.add(transport(context), context.get(CALLER), status, result)
                    .onComplete(recorded -> write(context, status, mediaType, reply));
        }
    }

    private static boolean isGone(RoutingContext context) {
        return context.response().ended() || context.response().closed();
    }

    private void write(RoutingContext context, int status, String mediaType, Reply reply) {
        if (isGone(context)) {
            return;
        }
        HttpServerResponse response = context.response();
        Result result = reply.result();
        if (reply.outcome() == Outcome.MUTATION_REFUSED) {
            response.putHeader(HttpHeaders.ALLOW, "POST");
        } else if (reply.outcome() == Outcome.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        if (result != null && result.retryAfterSeconds() != null) {
            response.putHeader(
                    HttpHeaders.RETRY_AFTER, result.retryAfterSeconds().toString());
        }
        AnswerHeaders.put(response, mediaType, reply.body().length());
        response.setStatusCode(status)
                .end(reply.body())
                .onFailure(e -> LOG.debugf("an answer was not sent: %s", e.getMessage()));
    }

    private static Transport transport(RoutingContext context) {
        return MediaTypes.EVENT_STREAM.equals(
                        MediaTypes.negotiate(context.request().getHeader(HttpHeaders.ACCEPT)))
                ? Transport.SSE
                : Transport.HTTP;
    }

    private static int status(Reply reply, String mediaType) {
        if (!reply.isRequest()) {
            return 400;
        }
        return switch (reply.outcome()) {
            case EXECUTED -> 200;
            case MUTATION_REFUSED -> 405;
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case UNAVAILABLE -> 503;
            case TOO_MANY_REQUESTS -> 429;
            case REFUSED -> mediaType.equals(MediaTypes.JSON) ? 200 : 400;
        };
    }

    /** Whatever keeps a body from being read is the client's doing. */
    void failReading(RoutingContext context) {
        if (context.statusCode() == 413) {
            refuse(context, 413, MediaTypes.JSON, "the body is larger than headgate.http.max-body-size");
        } else if (!context.response().closed() && !context.response().headWritten()) {
            LOG.debugf("a body is not read: %s", context.failure());
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            refuse(context, 400, MediaTypes.JSON, "the request is not one by HTTP's rules");
        }
    }

    void fail(RoutingContext context) {
        @Nullable Throwable failure = context.failure();
        LOG.errorf(failure, "a request failed: status=%d", context.statusCode());
        String message = "something went wrong inside Headgate; its log has the details";
        Result result = GraphQlEngine.refusal(GatewayException.of(ErrorCode.INTERNAL, message));
        send(context, 500, MediaTypes.JSON, Reply.of(result));
    }
}
