package io.headgate.http;

import io.headgate.graphql.GraphQlRequest.Way;
import io.headgate.http.Sent.Form;
import io.headgate.limit.Admission;
import io.headgate.response.Answer;
import io.headgate.response.Question;
import io.headgate.response.ResponseCache;
import io.headgate.security.Caller;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shortest way to an answer, before all that other requests need: to one that is kept, by the bytes of the body, or to its
 * execution. It takes POSTs of JSON that no page of another site sent, of callers who are known; all else goes on as it came.
 */
final class KnownAnswers {

    /** Under which a request that was looked at is kept with its context. */
    private static final String SENT = Sent.class.getName();

    /** In bytes, of a response: what {@code etag}, {@code age} and {@code content-length} say. */
    private static final int REST_OF_HEAD = 100;

    private static final String END_OF_LINE = "\r\n";

    private final Admission admission;
    private final ResponseCache cache;
    private final Counter found;
    private final Timer requests;
    private final int maxListSize;
    private final Shortcut shortcut;
    private final long longestBody;

    /** The beginnings of responses with answers that are kept, and with others, by media type. */
    private final Map<String, byte[]> kept;

    private final Map<String, byte[]> unkept;

    /** How a request is executed to which no answer is kept. */
    interface Shortcut {

        /** Whether requests can be executed here and now. */
        boolean isOpen();

        Uni<Reply> execute(Sent sent, Caller caller);

        /** As {@link Replies#read}. */
        @Nullable
        Cancellable read(
                Sent sent, Caller caller, BiConsumer<? super @Nullable Reply, ? super @Nullable Throwable> outcome);

        /** Counts a request that a shutdown waits for until {@link #end}. */
        void begin();

        void end();

        /** Answers one with what its execution gives. */
        void answer(RoutingContext context, String mediaType, Caller caller, Uni<Reply> reply);
    }

    /**
     * @param headers of all answers
     * @param found counts what is answered
     * @param maxListSize of lists in variables
     * @param longestBody in bytes
     */
    KnownAnswers(
            Admission admission,
            ResponseCache cache,
            Map<String, String> headers,
            Counter found,
            MeterRegistry meters,
            int maxListSize,
            long longestBody,
            Shortcut shortcut) {
        this.admission = admission;
        this.cache = cache;
        this.found = found;
        // As the framework's own, which does not see what is answered before it.
        this.requests = meters.timer(
                "http.server.requests",
                "method",
                "POST",
                "outcome",
                "SUCCESS",
                "status",
                "200",
                "uri",
                GraphQlRoute.PATH);
        this.maxListSize = maxListSize;
        this.shortcut = shortcut;
        this.longestBody = longestBody;
        this.kept = heads(type -> AnswerHeaders.head(headers, type, true));
        this.unkept = heads(type -> AnswerHeaders.head(headers, type, false));
    }

    private static Map<String, byte[]> heads(UnaryOperator<String> head) {
        return Stream.of(MediaTypes.JSON, MediaTypes.GRAPHQL_RESPONSE)
                .collect(Collectors.toUnmodifiableMap(
                        type -> type, type -> head.apply(type).getBytes(StandardCharsets.US_ASCII)));
    }

    /** Lets the requests that follow the first one on a connection be answered as soon as they are read. */
    void attend(RoutingContext context) {
        if (context.request().version() != HttpVersion.HTTP_2) {
            KnownAnswersHandler.attend(context.request(), this);
        }
        context.next();
    }

    /** Who asks, and what the answer is to be. */
    record Asker(String mediaType, Caller caller) {}

    /**
     * Who sends a POST of HTTP/1, where it can be answered before the framework sees it; otherwise {@code null}.
     *
     * @param headers the first of each name
     * @param address where it comes from
     * @param length of its body
     */
    @Nullable
    Asker asker(Function<CharSequence, @Nullable String> headers, Supplier<String> address, int length) {
        return shortcut.isOpen() && length <= longestBody ? asker(headers, address) : null;
    }

    /** Where that is told at a glance of a POST that no page of another site sent, of a caller who is known. */
    private @Nullable Asker asker(Function<CharSequence, @Nullable String> headers, Supplier<String> address) {
        if (headers.apply(HttpHeaders.ORIGIN) != null
                || !MediaTypes.JSON.equals(headers.apply(HttpHeaders.CONTENT_TYPE))) {
            return null;
        }
        String mediaType = mediaType(headers.apply(HttpHeaders.ACCEPT));
        Caller caller = mediaType == null ? null : admission.known(GraphQlRoute.credentials(headers), address);
        return mediaType == null || caller == null ? null : new Asker(mediaType, caller);
    }

    Sent sent(byte[] body) {
        return new Sent(Form.JSON, body, () -> RequestReader.body(body, Way.POST, maxListSize));
    }

    /** The answer that is kept to what was sent, or {@code null}. */
    @Nullable
    Answer find(Asker asker, Sent sent) {
        Question question = sent.question(asker.caller);
        return question == null ? null : cache.find(question);
    }

    /** Whether it may ask now, which is counted. */
    boolean admits(Asker asker, Supplier<String> address) {
        return admission.admits(asker.caller, address);
    }

    Uni<Reply> execute(Sent sent, Asker asker) {
        return shortcut.execute(sent, asker.caller);
    }

    /** As {@link Replies#read}. */
    @Nullable
    Cancellable read(Sent sent, Asker asker, BiConsumer<? super @Nullable Reply, ? super @Nullable Throwable> outcome) {
        return shortcut.read(sent, asker.caller, outcome);
    }

    /** Counts a request that is executed, for which a shutdown waits until {@link #end}. */
    void begin() {
        shortcut.begin();
    }

    void end() {
        shortcut.end();
    }

    /** Counts an answer that was found. */
    void countFound() {
        found.increment();
    }

    /** Counts a request of HTTP/1 that the framework does not see. */
    void count(long nanos) {
        requests.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The whole response of HTTP/1.1 with an answer that was found. */
    ByteBuf response(Asker asker, Answer found, ByteBufAllocator allocator) {
        return response(head(kept, asker), found, cache.age(found), found.body(), allocator);
    }

    /** The whole response of HTTP/1.1 with what was executed. */
    ByteBuf response(Asker asker, Reply executed, ByteBufAllocator allocator) {
        Answer answer = executed.kept();
        Duration age = answer != null && executed.isFound() ? cache.age(answer) : null;
        byte[] head = head(answer == null ? unkept : kept, asker);
        return response(head, answer, age, executed.body().getBytes(), allocator);
    }

    private static byte[] head(Map<String, byte[]> heads, Asker asker) {
        return Objects.requireNonNull(heads.get(asker.mediaType));
    }

    private static ByteBuf response(
            byte[] head, @Nullable Answer kept, @Nullable Duration age, byte[] body, ByteBufAllocator allocator) {
        ByteBuf response = allocator.directBuffer(head.length + REST_OF_HEAD + body.length);
        response.writeBytes(head);
        if (kept != null) {
            write(response, "etag: ", kept.etag());
        }
        if (age != null) {
            write(response, "age: ", Long.toString(age.toSeconds()));
        }
        write(response, "content-length: ", Integer.toString(body.length));
        ByteBufUtil.writeAscii(response, END_OF_LINE);
        return response.writeBytes(body);
    }

    private static void write(ByteBuf response, String name, String value) {
        ByteBufUtil.writeAscii(response, name);
        ByteBufUtil.writeAscii(response, value);
        ByteBufUtil.writeAscii(response, END_OF_LINE);
    }

    /** Answers a request whose body has been read, or hands it on. */
    void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        KnownAnswersHandler.Made made = KnownAnswersHandler.made(request);
        if (made != null) {
            shortcut.answer(context, made.asker().mediaType, made.asker().caller, made.reply());
            return;
        }
        byte[] bytes = RequestBody.of(context);
        Supplier<String> address = () -> RemoteAddress.of(request);
        Asker asker =
                bytes != null && HttpMethod.POST.equals(request.method()) ? asker(request::getHeader, address) : null;
        if (bytes != null && asker != null) {
            Sent sent = sent(bytes);
            context.put(SENT, sent);
            Answer answer = find(asker, sent);
            if (answer != null && admits(asker, address)) {
                found.increment();
                AnswerHeaders.put(context.response(), asker.mediaType, answer.body().length);
                AnswerHeaders.put(context.response(), answer, cache.age(answer));
                context.response().end(Buffer.buffer(answer.body()));
                return;
            }
            if (answer == null && shortcut.isOpen() && admits(asker, address)) {
                shortcut.answer(context, asker.mediaType, asker.caller, execute(sent, asker));
                return;
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
