package io.headgate.user.cache;

import static io.headgate.user.cache.Gateway.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.user.User;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a cache in Redis keeps besides of what its writers have changed. */
abstract class RedisCoherenceContract extends CacheCoherenceContract {

    RedisCoherenceContract(RedisKeeper keeper) {
        super(keeper);
    }

    @Test
    void whomAWriterHasChangedTheCacheHasAtOnce() {
        User user = await(store.create(Users.some()));
        await(store.update(user.id().key(), Users.name("new"), null));
        model.reads.set(0);

        assertThat(Users.version(Users.find(store, user))).isEqualTo(2);
        assertThat(Users.version(Users.find(replica, user))).isEqualTo(2);
        assertThat(model.reads).hasValue(0);

        await(replica.delete(user.id().key(), null));
        assertThat(entry(user)).isNull();
        assertThat(Users.find(store, user)).isNull();
    }

    @Test
    void ofWritersWhoMeetNoneLeavesWhatItHasWritten() {
        User user = await(store.create(Users.some()));
        Hold first = model.holdWriteAnswer();
        CompletableFuture<User> writing = writing(user, first);
        await(replica.update(user.id().key(), Users.name("two"), null));
        assertThat(entry(user)).startsWith("W ");
        first.release();
        writing.join();

        assertThat(entry(user)).isNull();
        assertThat(Users.version(Users.find(store, user))).isEqualTo(3);
        assertThat(Users.version(Users.find(replica, user))).isEqualTo(3);
    }

    @Test
    void whatOthersHaveChangedMeanwhileIsNotHidden() {
        User user = await(store.create(Users.some()));
        Hold slow = model.holdWriteAnswer();
        CompletableFuture<User> writing = writing(user, slow);
        await(model.update(user.id().key(), Users.name("past the cache"), null));
        await(((CachingUserStore) replica).forget(Set.of(user.id().key()), Set.of()));
        slow.release();
        writing.join();

        assertThat(entry(user)).isNull();
        assertThat(Users.version(Users.find(store, user))).isEqualTo(3);
    }

    @Test
    void aWriterWhoseMarkWasLostLeavesNothing() {
        User user = await(store.create(Users.some()));
        Hold slow = model.holdWriteAnswer();
        CompletableFuture<User> writing = writing(user, slow);
        keeper.remove(here.key(Users.entry(user)));
        await(replica.update(user.id().key(), Users.name("two"), null));
        slow.release();
        writing.join();

        assertThat(entry(user)).isNull();
        assertThat(Users.version(Users.find(store, user))).isEqualTo(3);
    }

    /** An update that the store has made, and has not answered. */
    private CompletableFuture<User> writing(User user, Hold answer) {
        CompletableFuture<User> writing =
                store.update(user.id().key(), Users.name("one"), null).subscribeAsCompletionStage();
        answer.awaitReached();
        return writing;
    }

    private @Nullable String entry(User user) {
        return keeper.get(here.key(Users.entry(user)));
    }
}
