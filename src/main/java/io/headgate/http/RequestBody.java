package io.headgate.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, read into one array. A body that says how long it is gets room for {@value #ROOM} bytes at first and
 * for all of it once it has filled them, so that nobody takes memory by announcing what never comes.
 */
final class RequestBody {

    private static final String KEY = RequestBody.class.getName();
    private static final int ROOM = 64 * 1024;
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;
    private static final byte[] NONE = {};

    private final RoutingContext context;
    private final int longest;
    private final int announced;
    private byte[] bytes;
    private int length;
    private boolean isFailed;

    private RequestBody(RoutingContext context, int longest, int announced) {
        this.context = context;
        this.longest = longest;
        this.announced = announced;
        this.bytes = announced <= 0 ? NONE : new byte[Math.min(announced, ROOM)];
    }

    /**
     * Reads the bodies of requests, and lets them go on when they are there. Requests fail with 413 where theirs is longer than
     * may be, with 417 where they expect what HTTP does not know, and where a body does not come as HTTP has it.
     *
     * @param longest in bytes
     */
    static Handler<RoutingContext> reader(long longest) {
        int possible = (int) Math.min(longest, LONGEST_ARRAY);
        return context -> read(context, possible);
    }

    /** What was read; {@code null} where there was none. */
    static byte @Nullable [] of(RoutingContext context) {
        return context.get(KEY);
    }

    private static void read(RoutingContext context, int longest) {
        HttpServerRequest request = context.request();
        long announced = announced(request);
        // HTTP/2 has no encodings of transfers: a body ends with its stream.
        boolean mayHaveBody = announced >= 0
                || request.version() == HttpVersion.HTTP_2
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        if (!mayHaveBody) {
            context.next();
        } else if (announced > longest) {
            context.fail(413);
        } else if (isWelcome(context)) {
            new RequestBody(context, longest, (int) announced).read(request);
        }
    }

    /** As the request says, {@code -1} where it does not. */
    private static long announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Whether a client that waits for a word may go on, which it is told. */
    private static boolean isWelcome(RoutingContext context) {
        String expected = context.request().getHeader(HttpHeaders.EXPECT);
        if (expected == null) {
            return true;
        }
        if (!expected.equalsIgnoreCase("100-continue")) {
            context.fail(417);
            return false;
        }
        if (context.request().version() != HttpVersion.HTTP_1_0) {
            context.response().writeContinue();
        }
        return true;
    }

    private void read(HttpServerRequest request) {
        request.exceptionHandler(this::fail);
        if (request.isEnded()) {
            end();
        } else {
            request.handler(this::add).endHandler(ended -> end()).resume();
        }
    }

    private void add(Buffer chunk) {
        int needed = length + chunk.length();
        if (isFailed || needed > longest) {
            if (!isFailed) {
                isFailed = true;
                bytes = NONE;
                context.fail(413);
            }
            return;
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, Math.max(announced, 2 * bytes.length)));
        }
        chunk.getBytes(bytes, length);
        length = needed;
    }

    private void end() {
        if (!isFailed) {
            context.put(KEY, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
            context.next();
        }
    }

    private void fail(Throwable failure) {
        if (!isFailed) {
            isFailed = true;
            context.fail(failure);
        }
    }
}
