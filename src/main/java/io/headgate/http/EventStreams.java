package io.headgate.http;

import io.headgate.audit.AuditRecord.Transport;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine.Result;
import io.headgate.limit.Connections;
import io.headgate.limit.Connections.Connection;
import io.headgate.security.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers requests with server-sent events. */
final class EventStreams {

    private static final long KEEP_ALIVE_MILLIS = 12_000;

    private final Documents documents;
    private final Operations operations;
    private final Connections connections;
    private final Refusals refusals;
    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosing;

    EventStreams(Documents documents, Operations operations, Connections connections, Refusals refusals) {
        this.documents = documents;
        this.operations = operations;
        this.connections = connections;
        this.refusals = refusals;
    }

    /**
     * Runs what was asked for; what is no request is told in the stream too, as the protocol has it.
     *
     * @throws GatewayException where there are too many streams, and nothing was written
     */
    void run(RoutingContext context, Caller caller, String address, Supplier<Asked> reader) {
        if (context.response().closed()) {
            return;
        }
        Function<Result, Future<Void>> onRefused = result -> refusals.add(Transport.SSE, caller, null, result);
        Asked asked;
        try {
            asked = reader.get();
        } catch (GatewayException e) {
            EventStream refused = new EventStream(
                    context.vertx(), context.response(), KEEP_ALIVE_MILLIS, () -> {}, onRefused, ended -> {});
            refused.open();
            refused.refuse(e);
            return;
        }
        Connection places = connections.open(caller, address);
        try {
            places.beginOperation();
        } catch (GatewayException full) {
            places.close();
            throw full;
        }
        EventStream stream = new EventStream(
                context.vertx(),
                context.response(),
                KEEP_ALIVE_MILLIS,
                () -> documents.executed(asked),
                onRefused,
                ended -> {
                    open.remove(ended);
                    places.close();
                });
        open.add(stream);
        stream.open();
        if (caller.expiresAt() != null) {
            stream.endAfter(Duration.between(Instant.now(), caller.expiresAt()));
        }
        operations
                .run(asked, caller, stream::hasEvents, Uni.createFrom().voidItem())
                .subscribe(stream);
        if (isClosing) {
            stream.goAway();
        }
    }

    /** Ends every subscription. */
    void close() {
        isClosing = true;
        open.forEach(EventStream::goAway);
    }
}
