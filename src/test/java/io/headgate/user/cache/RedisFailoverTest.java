package io.headgate.user.cache;

import static io.headgate.Conditions.until;
import static io.headgate.user.cache.Gateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalRedis;
import io.headgate.localcloud.TcpFront;
import io.headgate.user.User;
import io.headgate.user.UserStore;
import io.vertx.redis.client.Command;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of the cache when Redis fails over: the endpoint leads to what was a replica, which lacks the last writes, as
 * Redis replicates asynchronously.
 */
class RedisFailoverTest {

    private static final String CACHE = "failover";

    @TempDir
    private Path directory;

    private final ModelUserStore model = new ModelUserStore();
    private LocalRedis primary;
    private LocalRedis replica;
    private TcpFront endpoint;
    private Gateway here;
    private Gateway there;

    @BeforeEach
    void start() {
        primary = LocalRedis.in(directory.resolve("primary"));
        replica = LocalRedis.in(directory.resolve("replica"));
        endpoint = TcpFront.before(primary.port());
        here = gateway();
        there = gateway();
    }

    private Gateway gateway() {
        return Gateway.started(RedisKeeper.at("redis://127.0.0.1:" + endpoint.port()), CACHE, Map.of());
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
        endpoint.close();
        replica.close();
        primary.close();
    }

    @Test
    void whatTheReplicaMissedIsNotServed() {
        UserStore store = here.over(model);
        UserStore other = there.over(model);
        User user = await(store.create(Users.some()));
        try (RedisKeeper console = RedisKeeper.at(replica.url());
                RedisKeeper source = RedisKeeper.at(primary.url())) {
            console.command(Command.REPLICAOF, "127.0.0.1", primary.port());
            until(() -> {
                Users.find(store, user);
                String key = here.key(Users.entry(user));
                return source.get(key) != null && console.get(key) != null;
            });
            console.command(Command.REPLICAOF, "NO", "ONE");
        }
        User changed = await(store.update(user.id().key(), Users.name("new"), null));

        endpoint.leadTo(replica.port());

        assertThat(Users.find(other, user)).isEqualTo(changed);
        assertThat(Users.find(store, user)).isEqualTo(changed);
        here.awaitUsable();
        there.awaitUsable();
        assertThat(Users.find(other, user)).isEqualTo(changed);
        assertThat(Users.find(store, user)).isEqualTo(changed);
        model.reads.set(0);
        until(() -> {
            assertThat(Users.find(other, user)).isEqualTo(changed);
            return model.reads.getAndSet(0) == 0;
        });
    }
}
