package io.headgate.message;

import static io.headgate.redis.DataFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.redis.Bell;
import io.headgate.redis.DataFixture;
import io.headgate.redis.Once;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessagesTest {

    private static final String CHANNEL = "news";

    @TempDir
    private Path directory;

    private final List<Bell> bells = new ArrayList<>();
    private DataFixture redis;
    private Messages here;
    private Messages there;

    @BeforeEach
    void start() {
        redis = new DataFixture(directory);
        here = messages(Map.of(), Map.of());
        there = messages(Map.of(), Map.of());
    }

    @AfterEach
    void close() {
        bells.forEach(Bell::close);
        redis.close();
    }

    private Messages messages(Map<String, String> link, Map<String, String> settings) {
        Bell bell = redis.bell();
        bells.add(bell);
        return new Messages(redis.replica(link), bell, DataFixture.config(MessageConfig.class, settings));
    }

    @Test
    void messageComesToAllWhoFollowItsChannelAtEachReplica() {
        MessagePosition before = publish("before").position();
        Follower one = follow(here, before);
        Follower two = follow(there, before);

        Message published = await(there.publish(CHANNEL, Map.of("text", "ü", "n", 1), null));
        await(there.publish("other", "elsewhere", null));
        Message last = publish(List.of());

        assertThat(one.next()).isEqualTo(published);
        assertThat(one.next()).isEqualTo(last);
        assertThat(two.next()).isEqualTo(published);
        assertThat(two.next()).isEqualTo(last);
    }

    @Test
    void whoFollowsFromNowOnSeesNothingOfBefore() {
        publish("before");
        Follower follower = follow(here, null);

        publish("now");

        assertThat(follower.next().body()).isEqualTo("now");
    }

    @Test
    void allSeeAllMessagesInOneOrderWhoeverPublishesAtOnce() {
        MessagePosition before = publish("before").position();
        List<Follower> followers = IntStream.range(0, 40)
                .mapToObj(i -> follow(i % 2 == 0 ? here : there, before))
                .toList();

        await(Uni.join()
                .all(IntStream.range(0, 500)
                        .mapToObj(i -> (i % 2 == 0 ? there : here).publish(CHANNEL, i, null))
                        .toList())
                .andFailFast());

        List<Object> order = followers.get(0).next(500);
        assertThat(order)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 500).<Object>mapToObj(i -> i).toList());
        followers.stream().skip(1).forEach(each -> assertThat(each.next(500)).isEqualTo(order));
    }

    @Test
    void whoComesBackGoesOnBehindWhatItSaw() {
        MessagePosition before = publish("before").position();
        IntStream.range(0, 40).forEach(this::publish);
        Follower first = follow(here, before);
        IntStream.range(0, 19).forEach(i -> first.next());
        Message seen = first.next();
        first.cancel();

        Follower second = follow(there, MessagePosition.parse(seen.position().cursor()));

        assertThat(second.next(20)).isEqualTo(IntStream.range(20, 40).boxed().toList());
    }

    @Test
    void whoTakesOneByOneKeepsNothingBack() {
        MessagePosition before = publish("before").position();
        Follower slow = new Follower(0);
        here.follow(CHANNEL, before).subscribe(slow);
        IntStream.range(0, 100).forEach(this::publish);

        slow.request(1);

        assertThat(slow.next().body()).isEqualTo(0);
        assertThat(slow.received).isEmpty();
        slow.request(99);
        assertThat(slow.next(99)).isEqualTo(IntStream.range(1, 100).boxed().toList());
    }

    @Test
    void whoIsTooFarBehindIsTold() {
        Messages few = messages(Map.of(), Map.of("kept", "20"));
        MessagePosition before = publish("before").position();
        Follower slow = new Follower(0);
        few.follow(CHANNEL, before).subscribe(slow);
        slow.request(1);
        await(few.publish(CHANNEL, 0, null));
        assertThat(slow.next().body()).isEqualTo(0);

        IntStream.range(1, 100).forEach(i -> await(few.publish(CHANNEL, i, null)));
        slow.request(Long.MAX_VALUE);

        assertThat(code(slow.failure())).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        Follower late = follow(there, before);
        assertThat(code(late.failure())).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }

    @Test
    void whoLeavesLeavesNothing() {
        MessagePosition before = publish("before").position();
        Follower one = follow(here, before);
        Follower two = follow(here, before);
        publish("a");
        assertThat(one.next()).isEqualTo(two.next());

        one.cancel();
        assertThat(here.isFollowed(CHANNEL)).isTrue();
        publish("b");
        assertThat(two.next().body()).isEqualTo("b");

        two.cancel();
        assertThat(here.isFollowed(CHANNEL)).isFalse();
    }

    @Test
    void nothingIsMissedOrDoubledWhileConnectionsBreak() {
        MessagePosition before = publish("before").position();
        List<Follower> followers = List.of(follow(here, before), follow(there, before));

        for (int i = 0; i < 300; i++) {
            Once once = new Once("test", "message-" + i);
            if (i % 30 == 0) {
                redis.ask(Command.CLIENT, "KILL", "TYPE", i % 60 == 0 ? "pubsub" : "normal");
            }
            int body = i;
            await(Uni.createFrom()
                    .deferred(() -> there.publish(CHANNEL, body, once))
                    .onFailure()
                    .retry()
                    .withBackOff(DataFixture.PAUSE, DataFixture.PAUSE)
                    .indefinitely());
        }

        followers.forEach(each -> assertThat(each.next(300))
                .isEqualTo(IntStream.range(0, 300).boxed().toList()));
    }

    @Test
    void goesOnWhenRedisComesBackEmpty() {
        IntStream.range(0, 10).forEach(this::publish);
        MessagePosition before = publish("before").position();
        Follower follower = follow(here, before);
        publish("a");
        assertThat(follower.next().body()).isEqualTo("a");

        redis.server().stop();
        assertThat(code(failure(there.publish(CHANNEL, "lost", null)
                        .onFailure(failure -> code(failure) == ErrorCode.OUTCOME_UNKNOWN)
                        .retry()
                        .withBackOff(DataFixture.PAUSE, DataFixture.PAUSE)
                        .indefinitely())))
                .isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(code(failure(there.follow(CHANNEL, null).toUni()))).isEqualTo(ErrorCode.UNAVAILABLE);
        redis.server().start();

        Once once = new Once("test", "b");
        await(Uni.createFrom()
                .deferred(() -> there.publish(CHANNEL, "b", once))
                .onFailure()
                .retry()
                .withBackOff(DataFixture.PAUSE, DataFixture.PAUSE)
                .indefinitely());
        assertThat(follower.next().body()).isEqualTo("b");
    }

    @Test
    void requestWithAKeyIsPublishedOnce() {
        MessagePosition before = publish("before").position();
        Once once = new Once("shop", "order-1");

        List<Message> answers = await(Uni.join()
                .all(Stream.of(here, there, here)
                        .map(each -> each.publish(CHANNEL, "paid", once))
                        .toList())
                .andFailFast());

        assertThat(new HashSet<>(answers)).hasSize(1);
        Message end = publish("end");
        assertThat(follow(there, before).next(2)).containsExactly("paid", "end");
        assertThat(end.position().count()).isEqualTo(before.count() + 2);
        assertThat(code(failure(here.publish(CHANNEL, "sent", once)))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void messagesAreForgottenAfterTheirTime() {
        publish("a");

        for (String key : List.of("hg:messages:{news}", "hg:messages:{news}:count")) {
            assertThat(redis.ask(Command.TTL, key).toLong()).isPositive();
        }
        assertThat(redis.ask(Command.TTL, "hg:messages:{news}").toLong()).isLessThanOrEqualTo(3600);
    }

    @Test
    void whatIsWrongIsRefused() {
        assertThat(code(failure(here.publish("a b", "text", null)))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(code(failure(here.publish("{a}", "text", null)))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(code(failure(here.publish(CHANNEL, "a".repeat(65_536), null))))
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(code(failure(here.follow("", null).toUni()))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThatThrownBy(() -> MessagePosition.parse("?"))
                .satisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.INVALID_ARGUMENT));
        assertThatThrownBy(() -> MessagePosition.parse("YQ"))
                .satisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    private Message publish(Object body) {
        return await(here.publish(CHANNEL, body, null));
    }

    private static Follower follow(Messages messages, @Nullable MessagePosition after) {
        Follower follower = new Follower(Long.MAX_VALUE);
        messages.follow(CHANNEL, after).subscribe(follower);
        return follower;
    }

    private static Throwable failure(Uni<?> uni) {
        return await(uni.<Throwable>map(item -> new AssertionError("it did not fail: " + item))
                .onFailure()
                .recoverWithItem(failure -> failure));
    }

    private static ErrorCode code(Throwable failure) {
        assertThat(failure).isInstanceOf(GatewayException.class);
        return ((GatewayException) failure).code();
    }

    /** What one who follows was given. */
    private static final class Follower implements Flow.Subscriber<Message> {

        private final long first;
        private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

        Follower(long first) {
            this.first = first;
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription.complete(begun);
            if (first > 0) {
                begun.request(first);
            }
        }

        void request(long more) {
            subscription.join().request(more);
        }

        void cancel() {
            subscription.join().cancel();
        }

        Message next() {
            try {
                return Objects.requireNonNull(
                        received.poll(DataFixture.LIMIT.toSeconds(), TimeUnit.SECONDS), "no message came");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        List<Object> next(int count) {
            return Stream.generate(() -> next().body()).limit(count).toList();
        }

        Throwable failure() {
            return failure.orTimeout(DataFixture.LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }

        @Override
        public void onNext(Message message) {
            received.add(message);
        }

        @Override
        public void onError(Throwable thrown) {
            failure.complete(thrown);
        }

        @Override
        public void onComplete() {}
    }
}
