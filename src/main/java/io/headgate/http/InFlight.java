package io.headgate.http;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests and WebSockets a shutdown waits for. Quarkus counts requests too, but takes each WebSocket that was ever
 * opened for one that is still in flight: its count never gets back to none.
 */
final class InFlight {

    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean isLeaving;
    private volatile boolean isEnding;

    /** Counts a request until its answer is written or its client is gone, and hands it on. */
    void handle(RoutingContext context) {
        begin();
        context.addEndHandler(end -> end());
        if (isLeaving && context.request().version() != HttpVersion.HTTP_2) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        context.next();
    }

    void begin() {
        count.incrementAndGet();
    }

    void end() {
        if (count.decrementAndGet() == 0 && isEnding) {
            ended.complete(null);
        }
    }

    /** From now on clients are asked to take another connection for their next request. */
    void leave() {
        isLeaving = true;
    }

    boolean isLeaving() {
        return isLeaving;
    }

    /** Completes when nothing is in flight for the first time. */
    Uni<Void> awaitEnd() {
        return Uni.createFrom().completionStage(() -> {
            isEnding = true;
            if (count.get() == 0) {
                ended.complete(null);
            }
            return ended;
        });
    }
}
