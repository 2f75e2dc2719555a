package io.headgate.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections of clients that take too long to send a request: from the connection's beginning, or the request's first
 * byte, to its last one. Vert.x has no such limit, but for connections on which nothing moves at all; so Netty puts a clock
 * before each, which runs from the first byte after a request to the end of the next. And lets clients that do not read their
 * answers send no more requests.
 *
 * <p>Over HTTP/2 it is the first request's time alone.
 */
public final class SlowClients extends ChannelInitializerExtension {

    private static final Map<Integer, Duration> LIMITS = new ConcurrentHashMap<>();

    /** Makes Netty look for extensions, which it does where it is told alone. */
    public static void watch() {
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    /** Sets the limit for what comes to a port. */
    public static void limit(int port, Duration longest) {
        LIMITS.put(port, longest);
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        if (channel.localAddress() instanceof InetSocketAddress local) {
            Duration longest = LIMITS.get(local.getPort());
            if (longest != null) {
                channel.pipeline().addFirst(new Clock(longest));
            }
        }
    }

    /** Begins a request once the answers before it are taken. Its body is waited for at {@code /graphql} alone. */
    static void handle(RoutingContext context) {
        Clock clock = clock(context.request());
        if (clock != null) {
            if (context.request().version() == HttpVersion.HTTP_2) {
                clock.end();
            } else if (!GraphQlRoute.PATH.equals(context.normalizedPath())) {
                clock.stop();
            }
        }
        if (context.response().writeQueueFull()) {
            context.request().pause();
            context.response().drainHandler(drained -> {
                context.request().resume();
                context.next();
            });
        } else {
            context.next();
        }
    }

    /** Tells that a request is there as a whole. */
    static void hasSent(RoutingContext context) {
        Clock clock = clock(context.request());
        if (clock != null) {
            clock.stop();
        }
        context.next();
    }

    /** Tells that there will be no other request on this connection. */
    static void hasSentAll(HttpServerRequest request) {
        Clock clock = clock(request);
        if (clock != null) {
            clock.end();
        }
    }

    private static @Nullable Clock clock(HttpServerRequest request) {
        return request.connection() instanceof ConnectionBase connection
                ? connection.channel().pipeline().get(Clock.class)
                : null;
    }

    /**
     * The time that one client has left. All of it is on the connection's event loop. The timer is left to run when a request
     * has come, and looks for itself whether it is another's turn: most connections have many requests within its time.
     */
    static final class Clock extends ChannelInboundHandlerAdapter {

        private final long limit;

        private @Nullable ScheduledFuture<?> timer;
        private boolean isRunning;
        private boolean isEnded;
        private long began;

        Clock(Duration limit) {
            this.limit = limit.toNanos();
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            start(context);
            context.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            if (!isRunning && !isEnded) {
                start(context);
            }
            context.fireChannelRead(bytes);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end();
            if (timer != null) {
                timer.cancel(false);
            }
            context.fireChannelInactive();
        }

        private void start(ChannelHandlerContext context) {
            isRunning = true;
            began = System.nanoTime();
            if (timer == null) {
                schedule(context, limit);
            }
        }

        private void schedule(ChannelHandlerContext context, long nanos) {
            timer = context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
        }

        @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for the end.
        private void look(ChannelHandlerContext context) {
            timer = null;
            if (isRunning) {
                long left = limit - (System.nanoTime() - began);
                if (left > 0) {
                    schedule(context, left);
                } else {
                    context.close();
                }
            }
        }

        void end() {
            isEnded = true;
            stop();
        }

        void stop() {
            isRunning = false;
        }
    }
}
