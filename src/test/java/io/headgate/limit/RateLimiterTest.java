package io.headgate.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalRedis;
import io.headgate.redis.RedisConfig;
import io.headgate.redis.SharedRedis;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateLimiterTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final List<SharedRedis> connections = new ArrayList<>();
    private LocalRedis server;
    private Redis client;

    @BeforeEach
    void start() {
        server = LocalRedis.in(directory.resolve("redis"));
        client = Redis.createClient(
                vertx, new RedisOptions().setConnectionString(server.url()).setMaxPoolSize(8));
    }

    @AfterEach
    void close() {
        connections.forEach(SharedRedis::close);
        client.close();
        server.close();
        await(Uni.createFrom().completionStage(vertx.close().toCompletionStage()));
    }

    @Test
    void replicasTogetherGrantABurstAndNoMore() {
        Rate rate = new Rate(HOUR, 200, 5);
        List<RateLimiter> replicas =
                Stream.generate(() -> replica(rate)).limit(3).toList();

        long granted = granted(replicas, 150);

        // What is missing is lent to a replica and not used.
        assertThat(granted).isBetween(200L - 3L * 2 * rate.lease(), 200L);
    }

    @Test
    void aClientThatGoesOnIsGrantedItsRateAndNoMore() {
        Rate rate = new Rate(MILLISECOND, 50, 5);
        List<RateLimiter> replicas =
                Stream.generate(() -> replica(rate)).limit(2).toList();
        long granted = 0;
        long begin = System.nanoTime();

        while (granted < 500) {
            granted += granted(replicas, 20);
        }

        long elapsed = System.nanoTime() - begin;
        assertThat(granted).isLessThanOrEqualTo(elapsed / MILLISECOND + rate.burst() + 2L * 2 * rate.lease());
    }

    @Test
    void aClientFarBelowItsRateCostsFewRoundTrips() {
        Rate rate = new Rate(HOUR, 10_000, 100);
        RateLimiter replica = replica(rate);

        IntStream.range(0, 1_000)
                .forEach(each -> assertThat(await(replica.take("a"))).isZero());

        assertThat(scripts()).isLessThanOrEqualTo(1_000 / (rate.lease() / 2));
    }

    @Test
    void aClientThatHasNothingLeftIsToldAndCostsFewRoundTrips() {
        RateLimiter replica = replica(new Rate(HOUR, 10, 0));

        long granted = granted(List.of(replica), 10);
        long refused = granted(List.of(replica), 10);
        Duration pause = replica.pause("a");

        assertThat(granted).isEqualTo(10);
        assertThat(refused).isZero();
        assertThat(pause).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
        assertThat(scripts()).isLessThanOrEqualTo(12);
    }

    @Test
    void clientsAreCountedApartAndRedisDoesNotKnowWhoTheyAre() {
        RateLimiter replica = replica(new Rate(HOUR, 1, 0));

        Duration first = await(replica.take("caller ada"));
        Duration again = await(replica.take("caller ada"));
        Duration other = await(replica.take("caller bob"));

        assertThat(List.of(first, other)).containsOnly(Duration.ZERO);
        assertThat(again).isPositive();
        assertThat(await(Uni.createFrom()
                                .completionStage(
                                        client.send(Request.cmd(Command.KEYS).arg("*"))
                                                .toCompletionStage()))
                        .toString())
                .contains("test:rate:")
                .doesNotContain("caller");
    }

    @Test
    void whileRedisIsAwayEachReplicaGrantsWhatItDidNotGrantBefore() {
        Rate rate = new Rate(HOUR, 100, 5);
        List<RateLimiter> replicas =
                Stream.generate(() -> replica(rate)).limit(2).toList();
        long before = granted(replicas, 30);
        server.stop();

        long after = granted(replicas, 200);

        assertThat(before).isEqualTo(60);
        assertThat(after).isEqualTo(140);
    }

    @Test
    void whileRedisHangsNoRequestDoes() {
        RateLimiter replica = replica(new Rate(HOUR, 100, 0));
        long before = granted(List.of(replica), 1);
        server.pause();

        long after = granted(List.of(replica), 200);

        server.resume();
        assertThat(before + after).isEqualTo(100);
    }

    @Test
    void anAnswerComesOnTheLoopThatAsked() {
        RateLimiter replica = replica(new Rate(HOUR, 1_000, 0));
        List<CompletableFuture<Boolean>> answers = IntStream.range(0, 100)
                .mapToObj(each -> {
                    CompletableFuture<Boolean> isSame = new CompletableFuture<>();
                    vertx.getOrCreateContext().runOnContext(ignored -> {
                        Thread loop = Thread.currentThread();
                        replica.take("a").subscribe().with(wait -> isSame.complete(Thread.currentThread() == loop));
                    });
                    return isSame;
                })
                .toList();

        List<Boolean> same = answers.stream().map(CompletableFuture::join).toList();

        assertThat(same).containsOnly(true);
    }

    /** How many of so many requests at once each replica grants, all together. */
    private static long granted(List<RateLimiter> replicas, int each) {
        List<Uni<Duration>> asked = replicas.stream()
                .flatMap(replica -> IntStream.range(0, each)
                        .mapToObj(i -> replica.take("a").memoize().indefinitely()))
                .toList();
        return await(Uni.join().all(asked).andFailFast()).stream()
                .filter(Duration::isZero)
                .count();
    }

    private long scripts() {
        String stats = await(Uni.createFrom()
                        .completionStage(client.send(Request.cmd(Command.INFO).arg("commandstats"))
                                .toCompletionStage()))
                .toString();
        return stats.lines()
                .filter(line -> line.startsWith("cmdstat_eval:"))
                .mapToLong(line -> Long.parseLong(line.replaceFirst(".*calls=(\\d+),.*", "$1")))
                .findFirst()
                .orElse(0);
    }

    private RateLimiter replica(Rate rate) {
        RedisConfig config = new SmallRyeConfigBuilder()
                .withMapping(RedisConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(Map.of("headgate.redis.timeout", "500ms"), "test", 100))
                .build()
                .getConfigMapping(RedisConfig.class);
        SharedRedis redis = new SharedRedis(vertx, client, config);
        connections.add(redis);
        return new RateLimiter(redis, "test:rate:", rate, System::nanoTime);
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(LIMIT);
    }
}
