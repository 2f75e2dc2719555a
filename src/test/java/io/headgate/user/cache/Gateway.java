package io.headgate.user.cache;

import static io.headgate.Conditions.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.user.Announcements;
import io.headgate.user.UserStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What a process of the gateway has of the cache, over a real server: the Redis of the local cloud, or Memcached. */
public final class Gateway implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(10);

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final CacheConfig config;
    final CacheGate gate;

    private final Vertx vertx = Vertx.vertx();
    private final AutoCloseable own;

    /** How a gateway gets to what keeps the cache. */
    interface Way {

        CacheServer server(Vertx vertx, CacheConfig config);
    }

    private Gateway(Way way, AutoCloseable own, Map<String, String> settings) {
        this.own = own;
        config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withMapping(CacheConfig.class)
                .build()
                .getConfigMapping(CacheConfig.class);
        gate = new CacheGate(vertx, way.server(vertx, config), config, meters);
    }

    /** A gateway with a cache of its own in Redis, which it may use already; settings without their prefix. */
    public static Gateway started(Map<String, String> settings) {
        return owning(RedisKeeper.ofTheCloud(), settings);
    }

    /** A gateway with a cache of its own in Memcached; a test without Memcached is skipped. */
    public static Gateway startedWithMemcached(Map<String, String> settings) {
        return owning(MemcachedKeeper.started(), settings);
    }

    private static Gateway owning(CacheKeeper keeper, Map<String, String> settings) {
        Gateway gateway = starting(keeper, keeper, "t" + UUID.randomUUID(), settings);
        gateway.awaitUsable();
        return gateway;
    }

    /** A gateway that shares its cache with those of the same key prefix. */
    static Gateway started(Way way, String keyPrefix, Map<String, String> settings) {
        Gateway gateway = starting(way, keyPrefix, settings);
        gateway.awaitUsable();
        return gateway;
    }

    /** A gateway that may not have reached its server yet. */
    static Gateway starting(Way way, String keyPrefix, Map<String, String> settings) {
        return starting(way, () -> {}, keyPrefix, settings);
    }

    private static Gateway starting(Way way, AutoCloseable own, String keyPrefix, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("headgate.cache.settling-time", "0s"));
        settings.forEach((name, value) -> all.put("headgate.cache." + name, value));
        all.put("headgate.cache.key-prefix", keyPrefix);
        Gateway gateway = new Gateway(way, own, all);
        gateway.gate.start();
        return gateway;
    }

    public CachingUserStore over(UserStore store) {
        return over(store, Announcements.NONE);
    }

    CachingUserStore over(UserStore store, Announcements announcements) {
        return new CachingUserStore(store, gate, announcements, config, meters);
    }

    /** What is begun on one event loop at one moment. */
    <T> T atOnce(Supplier<T> work) {
        CompletableFuture<T> begun = new CompletableFuture<>();
        vertx.getOrCreateContext().runOnContext(ignored -> begun.complete(work.get()));
        return begun.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
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

    /** Goes without a word, as a process does that is killed. */
    void kill() {
        gate.close();
    }

    @Override
    public void close() {
        gate.close();
        await(vertx.close());
        try {
            own.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
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
}
