package io.headgate.recovery.crash;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands between a gateway and AWS's services: it passes requests on, holds them, and loses answers, by action. */
final class AwsProxy implements AutoCloseable {

    /** What becomes of a change. */
    enum Fate {
        PASSED_ON,
        HELD_BEFORE_EXECUTION,
        HELD_BEFORE_THE_ANSWER
    }

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern QUERY_ACTION = Pattern.compile("(?:^|&)Action=(\\w+)");
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** Headers that a proxy sets for itself. */
    private static final Set<String> OWN =
            Set.of("host", "content-length", "connection", "expect", "upgrade", "http2-settings");

    private final HttpServer server;
    private final URI upstream;
    private final Set<String> changes;
    private final List<String> executed = Collections.synchronizedList(new ArrayList<>());
    private final Object lock = new Object();
    private Fate fate = Fate.PASSED_ON;
    private boolean isCutting;
    private boolean isBlind;
    private int held;

    /** @param changes the actions that are held */
    AwsProxy(URI upstream, Set<String> changes) {
        this.upstream = upstream;
        this.changes = changes;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "aws-proxy");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::handle);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Holds changes from now on. */
    void hold(Fate next) {
        synchronized (lock) {
            fate = next;
            isCutting = false;
            held = 0;
        }
    }

    /** Waits until a number of changes are held. */
    void awaitHeld(int changesHeld) {
        await(() -> held >= changesHeld);
    }

    /** Lets those that are held have their answers, or cuts their connections; passes on all that follow. */
    void release(boolean cut) {
        synchronized (lock) {
            isCutting = cut;
            fate = Fate.PASSED_ON;
            lock.notifyAll();
        }
    }

    /** Whether AWS shows anything of databases and backups: descriptions and lists are answered with 503 meanwhile. */
    void blind(boolean blind) {
        synchronized (lock) {
            isBlind = blind;
        }
    }

    /** The changes that were executed, one for each time. */
    List<String> executed() {
        synchronized (executed) {
            return List.copyOf(executed);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String action = action(exchange, body);
        boolean isChange = changes.contains(action);
        if (isUnseen(action)) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            return;
        }
        if (isChange && isHeld(Fate.HELD_BEFORE_EXECUTION)) {
            awaitRelease();
            exchange.close();
            return;
        }
        HttpResponse<byte[]> response = send(exchange, body);
        if (isChange && response.statusCode() == 200) {
            executed.add(action);
        }
        if (isChange && isHeld(Fate.HELD_BEFORE_THE_ANSWER) && awaitRelease()) {
            exchange.close();
            return;
        }
        response.headers().map().forEach((name, values) -> {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        exchange.sendResponseHeaders(response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
        exchange.getResponseBody().write(response.body());
        exchange.close();
    }

    private boolean isUnseen(String action) {
        synchronized (lock) {
            return isBlind && (action.startsWith("Describe") || action.startsWith("List"));
        }
    }

    private boolean isHeld(Fate as) {
        synchronized (lock) {
            return fate == as;
        }
    }

    /** Whether the connection is to be cut then. */
    private boolean awaitRelease() {
        synchronized (lock) {
            held++;
            lock.notifyAll();
        }
        await(() -> fate == Fate.PASSED_ON);
        synchronized (lock) {
            return isCutting;
        }
    }

    private void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        synchronized (lock) {
            while (!condition.getAsBoolean()) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("waited in vain, with " + held + " held and executed " + executed);
                }
                try {
                    lock.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private HttpResponse<byte[]> send(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(upstream.resolve(exchange.getRequestURI()))
                .timeout(LONGEST)
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            return HTTP.send(request.build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String action(HttpExchange exchange, byte[] body) {
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        if (target != null) {
            return target.substring(target.indexOf('.') + 1);
        }
        Matcher action = QUERY_ACTION.matcher(new String(body, StandardCharsets.UTF_8));
        return action.find() ? action.group(1) : "";
    }

    @Override
    public void close() {
        release(true);
        server.stop(0);
    }
}
