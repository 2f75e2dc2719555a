package io.headgate.response;

import static io.headgate.Conditions.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeFeedTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration BELIEF = Duration.ofSeconds(2);
    /** Longer than two feeds that come back can be apart from each other. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private static final Set<String> TAGS = Set.of("user:1");
    private static final Question QUESTION = new Question('c', new byte[] {1}, "reader", false);

    @TempDir
    private static Path directory;

    private final Vertx vertx = Vertx.vertx();
    private LocalRedis server;
    private Replica writer;
    private Replica reader;

    @BeforeEach
    void startTwoReplicas() {
        server = LocalRedis.in(directory.resolve(UUID.randomUUID().toString()));
        writer = new Replica(Duration.ofSeconds(15));
        reader = new Replica(Duration.ofSeconds(15));
        until(() -> writer.log.believed() && reader.log.believed());
    }

    @AfterEach
    void stop() {
        writer.close();
        reader.close();
        await(vertx.close());
        server.close();
    }

    @Test
    void writeDropsTheAnswersOfOtherReplicas() {
        // Given
        reader.keep("old");

        // When
        await(writer.feed.begin(begin("w1")).compose(begun -> writer.feed.end(end("w1"))));

        // Then
        until(() -> !reader.finds());
        until(() -> reader.log.believed() && reader.keep("new"));
        until(reader::finds);
    }

    @Test
    void answerBegunBeforeAWriteOfThisReplicaIsNotKept() {
        // Given
        Making making = writer.cache.begin();
        making.dependsOn("user:1");

        // When
        await(writer.feed.begin(begin("w1")).compose(begun -> writer.feed.end(end("w1"))));

        // Then
        assertThat(writer.cache.keep(QUESTION, null, making, new byte[] {1})).isNull();
    }

    @Test
    void runningWriteBlocksReplicasThatComeLater() {
        // Given
        await(writer.feed.begin(begin("w1")));

        // When
        try (Replica late = new Replica(Duration.ofSeconds(15))) {
            until(late.log::believed);

            // Then
            assertThat(late.keep("old")).isFalse();
        }
    }

    @Test
    void writeWhoseWriterWasKilledIsEndedByAnother() {
        // Given
        await(writer.feed.begin(begin("w1")));
        writer.close();

        // When
        try (Replica late = new Replica(Duration.ofMillis(100))) {

            // Then
            until(() -> late.log.believed() && late.keep("new"));
        }
    }

    @Test
    void nothingIsShownWhileRedisIsAwayAndNothingOldAfterwards() {
        // Given
        reader.keep("old");

        // When
        server.stop();

        // Then
        until(() -> !reader.finds());
        await(writer.feed.begin(begin("w1")).compose(begun -> writer.feed.end(end("w1"))));
        assertThat(writer.log.needsEpoch()).isTrue();
        server.start();
        until(() -> writer.log.believed() && reader.log.believed());
        assertThat(reader.finds()).isFalse();
        assertThat(reader.keep("new")).isTrue();
    }

    @Test
    void nothingIsShownAfterAnOutageBeforeOthersCanBeBackToo() {
        // Given
        reader.keep("old");
        server.stop();
        until(() -> !reader.log.entered());

        // When
        long back = System.nanoTime();
        server.start();
        until(reader.log::believed);

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - back)).isGreaterThanOrEqualTo(SETTLING);
    }

    @Test
    void emptiedRedisEmptiesReplicas() {
        // Given
        reader.keep("old");

        // When
        await(writer.redis.send(Request.cmd(Command.FLUSHALL)));

        // Then
        until(() -> !reader.finds());
        until(() -> reader.log.believed() && reader.keep("new"));
    }

    @Test
    void missedWriteOfOneReplicaEmptiesTheOthersOnceItIsBack() {
        // Given
        reader.keep("old");
        writer.log.begin(begin("w1"));

        // When
        writer.log.miss(end("w1"), Duration.ZERO);

        // Then
        until(() -> !reader.finds());
        until(() -> writer.log.believed() && writer.keep("new"));
    }

    private static Notice begin(String writer) {
        return new Notice(writer, false, TAGS);
    }

    private static Notice end(String writer) {
        return new Notice(writer, true, TAGS);
    }

    private static <T> void await(Future<T> future) {
        future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private final class Replica implements AutoCloseable {

        final ChangeLog log = new ChangeLog(100, BELIEF, SETTLING, System::nanoTime);
        final ResponseCache cache =
                new ResponseCache(log, 100_000, Duration.ofDays(1), Duration.ZERO, System::nanoTime);
        final Redis redis = Redis.createClient(vertx, new RedisOptions().setConnectionString(server.url()));
        final ChangeFeed feed;

        Replica(Duration longestWrite) {
            feed = new ChangeFeed(vertx, redis, log, "t", Duration.ofSeconds(2), longestWrite, System::nanoTime);
            feed.start();
        }

        boolean keep(String text) {
            Making making = cache.begin();
            making.dependsOn("user:1");
            return cache.keep(QUESTION, null, making, text.getBytes(StandardCharsets.UTF_8)) != null;
        }

        boolean finds() {
            return cache.find(QUESTION) != null;
        }

        @Override
        public void close() {
            feed.close();
            redis.close();
        }
    }
}
