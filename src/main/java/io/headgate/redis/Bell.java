package io.headgate.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A channel of Redis' own on which is told that there is something to look for. Redis tells of it at most once, and of nothing
 * while the connection is broken: whoever listens is told when it may have missed something, and every second.
 */
public final class Bell implements AutoCloseable {

    private static final long CHECK_MILLIS = 1_000;

    private final Vertx vertx;
    private final Redis redis;
    private final RedisConfig config;
    private final String name;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile @Nullable RedisConnection connection;
    private volatile boolean closed;

    /** A bell that nobody listens to. */
    public Bell(Vertx vertx, Redis redis, RedisConfig config, String name) {
        this.vertx = vertx;
        this.redis = redis;
        this.config = config;
        this.name = config.keyPrefix() + ":" + name;
    }

    /** What Redis' {@code PUBLISH} rings it by. */
    public String name() {
        return name;
    }

    /**
     * Calls back from now on, on one event loop; once for all, and further calls do nothing.
     *
     * @param onRing is given what is rung with
     * @param onGap is run when something may have been missed
     */
    public void listen(Consumer<String> onRing, Runnable onGap) {
        if (started.compareAndSet(false, true)) {
            vertx.runOnContext(ignored -> {
                vertx.setPeriodic(CHECK_MILLIS, tick -> onGap.run());
                connect(onRing, onGap);
            });
        }
    }

    private void connect(Consumer<String> onRing, Runnable onGap) {
        if (closed) {
            return;
        }
        Future<RedisConnection> made = redis.connect();
        new TimeLimit(vertx, config.connectTimeout())
                .on(made)
                .onSuccess(connected -> enter(connected, onRing, onGap))
                .onFailure(failure -> {
                    made.onSuccess(RedisConnection::close);
                    later(onRing, onGap);
                });
    }

    private void enter(RedisConnection made, Consumer<String> onRing, Runnable onGap) {
        AtomicBoolean left = new AtomicBoolean();
        Runnable leave = () -> {
            if (left.compareAndSet(false, true)) {
                made.close();
                later(onRing, onGap);
            }
        };
        made.endHandler(end -> leave.run());
        made.exceptionHandler(failure -> leave.run());
        made.handler(heard -> hear(heard, onRing, onGap));
        connection = made;
        if (closed) {
            leave.run();
            return;
        }
        made.send(Request.cmd(Command.SUBSCRIBE).arg(name)).onFailure(failure -> leave.run());
    }

    private static void hear(@Nullable Response heard, Consumer<String> onRing, Runnable onGap) {
        if (heard == null || heard.size() < 3) {
            return;
        }
        switch (heard.get(0).toString()) {
            case "subscribe" -> onGap.run();
            case "message" -> onRing.accept(heard.get(2).toString());
            default -> {}
        }
    }

    private void later(Consumer<String> onRing, Runnable onGap) {
        if (!closed) {
            vertx.setTimer(config.minBackoff().toMillis(), ignored -> connect(onRing, onGap));
        }
    }

    @Override
    public void close() {
        closed = true;
        RedisConnection last = connection;
        if (last != null) {
            last.close();
        }
    }
}
