package io.headgate.user.cache;

import static io.headgate.Conditions.until;
import static io.headgate.user.cache.Gateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalMemcached;
import io.headgate.localcloud.MemcachedConfigurationEndpoint;
import io.headgate.user.Consistency;
import io.headgate.user.User;
import io.headgate.user.UserStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Several Memcached servers, which a configuration endpoint tells of and which come and go. */
@EnabledIf(
        value = "io.headgate.localcloud.LocalMemcached#isInstalled",
        disabledReason = "there is no memcached on the PATH (Debian: apt-get install memcached)")
class MemcachedClusterTest {

    @TempDir
    private Path directory;

    private final ModelUserStore model = new ModelUserStore();
    private List<LocalMemcached> servers;
    private MemcachedConfigurationEndpoint endpoint;
    private Gateway here;
    private Gateway there;
    private UserStore store;
    private UserStore replica;

    @BeforeEach
    void start() {
        servers = IntStream.range(0, 4)
                .mapToObj(i -> LocalMemcached.in(directory.resolve("server" + i)))
                .toList();
        endpoint = new MemcachedConfigurationEndpoint(ports(0, 1, 2));
        here = gateway();
        there = gateway();
        store = here.over(model);
        replica = there.over(model);
    }

    private Gateway gateway() {
        return Gateway.started(
                (vertx, config) -> MemcachedKeeper.server(
                        vertx,
                        config,
                        Map.of("headgate.memcached.configuration-endpoint", "127.0.0.1:" + endpoint.port())),
                "cluster",
                Map.of("watch-interval", "20ms", "max-backoff", "100ms"));
    }

    private List<Integer> ports(int... of) {
        return IntStream.of(of).mapToObj(i -> servers.get(i).port()).toList();
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
        endpoint.close();
        servers.forEach(LocalMemcached::close);
    }

    @Test
    void keysAreSpreadAndReadAtOnce() {
        Set<String> keys = cached(300);

        Map<String, User> found = await(replica.findByKeys(keys, Consistency.EVENTUAL));

        assertThat(found).hasSize(300);
        assertThat(model.reads).hasValue(0);
        assertThat(servers.subList(0, 3))
                .allSatisfy(server -> assertThat(items(server)).isGreaterThan(30));
        assertThat(items(servers.get(3))).isZero();
    }

    @Test
    void afterOneMoreServerNothingOldIsShown() {
        Set<String> keys = cached(100);
        String before = here.key("");

        endpoint.lead(ports(0, 1, 2, 3));

        untilBothFollow(before);
        changeAll(store, keys);
        assertThat(versions(replica, keys)).containsOnly(2);
        assertThat(versions(store, keys)).containsOnly(2);
    }

    @Test
    void aServerThatGoesAndComesBackWithWhatItHadIsNotBelieved() {
        Set<String> keys = cached(100);
        String before = here.key("");
        endpoint.lead(ports(0, 1));
        untilBothFollow(before);
        changeAll(store, keys);
        String between = here.key("");

        endpoint.lead(ports(0, 1, 2));

        untilBothFollow(between);
        assertThat(versions(replica, keys)).containsOnly(2);
        assertThat(versions(store, keys)).containsOnly(2);
    }

    @Test
    void aServerThatRestartsDropsAll() {
        Set<String> keys = cached(100);
        String before = here.key("");

        servers.get(1).stop();
        changeAll(store, keys);
        servers.get(1).start();

        untilBothFollow(before);
        assertThat(versions(replica, keys)).containsOnly(2);
        assertThat(versions(store, keys)).containsOnly(2);
    }

    @Test
    void aWriteGoesOnWhileTheServersChange() {
        Set<String> keys = cached(1);
        String key = keys.iterator().next();
        String before = here.key("");
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing =
                store.update(key, Users.name("new"), null).subscribeAsCompletionStage();
        committing.awaitReached();
        endpoint.lead(ports(3));
        untilBothFollow(before);
        read(replica, keys);
        committing.release();

        User changed = writing.join();

        assertThat(versions(store, keys)).containsOnly(changed.version());
        assertThat(versions(replica, keys)).containsOnly(changed.version());
    }

    @Test
    void withoutTheConfigurationEndpointTheStoreAnswers() {
        Set<String> keys = cached(10);

        endpoint.close();

        until(() -> !here.gate.usable());
        changeAll(store, keys);
        assertThat(versions(store, keys)).containsOnly(2);
    }

    /** Both gateways use the cache in another epoch than one that was. */
    private void untilBothFollow(String before) {
        for (Gateway each : List.of(here, there)) {
            until(() -> {
                CacheSession session = each.gate.readSession();
                return session != null && !session.key("").equals(before);
            });
        }
        until(() -> {
            CacheSession one = here.gate.readSession();
            CacheSession other = there.gate.readSession();
            read(store, Set.of("nobody"));
            read(replica, Set.of("nobody"));
            return one != null && other != null && one.epoch().equals(other.epoch());
        });
    }

    private Set<String> cached(int count) {
        Set<String> keys = IntStream.range(0, count)
                .mapToObj(i -> await(store.create(Users.some())).id().key())
                .collect(Collectors.toSet());
        read(store, keys);
        until(() -> {
            model.reads.set(0);
            read(store, keys);
            return model.reads.get() == 0;
        });
        return keys;
    }

    private void changeAll(UserStore through, Set<String> keys) {
        keys.forEach(key -> await(through.update(key, Users.name("new"), null)));
    }

    private static boolean read(UserStore from, Set<String> keys) {
        return !await(from.findByKeys(keys, Consistency.EVENTUAL)).isEmpty();
    }

    private static List<Integer> versions(UserStore from, Set<String> keys) {
        return await(from.findByKeys(keys, Consistency.EVENTUAL)).values().stream()
                .map(User::version)
                .toList();
    }

    private static int items(LocalMemcached server) {
        String stats = MemcachedKeeper.send(server.port(), "stats\r\n", "END\r\n");
        return stats.lines()
                .filter(line -> line.startsWith("STAT curr_items "))
                .mapToInt(line -> Integer.parseInt(line.substring(16)))
                .sum();
    }
}
