package io.headgate.user.cache;

import static io.headgate.user.cache.Gateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.user.Consistency;
import io.headgate.user.User;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CachingUserStoreTest extends CachingUserStoreContract {

    private final RedisKeeper redis;

    CachingUserStoreTest() {
        super(RedisKeeper.ofTheCloud());
        this.redis = (RedisKeeper) keeper;
    }

    @Override
    long millisLeft(String name) {
        return Objects.requireNonNull(redis.command(Command.PTTL, gateway.key(name)))
                .toLong();
    }

    @Test
    void aHundredIdsAreOneCommandAndOneReadOfTheStore() {
        List<User> users = IntStream.range(0, 100).mapToObj(i -> created()).toList();
        Set<String> keys = users.stream().map(user -> user.id().key()).collect(Collectors.toSet());
        await(store.findByKeys(keys, Consistency.EVENTUAL));
        awaitFills(100);
        int storeReads = model.reads.getAndSet(0);
        redis.command(Command.CONFIG, "RESETSTAT");

        Map<String, User> found = await(store.findByKeys(keys, Consistency.EVENTUAL));

        assertThat(found.values()).containsExactlyInAnyOrderElementsOf(users);
        assertThat(storeReads).isEqualTo(1);
        assertThat(model.reads).hasValue(0);
        assertThat(calls("mget")).isEqualTo(1);
        // The gate looks at its epoch now and then.
        assertThat(calls("get")).isLessThan(keys.size());
    }

    /** How often Redis ran a command since its statistics were reset. */
    private int calls(String command) {
        String stats = String.valueOf(redis.command(Command.INFO, "commandstats"));
        Matcher calls = Pattern.compile("cmdstat_" + command + ":calls=(\\d+)").matcher(stats);
        return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
    }
}
