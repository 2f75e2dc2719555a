package io.headgate.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is waited for of a Redis that answers or does not, by a process that may stand still. */
class TimeLimitTest {

    private static final Duration LIMIT = Duration.ofMillis(100);
    private static final Duration STANDSTILL = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final TimeLimit limit = new TimeLimit(vertx, LIMIT);
    private LocalRedis server;
    private RedisConnection connection;

    @BeforeEach
    void connect() {
        server = LocalRedis.in(directory.resolve("redis"));
        connection = Redis.createClient(vertx, server.url())
                .connect()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        server.close();
    }

    /** While it read what had come: timers are next, before it reads again. */
    @Test
    void whatWasAnsweredWhileTheProcessStoodStillIsTaken() {
        CompletableFuture<String> answer =
                asked(() -> connection.send(Request.cmd(Command.PING)).compose(first -> {
                    Future<Response> pong = limit.on(connection.send(Request.cmd(Command.PING)));
                    standStill();
                    return pong;
                }));

        assertThat(answer).succeedsWithin(LONGEST).isEqualTo("PONG");
    }

    @Test
    void whatIsNotAnsweredIsGivenUp() {
        server.pause();

        assertThat(asked(() -> limit.on(connection.send(Request.cmd(Command.PING)))))
                .failsWithin(LONGEST)
                .withThrowableThat()
                .withCauseInstanceOf(TimeoutException.class);
        server.resume();
    }

    @Test
    void whatIsNotAnsweredWhileTheProcessStoodStillIsGivenUpThen() {
        server.pause();

        assertThat(asked(() -> {
                    Future<Response> pong = limit.on(connection.send(Request.cmd(Command.PING)));
                    standStill();
                    return pong;
                }))
                .failsWithin(LONGEST)
                .withThrowableThat()
                .withCauseInstanceOf(TimeoutException.class);
        server.resume();
    }

    private CompletableFuture<String> asked(Supplier<Future<Response>> question) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        vertx.runOnContext(ignored -> question.get()
                .map(Response::toString)
                .onSuccess(answer::complete)
                .onFailure(answer::completeExceptionally));
        return answer;
    }

    /** As a collection of garbage does, or a container that may not run. */
    private static void standStill() {
        long end = System.nanoTime() + STANDSTILL.toNanos();
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
