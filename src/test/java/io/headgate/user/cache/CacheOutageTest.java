package io.headgate.user.cache;

import static io.headgate.user.cache.Gateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.user.User;
import io.vertx.redis.client.Command;
import org.junit.jupiter.api.Test;

class CacheOutageTest extends CacheOutageContract {

    private final RedisKeeper redis;

    CacheOutageTest() {
        super(RedisKeeper.ofTheCloud());
        this.redis = (RedisKeeper) keeper;
    }

    @Test
    void full() {
        try {
            redis.command(Command.CONFIG, "SET", "maxmemory", "1");

            User changed = await(store.update(user.id().key(), Users.name("new"), null));

            assertThat(Users.find(store, user)).isEqualTo(changed);
            assertThat(Users.findByEmail(store, user.email())).isEqualTo(changed);
            assertThat(Users.find(replica, user)).isEqualTo(changed);
            assertThat(here.gate.usable()).isTrue();
            assertThat(there.gate.usable()).isTrue();
        } finally {
            redis.command(Command.CONFIG, "SET", "maxmemory", "0");
        }
        assertCoherent(await(store.update(user.id().key(), Users.name("newer"), null)));
    }

    @Test
    void madeAReplicaAndPromotedAgain() {
        redis.command(Command.REPLICAOF, "127.0.0.1", "1");

        User changed = await(store.update(user.id().key(), Users.name("new"), null));

        assertThat(Users.find(store, user)).isEqualTo(changed);
        assertThat(here.gate.usable()).isFalse();
        redis.command(Command.REPLICAOF, "NO", "ONE");
        assertCoherent(changed);
    }
}
