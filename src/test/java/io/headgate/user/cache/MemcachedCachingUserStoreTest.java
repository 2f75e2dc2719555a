package io.headgate.user.cache;

import static io.headgate.user.cache.Gateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.memcached.MemcachedCommand;
import io.headgate.user.Consistency;
import io.headgate.user.User;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemcachedCachingUserStoreTest extends CachingUserStoreContract {

    /** Some versions count from now, some to now. */
    private static final Pattern EXPIRES = Pattern.compile("exp=-?(\\d+)");

    private final MemcachedKeeper memcached;

    MemcachedCachingUserStoreTest() {
        super(MemcachedKeeper.started());
        this.memcached = (MemcachedKeeper) keeper;
    }

    @Override
    long millisLeft(String name) {
        Matcher expires =
                EXPIRES.matcher(memcached.send("me " + MemcachedCommand.key(gateway.key(name)) + "\r\n", "\r\n"));
        assertThat(expires.find()).isTrue();
        return Long.parseLong(expires.group(1)) * 1000;
    }

    @Test
    void manyIdsAreReadOfTheCacheAndOnceOfTheStore() {
        List<User> users = IntStream.range(0, 350).mapToObj(i -> created()).toList();
        Set<String> keys = users.stream().map(user -> user.id().key()).collect(Collectors.toSet());
        await(store.findByKeys(keys, Consistency.EVENTUAL));
        awaitFills(350);
        int storeReads = model.reads.getAndSet(0);

        Map<String, User> found = await(store.findByKeys(keys, Consistency.EVENTUAL));

        assertThat(found.values()).containsExactlyInAnyOrderElementsOf(users);
        assertThat(storeReads).isEqualTo(1);
        assertThat(model.reads).hasValue(0);
    }
}
