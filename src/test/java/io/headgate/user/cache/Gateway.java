package io.headgate.user.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalRedis;
import io.headgate.user.UserStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a process of the gateway has of the cache, over the real Redis of the local cloud. */
public final class Gateway implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(10);

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final CacheConfig config;
    final CacheGate gate;

    private final Vertx vertx = Vertx.vertx();
    private final Redis redis;
    private final Redis console;
    private boolean killed;

    private Gateway(String url, Map<String, String> settings) {
        config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withMapping(CacheConfig.class)
                .build()
                .getConfigMapping(CacheConfig.class);
        redis = Redis.createClient(vertx, new RedisOptions().setConnectionString(url));
        console = Redis.createClient(vertx, new RedisOptions().setConnectionString(url));
        gate = new CacheGate(vertx, redis, config, meters);
    }

    static LocalRedis server() {
        return LocalCloud.shared().redis();
    }

    /** A gateway with a cache of its own, which it may use already; settings without their prefix. */
    public static Gateway started(Map<String, String> settings) {
        return started("t" + UUID.randomUUID(), settings);
    }

    /** A gateway that shares its cache with those of the same key prefix. */
    static Gateway started(String keyPrefix, Map<String, String> settings) {
        Gateway gateway = starting(keyPrefix, settings);
        gateway.awaitUsable();
        return gateway;
    }

    /** A gateway that shares a cache in another Redis than the local cloud's. */
    static Gateway startedAt(String url, String keyPrefix, Map<String, String> settings) {
        Gateway gateway = starting(url, keyPrefix, settings);
        gateway.awaitUsable();
        return gateway;
    }

    /** A gateway that may not have reached Redis yet. */
    static Gateway starting(String keyPrefix, Map<String, String> settings) {
        return starting(server().url(), keyPrefix, settings);
    }

    private static Gateway starting(String url, String keyPrefix, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        settings.forEach((name, value) -> all.put("headgate.cache." + name, value));
        all.put("headgate.cache.key-prefix", keyPrefix);
        Gateway gateway = new Gateway(url, all);
        gateway.gate.start();
        return gateway;
    }

    public CachingUserStore over(UserStore store) {
        return new CachingUserStore(store, gate, config, meters);
    }

    void awaitUsable() {
        until(gate::usable);
    }

    double counted(String meter) {
        return meters.find(meter).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** The key of an entry in the epoch of now. */
    String key(String name) {
        CacheSession session = gate.writeSession();
        assertThat(session).isNotNull();
        return session.key(name);
    }

    String epochKey() {
        return CacheSession.epochKey(config.keyPrefix());
    }

    /** Sends Redis a command past the gate. */
    @Nullable
    Response redis(Command command, Object... arguments) {
        Request request = Request.cmd(command);
        for (Object argument : arguments) {
            request.arg(String.valueOf(argument));
        }
        return await(console.send(request));
    }

    /** How long an entry stays yet. */
    long millisLeft(String name) {
        return Objects.requireNonNull(redis(Command.PTTL, key(name))).toLong();
    }

    /** Goes without a word, as a process does that is killed. */
    void kill() {
        killed = true;
        redis.close();
        gate.close();
    }

    @Override
    public void close() {
        gate.close();
        if (!killed) {
            redis.close();
        }
        console.close();
        await(vertx.close());
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(LIMIT);
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Returns when something has become true. */
    static void until(BooleanSupplier condition) {
        Multi.createBy()
                .repeating()
                .supplier(condition::getAsBoolean)
                .withDelay(Duration.ofMillis(2))
                .whilst(met -> !met)
                .collect()
                .last()
                .await()
                .atMost(LIMIT);
    }
}
