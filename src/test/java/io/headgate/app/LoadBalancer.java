package io.headgate.app;

import io.headgate.GatewayProcess;
import io.headgate.GraphQlEndpoint;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * A load balancer as those of AWS: it leads each request to one of the gateways that said they were ready when they were last
 * asked, keeps connections to them, and answers 502 when that one fails it.
 */
final class LoadBalancer implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(LoadBalancer.class);
    private static final Duration BETWEEN_CHECKS = Duration.ofMillis(50);

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(64).setKeepAlive(true));
    private final HttpServer server = vertx.createHttpServer().requestHandler(this::lead);
    private final List<GatewayProcess> gateways = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final Thread checks = new Thread(this::check, "load-balancer");
    private volatile boolean closed;
    private volatile List<GatewayProcess> ready = List.of();

    LoadBalancer() {
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
        checks.start();
    }

    private void check() {
        while (!closed) {
            ready = gateways.stream().filter(GatewayProcess::isReady).toList();
            LockSupport.parkNanos(BETWEEN_CHECKS.toNanos());
        }
    }

    GraphQlEndpoint endpoint() {
        return new GraphQlEndpoint(server.actualPort());
    }

    void add(GatewayProcess gateway) {
        gateways.add(gateway);
    }

    void remove(GatewayProcess gateway) {
        gateways.remove(gateway);
    }

    /** How many gateways were ready when they were last asked. */
    int ready() {
        return ready.size();
    }

    private void lead(HttpServerRequest request) {
        List<GatewayProcess> candidates = ready;
        if (candidates.isEmpty()) {
            request.response().setStatusCode(503).end();
            return;
        }
        GatewayProcess gateway = candidates.get(Math.floorMod(turn.getAndIncrement(), candidates.size()));
        request.body()
                .compose(body -> client.request(request.method(), gateway.port(), "127.0.0.1", request.uri())
                        .compose(onward -> onward.putHeader("Content-Type", request.getHeader("Content-Type"))
                                .send(body)))
                .compose(answer -> answer.body().map(body -> new Answer(answer.statusCode(), body)))
                .onSuccess(answer ->
                        request.response().setStatusCode(answer.status()).end(answer.body()))
                .onFailure(failure -> {
                    LOG.warnf("a gateway failed a request: %s", failure);
                    request.response().setStatusCode(502).end();
                });
    }

    private record Answer(int status, Buffer body) {}

    @Override
    public void close() {
        closed = true;
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
