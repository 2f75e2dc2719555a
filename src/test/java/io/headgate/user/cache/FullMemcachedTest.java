package io.headgate.user.cache;

import static io.headgate.user.cache.Gateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.user.User;
import io.headgate.user.UserStore;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Memcached that refuses what it has no room for, instead of evicting what it has. */
class FullMemcachedTest {

    private final MemcachedKeeper keeper = MemcachedKeeper.started("-M", "-m", "8");
    private final Gateway gateway = Gateway.started(keeper, "t" + UUID.randomUUID(), Map.of("timeout", "5s"));
    private final ModelUserStore model = new ModelUserStore();
    private final UserStore store = gateway.over(model);

    @AfterEach
    void close() {
        gateway.close();
        keeper.close();
    }

    @Test
    void refusesWhatThenIsNotCached() {
        User user = await(store.create(Users.some()));
        Users.find(store, user);
        fillUp();

        User changed = await(store.update(user.id().key(), Users.name("new"), null));
        User other = await(store.create(Users.some()));

        assertThat(Users.find(store, user)).isEqualTo(changed);
        assertThat(Users.findByEmail(store, user.email())).isEqualTo(changed);
        assertThat(Users.find(store, other)).isEqualTo(other);
        assertThat(gateway.gate.usable()).isTrue();
    }

    /** Items of each size that an entry can have, until there is no room for one more. */
    private void fillUp() {
        for (int size = 2_000; size > 0; size -= size / 10 + 8) {
            String item = "x".repeat(size) + "\r\n";
            int count = 0;
            String answer;
            do {
                StringBuilder commands = new StringBuilder();
                for (int i = 0; i < 1_000; i++) {
                    commands.append("set fill" + size + "x" + count++ + " 0 0 " + size + " noreply\r\n" + item);
                }
                commands.append("set fill" + size + "x" + count++ + " 0 0 " + size + "\r\n" + item);
                answer = keeper.send(commands.toString(), "\r\n");
            } while (answer.equals("STORED\r\n"));
            assertThat(answer).contains("out of memory");
        }
    }
}
