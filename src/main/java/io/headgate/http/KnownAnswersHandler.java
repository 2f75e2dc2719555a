package io.headgate.http;

import io.headgate.graphql.GraphQlEngine.Outcome;
import io.headgate.http.KnownAnswers.Asker;
import io.headgate.response.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests as soon as Netty has read them, so that neither Vert.x nor the framework has to: with what {@link KnownAnswers}
 * has, or by executing them. It stands behind Netty's decoder and encoder of HTTP/1 on a connection, and does so only where no request
 * before waits for its answer, the request has come whole at once, and nothing it says needs more than its body. All else goes on
 * as it came, in its order, and so does what is executed and is no plain answer, with that.
 *
 * <p>All of it is on the connection's event loop.
 */
final class KnownAnswersHandler extends ChannelDuplexHandler {

    /** What makes a request another one than its body tells, or another's than the connection's. */
    private static final AsciiString[] NEEDS_MORE = {
        HttpHeaderNames.TRANSFER_ENCODING,
        HttpHeaderNames.CONTENT_ENCODING,
        HttpHeaderNames.EXPECT,
        HttpHeaderNames.UPGRADE,
        AsciiString.cached("forwarded")
    };

    private final KnownAnswers known;
    private final ConnectionBase connection;
    private final String host;
    private final String address;
    private final boolean isProxy;
    private final ChannelHandlerContext encoder;
    private final SlowClients.@Nullable Clock clock;
    private final @Nullable IdleStateHandler idle;

    /** How many requests have gone on of which the answers have not come by. */
    private int unanswered = 1;

    private boolean isInterim;
    private boolean isEnding;
    private boolean hasWritten;

    /** Whether those behind were given something since they were told that all was read. */
    private boolean hasPassed = true;

    private @Nullable HttpRequest held;
    private final List<HttpContent> heldBody = new ArrayList<>();
    private long began;

    /** What is executed here. */
    private @Nullable Execution running;

    /** What came after it. */
    private final Queue<Object> waiting = new ArrayDeque<>();

    private boolean isPaused;

    /** What the request that has gone on is answered with. */
    private @Nullable Made made;

    private KnownAnswersHandler(
            KnownAnswers known,
            ConnectionBase connection,
            String host,
            String address,
            boolean isProxy,
            ChannelHandlerContext encoder) {
        ChannelPipeline pipeline = connection.channel().pipeline();
        this.known = known;
        this.connection = connection;
        this.host = host;
        this.address = address;
        this.isProxy = isProxy;
        this.encoder = encoder;
        this.clock = pipeline.get(SlowClients.Clock.class);
        this.idle = pipeline.get(IdleStateHandler.class);
    }

    /**
     * Puts a handler on the connection of its first request, which must be handed to this as soon as it is read: its answer is the
     * one that is waited for. Later requests have to name the same host, as Vert.x has checked that, and are believed
     * to be forwarded where it is.
     */
    static void attend(HttpServerRequest first, KnownAnswers known) {
        if (!(first.connection() instanceof ConnectionBase connection)) {
            return;
        }
        ChannelPipeline pipeline = connection.channel().pipeline();
        if (pipeline.get(KnownAnswersHandler.class) != null) {
            return;
        }
        ChannelHandlerContext encoder = pipeline.context(HttpResponseEncoder.class);
        String host = first.getHeader(HttpHeaderNames.HOST);
        String address = connection.remoteAddress().hostAddress();
        boolean isProxy = !connection.remoteAddress().equals(first.remoteAddress());
        if (encoder != null && host != null && address != null) {
            pipeline.addAfter(
                    encoder.name(),
                    null,
                    new KnownAnswersHandler(known, connection, host, RemoteAddress.network(address), isProxy, encoder));
        }
    }

    /** What a request is answered with that was executed before it got to Vert.x; {@code null} where it was not. */
    static @Nullable Made made(HttpServerRequest request) {
        KnownAnswersHandler handler = request.connection() instanceof ConnectionBase connection
                ? connection.channel().pipeline().get(KnownAnswersHandler.class)
                : null;
        if (handler == null) {
            return null;
        }
        Made made = handler.made;
        handler.made = null;
        return made;
    }

    /** Who asked, and what the answer is. */
    record Made(Asker asker, Uni<Reply> reply) {}

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (running != null) {
            // Answers come in the order of their requests.
            waiting.add(message);
            isPaused = true;
            context.channel().config().setAutoRead(false);
            return;
        }
        if (held != null && message instanceof HttpContent part) {
            heldBody.add(part);
            if (part instanceof LastHttpContent last) {
                HttpRequest begun = held;
                LastHttpContent body = whole(last);
                held = null;
                if (!isTaken(context, begun, body)) {
                    pass(context, begun);
                    pass(context, body);
                }
            }
            return;
        }
        passHeld(context);
        if (message instanceof HttpRequest request && mayBeTaken(context, request)) {
            began = System.nanoTime();
            held = request;
        } else {
            pass(context, message);
        }
    }

    /** The body that is held: Netty reads into buffers as large as what came last. */
    private LastHttpContent whole(LastHttpContent last) {
        if (heldBody.size() == 1) {
            heldBody.clear();
            return last;
        }
        ByteBuf[] parts = heldBody.stream().map(HttpContent::content).toArray(ByteBuf[]::new);
        heldBody.clear();
        DefaultLastHttpContent whole =
                new DefaultLastHttpContent(Unpooled.wrappedBuffer(parts), last.trailingHeaders());
        whole.setDecoderResult(last.decoderResult());
        return whole;
    }

    private void pass(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            unanswered++;
        }
        hasPassed = true;
        context.fireChannelRead(message);
    }

    private void passHeld(ChannelHandlerContext context) {
        HttpRequest begun = held;
        if (begun != null) {
            held = null;
            pass(context, begun);
            List<HttpContent> parts = List.copyOf(heldBody);
            heldBody.clear();
            parts.forEach(part -> pass(context, part));
        }
    }

    /** A body that has not come yet is Vert.x's to wait for. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        passHeld(context);
        if (hasWritten) {
            hasWritten = false;
            encoder.flush();
        }
        if (hasPassed) {
            hasPassed = false;
            context.fireChannelReadComplete();
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // It is the promise.
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            boolean isInformational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            boolean isSwitch = response.status().code() == 101;
            isInterim = isInformational && !isSwitch;
            isEnding |=
                    isSwitch || response.headers().contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        }
        if (message instanceof LastHttpContent && !isInterim) {
            unanswered--;
            made = null;
        }
        context.write(message, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        leave();
    }

    private void leave() {
        Execution useless = running;
        running = null;
        if (useless != null) {
            useless.cancel();
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        heldBody.forEach(ReferenceCountUtil::release);
        heldBody.clear();
        held = null;
    }

    /** As {@link RemoteAddress#of} tells it. */
    private String address(HttpHeaders headers) {
        List<String> forwarded = isProxy ? headers.getAll(RemoteAddress.FORWARDED_FOR) : List.of();
        return forwarded.isEmpty() ? address : RemoteAddress.last(forwarded);
    }

    private boolean mayBeTaken(ChannelHandlerContext context, HttpRequest request) {
        HttpHeaders headers = request.headers();
        String kept = headers.get(HttpHeaderNames.CONNECTION);
        return unanswered == 0
                && !isEnding
                && request.decoderResult().isSuccess()
                && HttpMethod.POST.equals(request.method())
                && GraphQlRoute.PATH.equals(request.uri())
                && HttpVersion.HTTP_1_1.equals(request.protocolVersion())
                && host.equals(headers.get(HttpHeaderNames.HOST))
                && (kept == null || HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(kept))
                && !needsMore(headers)
                && (isProxy || !headers.contains(RemoteAddress.FORWARDED_FOR))
                // Who does not read may ask no more.
                && context.channel().isWritable();
    }

    private static boolean needsMore(HttpHeaders headers) {
        for (AsciiString each : NEEDS_MORE) {
            if (headers.contains(each)) {
                return true;
            }
        }
        return false;
    }

    private boolean isTaken(ChannelHandlerContext context, HttpRequest request, LastHttpContent body) {
        HttpHeaders headers = request.headers();
        Supplier<String> from = () -> address(headers);
        Asker asker = body.decoderResult().isSuccess()
                ? known.asker(headers::get, from, body.content().readableBytes())
                : null;
        if (asker == null) {
            return false;
        }
        Sent sent = known.sent(ByteBufUtil.getBytes(body.content()));
        Answer answer = known.find(asker, sent);
        if ((answer != null && mayBeCompressed(request, answer.body().length)) || !known.admits(asker, from)) {
            return false;
        }
        if (clock != null) {
            clock.stop();
        }
        if (idle != null) {
            idle.resetReadTimeout();
            idle.resetWriteTimeout();
        }
        if (answer == null) {
            execute(new Execution(context, request, body, asker), sent);
        } else {
            body.release();
            known.countFound();
            write(known.response(asker, answer, encoder.alloc()));
        }
        return true;
    }

    private static boolean mayBeCompressed(HttpRequest request, int length) {
        return AnswerHeaders.isWorthCompressing(length) && request.headers().contains(HttpHeaderNames.ACCEPT_ENCODING);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // What can't be written has nobody who waits for it.
    private void write(ByteBuf response) {
        encoder.write(response, encoder.voidPromise());
        hasWritten = true;
        known.count(System.nanoTime() - began);
    }

    private void execute(Execution execution, Sent sent) {
        running = execution;
        known.begin();
        connection.getContext().dispatch(() -> {
            if (!execution.read(sent)) {
                // As a request of Vert.x has one.
                connection
                        .getContext()
                        .duplicate()
                        .dispatch(() -> execution.begin(known.execute(sent, execution.asker)));
            }
        });
    }

    /** Answers with what was executed, and goes on with what came meanwhile. */
    private void finish(
            ChannelHandlerContext context, Execution execution, @Nullable Reply reply, @Nullable Throwable failure) {
        running = null;
        known.end();
        if (isPaused) {
            // Before Vert.x is given anything, which may pause in its turn.
            isPaused = false;
            context.channel().config().setAutoRead(true);
        }
        if (reply != null
                && reply.outcome() == Outcome.EXECUTED
                && !mayBeCompressed(execution.request, reply.body().length())) {
            execution.body.release();
            write(known.response(execution.asker, reply, encoder.alloc()));
        } else {
            made = new Made(
                    execution.asker,
                    reply == null
                            ? Uni.createFrom().failure(Objects.requireNonNull(failure))
                            : Uni.createFrom().item(reply));
            pass(context, execution.request);
            pass(context, execution.body);
        }
        if (!execution.isBeginning) {
            while (running == null && !waiting.isEmpty()) {
                channelRead(context, waiting.remove());
            }
            channelReadComplete(context);
        }
    }

    /** A request that is executed here. */
    private final class Execution {

        private final ChannelHandlerContext context;
        private final HttpRequest request;
        private final LastHttpContent body;
        private final Asker asker;
        private boolean isBeginning;
        private @Nullable Cancellable reading;

        Execution(ChannelHandlerContext context, HttpRequest request, LastHttpContent body, Asker asker) {
            this.context = context;
            this.request = request;
            this.body = body;
            this.asker = asker;
        }

        /** Whether it is a read by key, which is begun. */
        boolean read(Sent sent) {
            isBeginning = true;
            reading = known.read(sent, asker, this::end);
            isBeginning = false;
            return reading != null;
        }

        void begin(Uni<Reply> reply) {
            isBeginning = true;
            reading = reply.subscribe().with(given -> end(given, null), failure -> end(null, failure));
            isBeginning = false;
        }

        private void end(@Nullable Reply reply, @Nullable Throwable failure) {
            if (context.executor().inEventLoop()) {
                endHere(reply, failure);
            } else {
                context.executor().execute(() -> endHere(reply, failure));
            }
        }

        private void endHere(@Nullable Reply reply, @Nullable Throwable failure) {
            // Otherwise the client has gone.
            if (running == this) {
                finish(context, this, reply, failure);
            }
        }

        void cancel() {
            known.end();
            body.release();
            if (reading != null) {
                reading.cancel();
            }
        }
    }
}
