package io.headgate.user.cache;

import static io.headgate.Conditions.until;
import static io.headgate.user.cache.Gateway.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.user.Consistency;
import io.headgate.user.User;
import io.headgate.user.UserStore;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Races between readers and writers, through one gateway and through two that share a cache and a store. */
abstract class CacheCoherenceContract {

    private final String cache = "t" + UUID.randomUUID();
    final ModelUserStore model = new ModelUserStore();
    final CacheKeeper keeper;
    final Gateway here;
    private final Gateway there;
    final UserStore store;
    final UserStore replica;

    CacheCoherenceContract(CacheKeeper keeper) {
        this.keeper = keeper;
        this.here = Gateway.started(keeper, cache, Map.of("timeout", "5s"));
        this.there = Gateway.started(keeper, cache, Map.of("timeout", "5s"));
        this.store = here.over(model);
        this.replica = there.over(model);
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
        keeper.close();
    }

    @Test
    void aSlowReaderNeverFillsWhatAWriteMadeStale() {
        User user = await(model.create(Users.some()));
        Hold slow = model.holdReadAnswer();
        CompletableFuture<Map<String, User>> reading = read(store, user);
        slow.awaitReached();
        await(store.update(user.id().key(), Users.name("new"), null));
        slow.release();

        Map<String, User> seen = reading.join();

        assertThat(seen).containsValue(user);
        until(() -> here.counted("headgate.cache.lost.fills") == 1);
        assertThat(Users.version(Users.find(store, user))).isEqualTo(2);
        assertThat(Users.version(Users.find(replica, user))).isEqualTo(2);
    }

    @Test
    void aSlowReaderNeverFillsWhatAnotherGatewaysWriteMadeStale() {
        User user = await(model.create(Users.some()));
        Hold slow = model.holdReadAnswer();
        CompletableFuture<Map<String, User>> reading = read(store, user);
        slow.awaitReached();
        await(replica.delete(user.id().key(), null));
        slow.release();

        Map<String, User> seen = reading.join();

        assertThat(seen).containsValue(user);
        until(() -> here.counted("headgate.cache.lost.fills") == 1);
        assertThat(Users.find(store, user)).isNull();
        assertThat(Users.find(replica, user)).isNull();
    }

    @Test
    void aLaterReaderDoesNotJoinAReadThatBeganBeforeAWrite() {
        User user = await(model.create(Users.some()));
        Hold slow = model.holdReadAnswer();
        CompletableFuture<Map<String, User>> reading = read(store, user);
        slow.awaitReached();
        await(replica.update(user.id().key(), Users.name("new"), null));

        User found = Users.find(store, user);

        assertThat(Users.version(found)).isEqualTo(2);
        slow.release();
        assertThat(reading.join()).containsValue(user);
    }

    @Test
    void aLaterReaderOfAnAddressDoesNotJoinAReadThatBeganBeforeItsUserLeftIt() {
        User user = await(model.create(Users.some()));
        Hold slow = model.holdReadAnswer();
        CompletableFuture<Map<String, User>> reading =
                store.findByEmails(Set.of(user.email()), Consistency.EVENTUAL).subscribeAsCompletionStage();
        slow.awaitReached();
        await(store.update(user.id().key(), Users.email("new-" + user.email()), null));
        CompletableFuture<Map<String, User>> later =
                store.findByEmails(Set.of(user.email()), Consistency.EVENTUAL).subscribeAsCompletionStage();
        until(() -> here.counted("headgate.cache.joins") == 1 || later.isDone());

        slow.release();

        assertThat(later.join()).isEmpty();
        assertThat(reading.join()).containsValue(user);
    }

    @Test
    void aStrongReadDoesNotJoinAnother() {
        User user = await(model.create(Users.some()));
        Hold slow = model.holdReadAnswer();
        CompletableFuture<Map<String, User>> reading = read(store, user);
        slow.awaitReached();
        await(model.update(user.id().key(), Users.name("past the cache"), null));

        User found = Users.find(store, user, Consistency.STRONG);

        assertThat(Users.version(found)).isEqualTo(2);
        slow.release();
        assertThat(reading.join()).containsValue(user);
        until(() -> here.counted("headgate.cache.lost.fills") == 1);
        assertThat(Users.version(Users.find(store, user))).isEqualTo(2);
    }

    @Test
    void aGatewayKilledBetweenCommitAndInvalidationLeavesNothingStale() {
        User user = await(store.create(Users.some()));
        Users.find(store, user);
        until(() -> here.counted("headgate.cache.fills") == 1);
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing =
                store.update(user.id().key(), Users.name("new"), null).subscribeAsCompletionStage();
        committing.awaitReached();
        User before = Users.find(replica, user);
        here.kill();
        committing.release();
        writing.join();

        User after = Users.find(replica, user);

        assertThat(Users.version(before)).isEqualTo(1);
        assertThat(Users.version(after)).isEqualTo(2);
        assertThat(there.counted("headgate.cache.hits")).isZero();
    }

    @Test
    void ofTwoWritersTheOneThatEndsDoesNotUnblockTheOthersEntry() {
        User user = await(store.create(Users.some()));
        Hold first = model.holdWrite();
        CompletableFuture<User> writing =
                store.update(user.id().key(), Users.name("one"), null).subscribeAsCompletionStage();
        first.awaitReached();
        await(replica.update(user.id().key(), Users.name("two"), null));
        Users.find(replica, user);
        here.kill();
        first.release();
        writing.join();

        User found = Users.find(replica, user);

        assertThat(Users.version(found)).isEqualTo(3);
        assertThat(there.counted("headgate.cache.fills")).isZero();
    }

    @Test
    void whatMayYetBeMadeIsNotCached() {
        User user = await(store.create(Users.some()));
        Hold late = model.holdWrite();
        model.loseAnswers(true);
        assertThatThrownBy(() -> await(store.update(user.id().key(), Users.name("late"), null)))
                .hasMessageContaining("lost");
        late.awaitReached();
        Users.find(store, user);
        Users.find(replica, user);
        late.release();

        User found = Users.find(store, user);

        assertThat(Users.version(found)).isEqualTo(2);
        assertThat(Users.version(Users.find(replica, user))).isEqualTo(2);
        assertThat(keeper.get(here.key(Users.entry(user)))).isNotNull();
    }

    @Test
    void aMarkThatNobodyTakesAwayEnds() {
        try (Gateway brief = Gateway.started(keeper, cache, Map.of("tombstone-ttl", "300ms", "timeout", "5s"))) {
            UserStore briefly = brief.over(model);
            User user = await(briefly.create(Users.some()));
            model.loseAnswers(true);
            assertThatThrownBy(() -> await(briefly.update(user.id().key(), Users.name("unknown"), null)))
                    .hasMessageContaining("lost");
            model.loseAnswers(false);
            // Writers come and go, and do not prolong the mark of the one that is gone.
            until(() -> {
                await(briefly.update(user.id().key(), Users.name("known"), null));
                return !Users.isMarked(keeper.get(brief.key(Users.entry(user))));
            });

            until(() -> Users.find(briefly, user) != null && brief.counted("headgate.cache.hits") > 0);
        }
    }

    @Test
    void anEpochThatAnotherGatewaySetsIsFollowed() {
        User user = await(store.create(Users.some()));
        Users.find(store, user);
        until(() -> here.counted("headgate.cache.fills") == 1);
        String before = here.key(Users.entry(user));
        there.gate.missed(there.gate.tick());
        there.awaitUsable();

        User found = Users.find(store, user);

        assertThat(found).isEqualTo(user);
        assertThat(here.key(Users.entry(user))).isNotEqualTo(before).isEqualTo(there.key(Users.entry(user)));
        assertThat(here.counted("headgate.cache.hits")).isZero();
    }

    @Test
    void aWriteThatAnEpochChangeOvertakesIsToldInTheNewEpoch() {
        User user = await(store.create(Users.some()));
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing =
                store.update(user.id().key(), Users.name("new"), null).subscribeAsCompletionStage();
        committing.awaitReached();
        there.gate.missed(there.gate.tick());
        there.awaitUsable();
        // In the new epoch there is no mark, and the old user is cached.
        Users.find(replica, user);
        until(() -> there.counted("headgate.cache.fills") == 1);
        committing.release();
        writing.join();

        User found = Users.find(replica, user);

        assertThat(Users.version(found)).isEqualTo(2);
        assertThat(Users.version(Users.find(store, user))).isEqualTo(2);
        assertThat(here.gate.usable()).isTrue();
    }

    @Test
    void anEpochThatVanishesDropsAll() {
        User user = await(store.create(Users.some()));
        Users.find(store, user);
        until(() -> here.counted("headgate.cache.fills") == 1);
        keeper.remove(here.epochKey());

        User found = Users.find(store, user);

        assertThat(found).isEqualTo(user);
        assertThat(here.counted("headgate.cache.hits")).isZero();
        assertThat(keeper.get(here.epochKey())).isNotNull();
    }

    @Test
    void aWriteIsMadeWhenItsEntriesAreMarkedAndOthersWereTold() {
        User user = await(store.create(Users.some()));
        Heard heard = new Heard(replica, user);
        Promise<Void> telling = heard.holdBegin();
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing = here.over(model, heard)
                .update(user.id().key(), Users.name("new"), null)
                .subscribeAsCompletionStage();
        // The mark does not wait for what others are told.
        until(() -> String.valueOf(keeper.get(here.key(Users.entry(user)))).startsWith("W"));
        boolean isMadeBefore = committing.isReached();

        telling.complete();

        committing.awaitReached();
        assertThat(isMadeBefore).isFalse();
        assertThat(heard.steps).containsExactly("begin");
        committing.release();
        writing.join();
    }

    @Test
    void whoHearsThatAWriteIsOverSeesItWhileItsEntriesAreBeingEmptied() {
        User user = await(store.create(Users.some()));
        Users.find(store, user);
        until(() -> here.counted("headgate.cache.fills") == 1);
        Heard heard = new Heard(replica, user);

        await(here.over(model, heard).update(user.id().key(), Users.name("new"), null));

        assertThat(heard.steps).containsExactly("begin", "end");
        assertThat(heard.versions).containsExactly(2);
    }

    @Test
    void othersAreToldAgainOnceTheEntriesAreEmptyWhereAMarkWasLost() {
        User user = await(store.create(Users.some()));
        Heard heard = new Heard(replica, user);
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing = here.over(model, heard)
                .update(user.id().key(), Users.name("new"), null)
                .subscribeAsCompletionStage();
        committing.awaitReached();
        keeper.remove(here.key(Users.entry(user)));
        Users.find(replica, user);
        until(() -> there.counted("headgate.cache.fills") == 1);

        committing.release();

        writing.join();
        assertThat(heard.steps).containsExactly("begin", "end", "end");
        assertThat(heard.versions.get(1)).isEqualTo(2);
        assertThat(Users.version(Users.find(replica, user))).isEqualTo(2);
    }

    @Test
    void othersAreToldAgainOnceTheEntriesAreEmptyWhereTheEpochChanged() {
        User user = await(store.create(Users.some()));
        Heard heard = new Heard(replica, user);
        Hold committing = model.holdWrite();
        CompletableFuture<User> writing = here.over(model, heard)
                .update(user.id().key(), Users.name("new"), null)
                .subscribeAsCompletionStage();
        committing.awaitReached();
        there.gate.missed(there.gate.tick());
        there.awaitUsable();
        Users.find(replica, user);
        until(() -> there.counted("headgate.cache.fills") == 1);

        committing.release();

        writing.join();
        assertThat(heard.steps).containsExactly("begin", "end", "end");
        assertThat(heard.versions.get(1)).isEqualTo(2);
        assertThat(Users.version(Users.find(replica, user))).isEqualTo(2);
    }

    @Test
    void aWriteThatIsRefusedIsOverForOthersToo() {
        User user = await(store.create(Users.some()));
        Heard heard = new Heard(replica, user);

        assertThatThrownBy(() -> await(here.over(model, heard).update(user.id().key(), Users.name("new"), 7)))
                .hasMessageContaining("another version");

        assertThat(heard.steps).containsExactly("begin", "end");
    }

    @Test
    void othersAreToldOfDoubtAndNotOfAnEnd() {
        User user = await(store.create(Users.some()));
        Heard heard = new Heard(replica, user);
        model.loseAnswers(true);

        assertThatThrownBy(() -> await(here.over(model, heard).update(user.id().key(), Users.name("new"), null)))
                .hasMessageContaining("lost");

        assertThat(heard.steps).containsExactly("begin", "doubt");
        assertThat(keeper.get(here.key(Users.entry(user)))).startsWith("W");
    }

    @Test
    void writesThatComeAtOnceAreEachTold() {
        List<User> users = IntStream.range(0, 150)
                .mapToObj(i -> await(store.create(Users.some())))
                .toList();
        users.forEach(user -> Users.find(store, user));
        until(() -> here.counted("headgate.cache.fills") == users.size());

        List<CompletableFuture<User>> writing = here.atOnce(() -> users.stream()
                .map(user ->
                        store.update(user.id().key(), Users.name("new"), null).subscribeAsCompletionStage())
                .toList());

        writing.forEach(CompletableFuture::join);
        assertThat(users).allSatisfy(user -> {
            assertThat(Users.isMarked(keeper.get(here.key(Users.entry(user))))).isFalse();
            assertThat(Users.version(Users.find(replica, user))).isEqualTo(2);
        });
    }

    private static CompletableFuture<Map<String, User>> read(UserStore from, User user) {
        return from.findByKeys(Set.of(user.id().key()), Consistency.EVENTUAL).subscribeAsCompletionStage();
    }
}
