package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What makes the names of epochs, leases and writers different in each process: of an executable all processes begin with what
 * it was built with.
 */
class NamesIT {

    private final Vertx vertx = Vertx.vertx();
    private final Redis redis = Redis.createClient(
            vertx,
            new RedisOptions().setConnectionString(LocalCloud.shared().redis().url()));

    @AfterEach
    void close() {
        redis.close();
        await(vertx.close());
    }

    @Test
    void noProcessGivesTheNamesOfAnother() {
        String one = "t" + UUID.randomUUID();
        String other = "t" + UUID.randomUUID();

        try (GatewayProcess first = start(one);
                GatewayProcess second = start(other)) {
            assertThat(first.isReady() && second.isReady()).isTrue();
            assertThat(process(get(one + ":epoch"))).isNotEqualTo(process(get(other + ":epoch")));
            assertThat(process(epochOfChanges(one))).isNotEqualTo(process(epochOfChanges(other)));
        }
    }

    private static GatewayProcess start(String prefix) {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        configuration.put("headgate.cache.key-prefix", prefix);
        configuration.put("headgate.response-cache.key-prefix", prefix);
        return GatewayProcess.start(configuration);
    }

    /** The part of a name that is the same in all names of a process. */
    private static String process(String name) {
        assertThat(name).matches("[0-9a-f]{16}x[0-9a-z]+\\..+");
        return name.substring(0, name.indexOf('x'));
    }

    private String get(String key) {
        return String.valueOf(await(redis.send(Request.cmd(Command.GET).arg(key))));
    }

    private String epochOfChanges(String prefix) {
        Response epoch = await(redis.send(
                Request.cmd(Command.HGET).arg("{" + prefix + ":changes}:state").arg("epoch")));
        return String.valueOf(epoch);
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
