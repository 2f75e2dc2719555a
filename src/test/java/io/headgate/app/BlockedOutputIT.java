package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalRedis;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway, whose output goes into a pipe that nobody reads, as one of a log driver that is away. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BlockedOutputIT {

    /** Of more than 100 bytes each: a pipe holds 64 KB. */
    private static final int MORE_RECORDS_THAN_A_PIPE_HOLDS = 1_000;

    private static final int AT_ONCE = 16;
    private static final String ABSENT =
            Base64.getUrlEncoder().withoutPadding().encodeToString("user:p:absent".getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private LocalRedis redis;

    @SuppressWarnings("NullAway.Init")
    private GatewayProcess gateway;

    @BeforeEach
    void block() {
        redis = LocalRedis.in(directory.resolve("redis"));
        Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
        configuration.put("quarkus.redis.hosts", redis.url());
        gateway = GatewayProcess.startIntoPipe(configuration);
        fillThePipe(gateway);
        redis.stop();
    }

    @AfterEach
    void close() {
        gateway.close();
        redis.close();
    }

    @Test
    void requestsAreAnsweredAndTheLogIsWrittenOnceItIsRead() throws Exception {
        askOnEachEventLoop(gateway);

        BufferedReader output = gateway.output();
        while (!message(Objects.requireNonNull(output.readLine())).contains("cache.breaker=open")) {
            // A record that filled the pipe, or an entry before.
        }
        gateway.terminate();

        assertThat(output.lines().map(BlockedOutputIT::message))
                .last()
                .asString()
                .contains("stopped");
        assertThat(gateway.exitCode()).isZero();
    }

    @Test
    void itEndsWithoutBeingRead() throws Exception {
        askOnEachEventLoop(gateway);

        gateway.terminate();

        assertThat(gateway.exitCode()).isZero();
    }

    private static String message(String line) {
        return String.valueOf(((Map<?, ?>) Objects.requireNonNull(Json.read(line))).get("message"));
    }

    private static void askOnEachEventLoop(GatewayProcess gateway) throws Exception {
        for (int round = 0; round < 10; round++) {
            CompletableFuture.allOf(IntStream.range(0, AT_ONCE)
                            .mapToObj(i -> gateway.ask("{ user(id: \"" + ABSENT + "\") { name } }", Map.of()))
                            .toArray(CompletableFuture[]::new))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static void fillThePipe(GatewayProcess gateway) {
        String delete = "mutation($id: ID!) { deleteUser(id: $id) { id } }";
        for (int sent = 0; sent < MORE_RECORDS_THAN_A_PIPE_HOLDS; sent += AT_ONCE) {
            CompletableFuture.allOf(IntStream.range(0, AT_ONCE)
                            .mapToObj(i -> gateway.endpoint().response(delete, Map.of("id", ABSENT)))
                            .toArray(CompletableFuture[]::new))
                    .join();
        }
    }
}
