package io.headgate.user.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.localcloud.LocalRedis;
import io.headgate.redis.RedisConfig;
import io.headgate.redis.SharedRedis;
import io.headgate.user.Attributes;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserEvent;
import io.headgate.user.UserEventSource.Batch;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.headgate.user.changes.UserEventLog.Entry;
import io.headgate.user.changes.UserEventLog.Lease;
import io.headgate.user.changes.UserEventLog.NotTheReaderException;
import io.headgate.user.changes.UserEventLog.Place;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may append to the log, and what is appended once. */
class UserEventLogTest {

    private static final Instant NOW = Instant.parse("2026-01-31T10:00:00Z");

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private LocalRedis server;
    private Redis client;
    private SharedRedis redis;
    private UserEventLog log;

    @BeforeEach
    void start() {
        server = LocalRedis.in(directory.resolve("redis"));
        client = Redis.createClient(vertx, new RedisOptions().setConnectionString(server.url()));
        redis = new SharedRedis(vertx, client, mapping(RedisConfig.class), Duration.ofSeconds(30));
        log = new UserEventLog(redis, mapping(ChangesConfig.class));
    }

    @AfterEach
    void close() {
        redis.close();
        client.close();
        server.close();
        await(Uni.createFrom().completionStage(vertx.close().toCompletionStage()));
    }

    @Test
    void oneReadsAStoreAndOtherReadersOtherStores() {
        assertThat(await(log.claim(Store.POSTGRES, "one"))).isPresent();

        assertThat(await(log.claim(Store.POSTGRES, "two"))).isEmpty();
        assertThat(await(log.claim(Store.DYNAMODB, "two"))).isPresent();
    }

    @Test
    void whoTakesOverGoesOnWhereTheFormerReaderWas() {
        Lease first = lease("one");
        append(first, "a", "1", "ada");
        await(log.release(Store.POSTGRES, "one"));

        Lease second = lease("two");

        assertThat(second.positions()).isEqualTo(Map.of("a", "1"));
        append(second, "a", "2", "bob");
        assertThat(keys()).containsExactly("ada", "bob");
    }

    @Test
    void whoWasDeposedCanAppendNothing() {
        Lease deposed = lease("one");
        await(log.release(Store.POSTGRES, "one"));
        lease("two");

        assertThatThrownBy(() -> append(deposed, "a", "1", "ada")).isInstanceOf(NotTheReaderException.class);

        assertThat(await(log.keep(deposed, "one"))).isFalse();
        assertThat(keys()).isEmpty();
        assertThat(await(log.claim(Store.POSTGRES, "one"))).isEmpty();
    }

    @Test
    void whatWasAppendedIsNotAppendedAgain() {
        Lease lease = lease("one");
        append(lease, "a", "1", "ada");
        // The answer was lost: the reader believes that the partition has not moved.
        lease.positions().clear();

        assertThatThrownBy(() -> append(lease, "a", "1", "ada")).isInstanceOf(NotTheReaderException.class);

        assertThat(keys()).containsExactly("ada");
    }

    @Test
    void aBeginningEndsAllPositionsAndIsAnEntry() {
        Lease lease = lease("one");
        append(lease, "a", "1", "ada");
        append(lease, "b", "1", "bob");

        await(log.append(lease, Batch.beginning("c", "9")));

        assertThat(lease("one").positions()).isEqualTo(Map.of("c", "9"));
        assertThat(entries()).extracting(entry -> entry.event() == null).containsExactly(false, false, true);
    }

    @Test
    void aPartitionThatIsOverIsForgotten() {
        Lease lease = lease("one");
        append(lease, "a", "1", "ada");

        await(log.append(lease, Batch.moved("a", null)));

        assertThat(lease("one").positions()).isEmpty();
    }

    @Test
    void aLogThatIsLostBeginsAnewForAll() {
        Lease old = lease("one");
        append(old, "a", "1", "ada");
        server.flush();

        assertThatThrownBy(() -> append(old, "a", "2", "bob")).isInstanceOf(NotTheReaderException.class);

        Lease anew = lease("one");
        assertThat(anew.epoch()).isNotEqualTo(old.epoch());
        assertThat(anew.positions()).isEmpty();
        Place end = await(log.read(new Place(old.epoch(), 1), 10)).orElseThrow().end();
        assertThat(end).isEqualTo(new Place(anew.epoch(), 0));
    }

    @Test
    void anEntryHoldsTheUserAsTheChangeLeftIt() {
        append(lease("one"), "a", "1", "ada");

        UserEvent event = Objects.requireNonNull(entries().get(0).event());

        assertThat(event).isEqualTo(event("ada"));
    }

    private Lease lease(String holder) {
        return await(log.claim(Store.POSTGRES, holder)).orElseThrow();
    }

    private void append(Lease lease, String partition, String position, String key) {
        await(log.append(lease, new Batch(partition, position, false, List.of(event(key)), Set.of())));
        lease.positions().put(partition, position);
    }

    private static UserEvent event(String key) {
        User user = new User(
                new UserId(Store.POSTGRES, key),
                key + "@example.com",
                key,
                null,
                UserStatus.ACTIVE,
                Attributes.parse("{\"plan\": \"pro\"}"),
                NOW,
                NOW,
                1);
        return new UserEvent(UserEvent.Kind.CREATED, user, NOW);
    }

    private List<String> keys() {
        return entries().stream()
                .map(entry -> Objects.requireNonNull(entry.event()).user().id().key())
                .toList();
    }

    private List<Entry> entries() {
        Place end = await(log.read(new Place("", 0), 0)).orElseThrow().end();
        return await(log.read(new Place(end.epoch(), 0), 100)).orElseThrow().entries();
    }

    private static <T> T mapping(Class<T> type) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(Map.of("lease", "1h"), "test", 100))
                .withMapping(type, "")
                .withValidateUnknown(false)
                .build()
                .getConfigMapping(type, "");
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }
}
