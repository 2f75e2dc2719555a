package io.headgate.user.cache;

import static io.headgate.Conditions.until;
import static io.headgate.user.cache.Gateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.user.User;
import io.headgate.user.UserCodec;
import io.headgate.user.UserStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever happens to the server, no call fails, every answer is right, and the cache is coherent when it is back. */
abstract class CacheOutageContract {

    private static final Duration TIME_LIMIT = Duration.ofMillis(500);

    final CacheKeeper keeper;
    private final String cache = "t" + UUID.randomUUID();
    private final Map<String, String> settings = Map.of("timeout", TIME_LIMIT.toMillis() + "ms");
    final ModelUserStore model = new ModelUserStore();
    final Gateway here;
    final Gateway there;
    final UserStore store;
    final UserStore replica;
    final User user;

    CacheOutageContract(CacheKeeper keeper) {
        this.keeper = keeper;
        this.here = Gateway.started(keeper, cache, settings);
        this.there = Gateway.started(keeper, cache, settings);
        this.store = here.over(model);
        this.replica = there.over(model);
        this.user = cached();
    }

    @AfterEach
    void close() {
        keeper.start();
        keeper.resume();
        here.close();
        there.close();
        keeper.close();
    }

    @Test
    void stoppedAndStartedEmpty() {
        keeper.stop();

        User changed = await(store.update(user.id().key(), Users.name("new"), null));

        assertThat(Users.find(store, user)).isEqualTo(changed);
        assertThat(Users.findByEmail(store, user.email())).isEqualTo(changed);
        assertThat(Users.find(replica, user)).isEqualTo(changed);
        keeper.start();
        assertCoherent(changed);
    }

    @Test
    void stoppedBeforeTheGatewayStarts() {
        keeper.stop();
        try (Gateway late = Gateway.starting(keeper, cache, settings)) {
            UserStore lateStore = late.over(model);

            User found = Users.find(lateStore, user);

            assertThat(found).isEqualTo(user);
            assertThat(late.gate.usable()).isFalse();
            keeper.start();
            late.awaitUsable();
            assertThat(Users.find(lateStore, user)).isEqualTo(user);
        }
    }

    @Test
    void pausedWithAnOldValueInIt() {
        keeper.pause();
        long begun = System.nanoTime();

        User changed = await(store.update(user.id().key(), Users.name("new"), null));

        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(took).isLessThan(Duration.ofSeconds(20));
        assertThat(Users.find(store, user)).isEqualTo(changed);
        assertThat(Users.findByEmail(store, user.email())).isEqualTo(changed);
        assertThat(Users.find(replica, user)).isEqualTo(changed);
        keeper.resume();
        assertCoherent(changed);
    }

    @Test
    void readsAreLeftAloneWithAPausedServerAfterAFew() {
        keeper.pause();
        IntStream.range(0, here.config.failureThreshold()).forEach(i -> Users.find(store, user));
        double bypassed = here.counted("headgate.cache.bypasses");
        long begun = System.nanoTime();

        List<User> found =
                IntStream.range(0, 300).mapToObj(i -> Users.find(store, user)).toList();

        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        keeper.resume();
        assertThat(found).containsOnly(user);
        assertThat(here.counted("headgate.cache.bypasses") - bypassed).isEqualTo(300);
        // Not one of them waited for it as the first ones did.
        assertThat(took).isLessThan(TIME_LIMIT.multipliedBy(150));
        // The server has missed nothing, so what it holds is still good.
        here.awaitUsable();
        model.reads.set(0);
        assertThat(Users.find(store, user)).isEqualTo(user);
        assertThat(model.reads).hasValue(0);
    }

    @Test
    void emptiedWhileAWriteGoesOn() {
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing =
                store.update(user.id().key(), Users.name("new"), null).subscribeAsCompletionStage();
        committing.awaitReached();
        keeper.flush();
        Users.find(replica, user);
        until(() -> there.counted("headgate.cache.fills") >= 1);
        committing.release();

        User changed = writing.join();

        assertThat(Users.find(store, user)).isEqualTo(changed);
        assertThat(Users.find(replica, user)).isEqualTo(changed);
        assertCoherent(changed);
    }

    @Test
    void connectionsBroken() {
        keeper.breakConnections();
        until(() -> here.counted("headgate.cache.breaker.openings") >= 1);
        here.awaitUsable();
        model.reads.set(0);

        User found = Users.find(store, user);

        assertThat(found).isEqualTo(user);
        assertThat(model.reads).hasValue(0);
        assertCoherent(await(replica.update(user.id().key(), Users.name("new"), null)));
    }

    @Test
    void anEpochOfAnotherRunOfTheServerIsNotBelieved() {
        String other = "t" + UUID.randomUUID();
        keeper.set(other + ":epoch", "old." + "0".repeat(40));
        String old = "V" + new String(UserCodec.encode(user), StandardCharsets.ISO_8859_1);
        keeper.set(other + ":old:" + Users.entry(user), old);
        User changed = await(model.update(user.id().key(), Users.name("new"), null));
        try (Gateway restarted = Gateway.started(keeper, other, settings)) {
            User found = Users.find(restarted.over(model), user);

            assertThat(found).isEqualTo(changed);
            assertThat(restarted.key("")).doesNotContain(":old:");
        }
    }

    @Test
    void anEpochOfAnotherRunIsReplacedByTheWatch() {
        keeper.set(here.epochKey(), "old." + "0".repeat(40));

        until(() -> !String.valueOf(keeper.get(here.epochKey())).startsWith("old."));

        assertThat(Users.find(store, user)).isEqualTo(user);
        until(() -> here.key("").equals(there.key("")));
    }

    @Test
    void aWriteBegunWithoutTheServerAndEndedWithIt() {
        keeper.stop();
        until(() -> !here.gate.usable() && !there.gate.usable());
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing =
                store.update(user.id().key(), Users.name("new"), null).subscribeAsCompletionStage();
        committing.awaitReached();
        keeper.start();
        here.awaitUsable();
        there.awaitUsable();
        Users.find(replica, user);
        until(() -> there.counted("headgate.cache.fills") >= 1);
        committing.release();

        User changed = writing.join();

        assertThat(Users.find(store, user)).isEqualTo(changed);
        assertThat(Users.find(replica, user)).isEqualTo(changed);
        assertCoherent(changed);
    }

    @Test
    void aWriteBegunWithTheServerAndEndedWithoutIt() {
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing =
                store.update(user.id().key(), Users.name("new"), null).subscribeAsCompletionStage();
        committing.awaitReached();
        keeper.pause();
        committing.release();

        User changed = writing.join();

        assertThat(Users.find(store, user)).isEqualTo(changed);
        keeper.resume();
        assertThat(Users.find(store, user)).isEqualTo(changed);
        assertCoherent(changed);
    }

    @Test
    void othersAreToldOfAWriteBegunWithoutTheServerOnceItsEntriesAreEmpty() {
        Heard heard = new Heard(replica, user);
        keeper.stop();
        until(() -> !here.gate.usable() && !there.gate.usable());
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing = here.over(model, heard)
                .update(user.id().key(), Users.name("new"), null)
                .subscribeAsCompletionStage();
        committing.awaitReached();
        keeper.start();
        here.awaitUsable();
        there.awaitUsable();
        Users.find(replica, user);
        until(() -> there.counted("headgate.cache.fills") >= 1);

        committing.release();

        User changed = writing.join();
        assertThat(heard.steps).containsExactly("begin", "end");
        assertThat(heard.versions).containsExactly(2);
        assertCoherent(changed);
    }

    @Test
    void othersAreToldAgainOfAWriteWhoseEndTheServerWasNotTold() {
        Heard heard = new Heard(store, user);
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing = here.over(model, heard)
                .update(user.id().key(), Users.name("new"), null)
                .subscribeAsCompletionStage();
        committing.awaitReached();
        keeper.stop();

        committing.release();

        User changed = writing.join();
        assertThat(heard.steps).startsWith("begin", "end").endsWith("end");
        assertThat(heard.versions).last().isEqualTo(2);
        keeper.start();
        assertCoherent(changed);
    }

    @Test
    void aServerEmptiedWhileAWriteGoesOnShowsOthersNothingOldOnceTheyAreToldOfItsEnd() {
        Heard heard = new Heard(replica, user);
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing = here.over(model, heard)
                .update(user.id().key(), Users.name("new"), null)
                .subscribeAsCompletionStage();
        committing.awaitReached();
        keeper.flush();
        Users.find(replica, user);
        until(() -> there.counted("headgate.cache.fills") >= 1);

        committing.release();

        User changed = writing.join();
        assertThat(heard.steps).containsExactly("begin", "end", "end");
        assertThat(heard.versions).last().isEqualTo(2);
        assertCoherent(changed);
    }

    @Test
    void commandsThatMayNotWaitAreNotSent() {
        try (Gateway narrow = Gateway.started(
                keeper, cache, Map.of("max-outstanding", "1", "timeout", TIME_LIMIT.toMillis() + "ms"))) {
            UserStore narrowStore = narrow.over(model);
            keeper.pause();
            Users.find(narrowStore, user);

            User changed = await(narrowStore.update(user.id().key(), Users.name("new"), null));

            keeper.resume();
            assertThat(narrow.counted("headgate.cache.breaker.openings")).isPositive();
            assertThat(Users.find(narrowStore, user)).isEqualTo(changed);
            narrow.awaitUsable();
            assertThat(Users.find(narrowStore, user)).isEqualTo(changed);
            assertCoherent(changed);
        }
    }

    /** Both gateways use the cache again, and neither has anything but the user as it is. */
    final void assertCoherent(User current) {
        here.awaitUsable();
        there.awaitUsable();
        assertThat(Users.find(replica, current)).isEqualTo(current);
        assertThat(Users.find(store, current)).isEqualTo(current);
        assertThat(Users.findByEmail(replica, current.email())).isEqualTo(current);
        assertThat(Users.findByEmail(store, current.email())).isEqualTo(current);
        until(() -> {
            int before = model.reads.get();
            return current.equals(Users.find(store, current))
                    && current.equals(Users.find(replica, current))
                    && model.reads.get() == before;
        });
    }

    private User cached() {
        User created = await(store.create(Users.some()));
        Users.find(store, created);
        until(() -> here.counted("headgate.cache.fills") == 1);
        return created;
    }
}
