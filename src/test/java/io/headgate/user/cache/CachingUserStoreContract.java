package io.headgate.user.cache;

import static io.headgate.Conditions.until;
import static io.headgate.user.cache.Gateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.user.Consistency;
import io.headgate.user.User;
import io.headgate.user.UserId;
import io.headgate.user.UserStore;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cache before a store, whatever keeps it. */
abstract class CachingUserStoreContract {

    final ModelUserStore model = new ModelUserStore();
    final CacheKeeper keeper;
    final Gateway gateway;
    final UserStore store;

    CachingUserStoreContract(CacheKeeper keeper) {
        this.keeper = keeper;
        this.gateway = Gateway.started(
                keeper,
                "t" + UUID.randomUUID(),
                Map.of("ttl", "100s", "negative-ttl", "10s", "jitter", "0.1", "timeout", "5s"));
        this.store = gateway.over(model);
    }

    /** How long an entry stays yet. */
    abstract long millisLeft(String name);

    @AfterEach
    void close() {
        gateway.close();
        keeper.close();
    }

    @Test
    void whatTheCacheHasDoesNotWaitForTheStore() {
        User cached = created();
        User other = created();
        Users.find(store, cached);
        awaitFills(1);
        Hold slow = model.holdReadAnswer();
        List<Map<String, User>> parts = new CopyOnWriteArrayList<>();

        CompletableFuture<Void> reading = store.findByKeysInParts(
                        Set.of(cached.id().key(), other.id().key()))
                .invoke(parts::add)
                .collect()
                .last()
                .replaceWithVoid()
                .subscribeAsCompletionStage();

        slow.awaitReached();
        assertThat(parts).containsExactly(Map.of(cached.id().key(), cached));
        slow.release();
        reading.join();
        assertThat(parts.get(1))
                .containsOnly(
                        Map.entry(cached.id().key(), cached),
                        Map.entry(other.id().key(), other));
    }

    @Test
    void theSecondReadAsksTheStoreNothing() {
        User user = created();
        Users.find(store, user);
        awaitFills(1);
        model.reads.set(0);

        User found = Users.find(store, user);

        assertThat(found).isEqualTo(user);
        assertThat(model.reads).hasValue(0);
    }

    @Test
    void anEmailAddressOfACachedUserAsksTheStoreNothing() {
        User user = created();
        Users.find(store, user);
        Users.findByEmail(store, user.email());
        awaitFills(2);
        model.reads.set(0);

        User found = Users.findByEmail(store, user.email());

        assertThat(found).isEqualTo(user);
        assertThat(model.reads).hasValue(0);
    }

    @Test
    void aBatchAsksTheStoreForWhatIsMissingAlone() {
        User cached = created();
        User other = created();
        Users.find(store, cached);
        awaitFills(1);
        model.reads.set(0);

        Map<String, User> found =
                await(store.findByKeys(Set.of(cached.id().key(), other.id().key(), "nobody"), Consistency.EVENTUAL));

        assertThat(found.values()).containsExactlyInAnyOrder(cached, other);
        assertThat(model.reads).hasValue(1);
        assertThat(gateway.counted("headgate.cache.hits")).isEqualTo(1);
        assertThat(gateway.counted("headgate.cache.misses")).isEqualTo(3);
    }

    @Test
    void thatNobodyIsThereIsRememberedForAShorterTime() {
        User user = created();
        User nobody = Users.some();
        Users.find(store, user);
        Users.find(store, nobody);
        awaitFills(2);
        model.reads.set(0);

        User found = Users.find(store, nobody);

        assertThat(found).isNull();
        assertThat(model.reads).hasValue(0);
        assertThat(gateway.counted("headgate.cache.negative.hits")).isEqualTo(1);
        assertThat(millisLeft(Users.entry(nobody))).isBetween(1_000L, 10_000L);
        assertThat(millisLeft(Users.entry(user))).isBetween(80_000L, 100_000L);
    }

    @Test
    void whoeverIsCreatedIsThereAtOnce() {
        User user = Users.some();
        Users.find(store, user);
        Users.findByEmail(store, user.email());
        awaitFills(2);

        await(store.create(user));

        assertThat(Users.find(store, user)).isEqualTo(user);
        assertThat(Users.findByEmail(store, user.email())).isEqualTo(user);
    }

    @Test
    void anEntryThatCantBeReadIsReplaced() {
        User user = created();
        keeper.set(gateway.key(Users.entry(user)), "V\t of a later version");

        User found = Users.find(store, user);

        assertThat(found).isEqualTo(user);
        awaitFills(1);
        model.reads.set(0);
        assertThat(Users.find(store, user)).isEqualTo(user);
        assertThat(model.reads).hasValue(0);
    }

    @Test
    void readersOfOneUserReadTheStoreOnce() {
        User user = created();
        Hold slow = model.holdReadAnswer();
        Uni<Map<String, User>> read = store.findByKeys(Set.of(user.id().key()), Consistency.EVENTUAL);
        List<Uni<Map<String, User>>> reads = IntStream.range(0, 50)
                .mapToObj(i -> read.memoize().indefinitely())
                .toList();
        reads.forEach(each -> each.subscribe().with(found -> {}, failure -> {}));
        until(() -> gateway.counted("headgate.cache.joins") == 49);
        slow.release();

        List<Map<String, User>> found = await(Uni.join().all(reads).andFailFast());

        assertThat(found).hasSize(50).allSatisfy(each -> assertThat(each).containsValue(user));
        assertThat(model.reads).hasValue(1);
    }

    @Test
    void batchesThatWaitForEachOtherEnd() {
        List<String> keys =
                IntStream.range(0, 6).mapToObj(i -> created().id().key()).toList();
        model.slow(3);
        ExecutorService threads = Executors.newFixedThreadPool(8);

        List<CompletableFuture<Void>> clients = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> readBatches(keys, new Random(i)), threads))
                .toList();

        CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).join();
        threads.shutdown();
        assertThat(gateway.counted("headgate.cache.joins")).isPositive();
    }

    @Test
    void aStrongReadSeesTheStoreAndBringsTheCacheUpToDate() {
        User user = created();
        Users.find(store, user);
        awaitFills(1);
        User changed = await(model.update(user.id().key(), Users.name("past the cache"), null));

        User found = Users.find(store, user, Consistency.STRONG);

        assertThat(found).isEqualTo(changed);
        awaitFills(2);
        model.reads.set(0);
        assertThat(Users.find(store, user)).isEqualTo(changed);
        assertThat(model.reads).hasValue(0);
    }

    @Test
    void anAddressThatWentToAnotherFindsTheOther() {
        User user = created();
        String address = user.email();
        Users.findByEmail(store, address);
        Users.findByEmail(store, address);
        awaitFills(2);
        await(store.update(user.id().key(), Users.email("new-" + address), null));

        User before = Users.findByEmail(store, address);
        User heir = Users.some();
        await(store.create(heir));
        User after = await(store.update(heir.id().key(), Users.email(address), null));

        assertThat(before).isNull();
        assertThat(Users.findByEmail(store, address)).isEqualTo(after);
        assertThat(Users.version(Users.findByEmail(store, "new-" + address))).isEqualTo(2);
        assertThat(Users.findByEmail(store, heir.email())).isNull();
    }

    @Test
    void aDeletedUserIsGone() {
        User user = created();
        Users.find(store, user);
        Users.findByEmail(store, user.email());
        awaitFills(2);

        await(store.delete(user.id().key(), null));

        assertThat(Users.find(store, user)).isNull();
        assertThat(Users.findByEmail(store, user.email())).isNull();
    }

    @Test
    void aChangeWhoseSubscriberHasGoneIsToldAllTheSame() {
        User user = created();
        Users.find(store, user);
        awaitFills(1);
        Hold hold = model.holdWriteAnswer();
        var change = store.update(user.id().key(), Users.name("new"), null)
                .subscribe()
                .with(done -> {}, failure -> {});
        hold.awaitReached();

        change.cancel();
        hold.release();

        until(() -> !Users.isMarked(keeper.get(gateway.key(Users.entry(user)))));
        assertThat(Users.version(Users.find(store, user))).isEqualTo(2);
    }

    @Test
    void keysOfAnyTextHaveEntriesOfTheirOwn() {
        Set<String> keys = new HashSet<>(Set.of("a", "A", "a b", "{a}", "ключ 🦊", "a:b", "*", "'", "\"", "%s"));
        keys.add("x".repeat(128));
        for (String key : keys) {
            User user = Users.some();
            await(store.create(new User(
                    new UserId(user.id().store(), key),
                    user.email(),
                    "Name of " + key,
                    null,
                    user.status(),
                    user.attributes(),
                    user.createdAt(),
                    user.updatedAt(),
                    1)));
        }
        await(store.findByKeys(keys, Consistency.EVENTUAL));
        awaitFills(keys.size());

        Map<String, User> found = await(store.findByKeys(keys, Consistency.EVENTUAL));

        assertThat(found).hasSize(keys.size());
        assertThat(found).allSatisfy((key, user) -> assertThat(user.name()).isEqualTo("Name of " + key));
        assertThat(model.reads).hasValue(1);
    }

    /** Reads some keys at a time, in any order, and changes one now and then. */
    private void readBatches(List<String> keys, Random random) {
        for (int i = 0; i < 100; i++) {
            List<String> some = new ArrayList<>(keys);
            Collections.shuffle(some, random);
            if (random.nextInt(6) == 0) {
                await(store.update(some.get(0), Users.name("Name " + i), null));
            } else {
                Set<String> inThisOrder = new LinkedHashSet<>(some.subList(0, 4));
                assertThat(await(store.findByKeys(inThisOrder, Consistency.EVENTUAL)))
                        .hasSize(4);
            }
        }
    }

    final User created() {
        User user = Users.some();
        return await(store.create(user));
    }

    final void awaitFills(int count) {
        until(() -> gateway.counted("headgate.cache.fills") >= count);
    }
}
