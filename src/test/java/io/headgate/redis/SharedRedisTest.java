package io.headgate.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.localcloud.LocalRedis;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedRedisTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private LocalRedis server;
    private Redis client;

    @BeforeEach
    void start() {
        server = LocalRedis.in(directory.resolve("redis"));
        client = Redis.createClient(vertx, new RedisOptions().setConnectionString(server.url()));
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        await(Uni.createFrom().completionStage(vertx.close().toCompletionStage()));
    }

    @Test
    void whatWasSetIsThereForItsTime() {
        try (SharedRedis redis = redis(Map.of("timeout", "30s"))) {
            await(redis.set("a", "ü", LONG));
            await(redis.set("b", "ends", Duration.ofMillis(1)));

            assertThat(await(redis.get("a"))).contains("ü");
            assertThat(await(redis.get("none"))).isEmpty();
            while (await(redis.get("b")).isPresent()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void scriptGivesItsIntegers() {
        try (SharedRedis redis = redis(Map.of("timeout", "30s"))) {
            String script = "return {redis.call('INCRBY', KEYS[1], ARGV[1]), 7}";

            await(redis.eval(script, "n", 2));

            assertThat(await(redis.eval(script, "n", 3))).containsExactly(5, 7);
        }
    }

    @Test
    void manyCommandsShareOneConnection() {
        try (SharedRedis redis = redis(Map.of("timeout", "30s"))) {
            Uni<Long> largest = Uni.join()
                    .all(IntStream.range(0, 500)
                            .mapToObj(i -> redis.eval("return redis.call('INCR', KEYS[1])", "n"))
                            .toList())
                    .andFailFast()
                    .map(all -> all.stream().mapToLong(each -> each[0]).max().orElseThrow());

            assertThat(await(largest)).isEqualTo(500);
        }
    }

    @Test
    void moreThanMayWaitAreNotSent() {
        try (SharedRedis redis = redis(Map.of("timeout", "30s", "max-outstanding", "1"))) {
            await(redis.get("a"));
            server.pause();
            Uni<Optional<String>> first = redis.get("a").memoize().indefinitely();
            first.subscribe().with(value -> {}, failure -> {});

            assertThatThrownBy(() -> await(redis.get("a"))).isInstanceOf(RedisLink.TooManyCommandsException.class);

            server.resume();
            assertThat(await(first)).isEmpty();
        }
    }

    @Test
    void whileRedisHangsOnlyTheFirstCommandsWait() {
        try (SharedRedis redis =
                redis(Map.of("timeout", "50ms", "failure-threshold", "2", "min-backoff", "1h", "max-backoff", "1h"))) {
            ready(redis);
            server.pause();

            assertThatThrownBy(() -> await(redis.get("a"))).hasRootCauseInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> await(redis.get("a"))).hasRootCauseInstanceOf(TimeoutException.class);

            assertThatThrownBy(() -> await(redis.get("a"))).isInstanceOf(SharedRedis.RedisAwayException.class);
            assertThat(redis.isAvailable()).isFalse();
            server.resume();
        }
    }

    @Test
    void whileRedisIsAwayEverythingFailsAndItIsComeBackTo() {
        try (SharedRedis redis = redis(Map.of("timeout", "10s", "min-backoff", "1ms", "max-backoff", "2ms"))) {
            ready(redis);
            server.stop();
            assertThatThrownBy(() -> await(redis.get("a"))).isInstanceOf(RuntimeException.class);

            server.start();

            ready(redis);
            assertThat(redis.isAvailable()).isTrue();
        }
    }

    private static void ready(SharedRedis redis) {
        boolean answered = false;
        while (!answered) {
            answered = await(redis.get("a").map(value -> true).onFailure().recoverWithItem(false));
        }
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(LIMIT);
    }

    private SharedRedis redis(Map<String, String> settings) {
        RedisConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withMapping(RedisConfig.class, "")
                .build()
                .getConfigMapping(RedisConfig.class, "");
        return new SharedRedis(vertx, client, config);
    }
}
