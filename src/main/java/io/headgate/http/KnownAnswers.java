package io.headgate.http;

import io.headgate.graphql.GraphQlRequest.Way;
import io.headgate.http.Sent.Form;
import io.headgate.limit.Admission;
import io.headgate.response.Answer;
import io.headgate.response.Question;
import io.headgate.response.ResponseCache;
import io.headgate.security.Caller;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shortest way to an answer, before all that other requests need: to one that is kept, by the bytes of the body, or to its
 * execution. It takes POSTs of JSON that no page of another site sent, of callers who are known; all else goes on as it came.
 */
final class KnownAnswers {

    /** Under which a request that was looked at is kept with its context. */
    private static final String SENT = Sent.class.getName();

    private final Admission admission;
    private final ResponseCache cache;
    private final Counter found;
    private final int maxListSize;
    private final Shortcut shortcut;

    /** How a request is executed to which no answer is kept. */
    interface Shortcut {

        /** Whether requests can be executed here and now. */
        boolean isOpen();

        /** Executes and answers one. */
        void take(RoutingContext context, String mediaType, Sent sent, Caller caller);
    }

    /**
     * @param found counts what is answered
     * @param maxListSize of lists in variables
     */
    KnownAnswers(Admission admission, ResponseCache cache, Counter found, int maxListSize, Shortcut shortcut) {
        this.admission = admission;
        this.cache = cache;
        this.found = found;
        this.maxListSize = maxListSize;
        this.shortcut = shortcut;
    }

    /** Answers a request whose body has been read, or hands it on. */
    void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        byte[] bytes = RequestBody.of(context);
        if (bytes != null
                && HttpMethod.POST.equals(request.method())
                && request.getHeader(HttpHeaders.ORIGIN) == null
                && MediaTypes.JSON.equals(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
            String mediaType = mediaType(request.getHeader(HttpHeaders.ACCEPT));
            Supplier<String> address = () -> RemoteAddress.of(request);
            Caller caller = mediaType == null ? null : admission.known(GraphQlRoute.credentials(request), address);
            if (mediaType != null && caller != null) {
                Sent sent = new Sent(Form.JSON, bytes, () -> RequestReader.body(bytes, Way.POST, maxListSize));
                context.put(SENT, sent);
                Question question = sent.question(caller);
                Answer answer = question == null ? null : cache.find(question);
                if (answer != null && admission.admits(caller, address)) {
                    found.increment();
                    AnswerHeaders.put(context.response(), mediaType, answer.body().length);
                    AnswerHeaders.put(context.response(), answer, cache.age(answer));
                    context.response().end(Buffer.buffer(answer.body()));
                    return;
                }
                if (answer == null && shortcut.isOpen() && admission.admits(caller, address)) {
                    shortcut.take(context, mediaType, sent, caller);
                    return;
                }
            }
        }
        context.next();
    }

    /** What a request is that {@link #handle} has looked at and handed on, or {@code null}. */
    static @Nullable Sent sent(RoutingContext context) {
        return context.get(SENT);
    }

    /** The type of one answer, where that is told at a glance. */
    private static @Nullable String mediaType(@Nullable String accept) {
        if (accept == null || accept.equals("*/*") || accept.equals(MediaTypes.JSON)) {
            return MediaTypes.JSON;
        }
        return accept.equals(MediaTypes.GRAPHQL_RESPONSE) ? MediaTypes.GRAPHQL_RESPONSE : null;
    }
}
