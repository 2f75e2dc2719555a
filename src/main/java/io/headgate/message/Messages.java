package io.headgate.message;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.json.Json;
import io.headgate.redis.Bell;
import io.headgate.redis.Once;
import io.headgate.redis.RedisData;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Messages on channels, each read in order by all who follow its channel, at all replicas. They are kept in Redis for a while,
 * so that nothing is missed while a replica's connection to Redis is broken, and so that who follows reads as fast as it can
 * and nothing is kept for it here.
 */
public final class Messages {

    /** How many messages are read at once: what one who follows has in the process at most. */
    private static final int AT_ONCE = 16;

    private static final int MAX_BODY = 65_536;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/-]{1,128}");

    private final RedisData redis;
    private final Bell bell;
    private final MessageConfig config;
    private final ConcurrentMap<String, Channel> channels = new ConcurrentHashMap<>();

    /** @param bell is rung with the name of each channel on which something was published */
    public Messages(RedisData redis, Bell bell, MessageConfig config) {
        this.redis = redis;
        this.bell = bell;
        this.config = config;
    }

    /**
     * Publishes a message. Fails with INVALID_ARGUMENT, with UNAVAILABLE where it was not published, and with OUTCOME_UNKNOWN
     * where the answer was lost; with an idempotency key publishing again is harmless for a day.
     *
     * @param body any JSON value but {@code null}
     * @param once what the request is known by; {@code null} where it is new each time
     */
    public Uni<Message> publish(String channel, Object body, @Nullable Once once) {
        return Uni.createFrom().deferred(() -> {
            List<String> keys = keys(channel);
            String json = Json.write(body);
            if (json.getBytes(StandardCharsets.UTF_8).length > MAX_BODY) {
                throw GatewayException.invalidArgument(
                        "body takes more than " + MAX_BODY + " bytes as JSON: publish where it is to be found instead");
            }
            return redis.change(
                            MessageScripts.PUBLISH,
                            Stream.concat(
                                            keys.stream(),
                                            Stream.of(keys.get(0) + (once == null ? ":done" : ":done:" + once.name())))
                                    .toList(),
                            json,
                            config.kept(),
                            config.retention().toMillis(),
                            bell.name(),
                            channel,
                            once == null ? "" : once.fingerprint(json),
                            Once.KEPT.toMillis())
                    .map(answer -> {
                        if (answer.get(0).equals("OTHER")) {
                            throw Once.usedForAnother();
                        }
                        return new Message(channel, MessagePosition.of(answer.get(0), answer.get(1)), body);
                    });
        });
    }

    /**
     * The messages of a channel, each once and in order, as they are asked for. It goes on when Redis comes back. Fails with
     * RESOURCE_EXHAUSTED where the next message is not kept any more.
     *
     * @param after of which message; {@code null} for those published from now on
     */
    public Multi<Message> follow(String channel, @Nullable MessagePosition after) {
        return Multi.createFrom().deferred(() -> {
            List<String> keys = keys(channel);
            Uni<MessagePosition> start = after != null
                    ? Uni.createFrom().item(after)
                    : redis.read(MessageScripts.LAST, keys).map(last -> MessagePosition.of(last.get(0), last.get(1)));
            bell.listen(this::ring, () -> channels.values().forEach(Channel::ring));
            return start.onItem().transformToMulti(position -> {
                Follower follower = new Follower(join(channel, keys), position);
                return Multi.createBy()
                        .repeating()
                        .uni(follower::next)
                        .indefinitely()
                        .onItem()
                        .<Message>disjoint()
                        .onTermination()
                        .invoke(follower::leave);
            });
        });
    }

    /** Whether anybody follows a channel here. */
    boolean isFollowed(String channel) {
        return channels.containsKey(channel);
    }

    private Channel join(String name, List<String> keys) {
        return channels.compute(name, (same, channel) -> {
            Channel joined = channel == null ? new Channel(name, keys) : channel;
            joined.followers++;
            return joined;
        });
    }

    private void ring(String name) {
        Channel channel = channels.get(name);
        if (channel != null) {
            channel.ring();
        }
    }

    private static boolean isAway(Throwable failure) {
        return failure instanceof GatewayException known && known.code() == ErrorCode.UNAVAILABLE;
    }

    private List<String> keys(String channel) {
        if (!NAME.matcher(channel).matches()) {
            throw GatewayException.invalidArgument(
                    "a channel is 1 to 128 letters, digits and . _ : / - without accents");
        }
        String key = redis.key("messages:{" + channel + "}");
        return List.of(key, key + ":count");
    }

    /** A channel that somebody follows here. */
    private final class Channel {

        private final String name;
        private final List<String> keys;

        /** Changed by {@link #channels} alone. */
        private int followers;

        /** Those under way, so that all who are at one place read once. */
        private final ConcurrentMap<MessagePosition, Uni<List<Message>>> reads = new ConcurrentHashMap<>();

        private volatile CompletableFuture<Void> rung = new CompletableFuture<>();

        Channel(String name, List<String> keys) {
            this.name = name;
            this.keys = keys;
        }

        /** Lets all look again, and none with a read that began before. */
        synchronized void ring() {
            reads.clear();
            CompletableFuture<Void> before = rung;
            rung = new CompletableFuture<>();
            before.complete(null);
        }

        Uni<List<Message>> behind(MessagePosition position) {
            return reads.computeIfAbsent(
                    position,
                    from -> redis.read(MessageScripts.READ, keys, from.next(), AT_ONCE)
                            .map(this::messages)
                            .onTermination()
                            .invoke(() -> reads.remove(from))
                            .memoize()
                            .indefinitely());
        }

        private List<Message> messages(List<String> answer) {
            List<Message> messages = new ArrayList<>();
            for (int i = 0; i < answer.size(); i += 3) {
                messages.add(new Message(
                        name,
                        MessagePosition.of(answer.get(i), answer.get(i + 1)),
                        Objects.requireNonNull(Json.read(answer.get(i + 2)))));
            }
            return messages;
        }

        void leave() {
            channels.computeIfPresent(name, (same, channel) -> --followers == 0 ? null : this);
        }
    }

    /** One who follows a channel: asks for what is next when it has what was before. */
    private static final class Follower {

        private final Channel channel;
        private volatile MessagePosition position;

        /** What to wait for before the next read; {@code null} for nothing. */
        private volatile @Nullable CompletableFuture<Void> awaited;

        Follower(Channel channel, MessagePosition position) {
            this.channel = channel;
            this.position = position;
        }

        /** The next messages; none where there may be some later. */
        Uni<List<Message>> next() {
            CompletableFuture<Void> ring = awaited;
            return ring == null
                    ? read()
                    // A stage of its own, since whoever cancels it must not cancel the others'.
                    : Uni.createFrom()
                            .completionStage(() -> ring.thenRun(() -> {}))
                            .chain(this::read);
        }

        private Uni<List<Message>> read() {
            CompletableFuture<Void> ring = channel.rung;
            return channel.behind(position)
                    .invoke(found -> {
                        awaited = found.size() < AT_ONCE ? ring : null;
                        if (!found.isEmpty()) {
                            advance(found);
                        }
                    })
                    .onFailure(Messages::isAway)
                    .recoverWithItem(() -> {
                        awaited = ring;
                        return List.of();
                    });
        }

        private void advance(List<Message> found) {
            if (!position.isFollowedBy(found.get(0).position())) {
                throw GatewayException.tooMuchWork(
                        "the next message is not kept any more, since messages were published"
                                + " faster than they were taken: read anew what they tell of, and follow without after");
            }
            position = found.get(found.size() - 1).position();
        }

        void leave() {
            channel.leave();
        }
    }
}
