package io.headgate.user.cache;

import io.headgate.localcloud.LocalRedisCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The same where each key has its own server. */
class RedisClusterCoherenceTest extends RedisCoherenceContract {

    @SuppressWarnings("NullAway.Init")
    private static LocalRedisCluster cluster;

    RedisClusterCoherenceTest() {
        super(RedisKeeper.of(cluster));
    }

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = LocalRedisCluster.in(
                IntStream.range(0, 3)
                        .mapToObj(shard -> List.of(directory.resolve("shard-" + shard)))
                        .toList(),
                List.of());
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }
}
