package io.headgate.user.changes;

import io.headgate.redis.SharedRedis;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserCodec;
import io.headgate.user.UserEvent;
import io.headgate.user.UserEventSource.Batch;
import io.headgate.user.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The log of changes in Redis, with the positions to which the stores were read: both are moved in one step, by one reader
 * a store. All of it is of one epoch, which is over when Redis may have lost something.
 */
final class UserEventLog {

    private static final char BEGINNING = 'B';
    private static final int MAX_BYTES = 1_000_000;
    private static final int FIELDS = 6;

    private final SharedRedis redis;
    private final ChangesConfig config;
    private final String slot;

    UserEventLog(SharedRedis redis, ChangesConfig config) {
        this.redis = redis;
        this.config = config;
        this.slot = "{" + config.keyPrefix() + ":users}:";
    }

    /**
     * The right to read a store, until somebody else has it.
     *
     * @param token greater than that of any reader before
     * @param positions to which the store was read, by partition
     */
    record Lease(Store store, String epoch, String token, Map<String, String> positions) {}

    /** A place in the log: behind the change of this number. */
    record Place(String epoch, long number) {}

    /**
     * An entry of the log.
     *
     * @param event {@code null} where the store begins: changes that it made before may be missing
     * @param size how many bytes the user takes
     */
    record Entry(Place place, Store store, @Nullable UserEvent event, int size) {}

    /**
     * A piece of the log.
     *
     * @param end where the log is now
     * @param begun the stores whose changes it has from some place on
     */
    record Page(Place end, Set<Store> begun, List<Entry> entries) {}

    /** The stream's key. */
    String stream() {
        return slot + "log";
    }

    /** Takes the right to read a store; empty where somebody else has it. */
    Uni<Optional<Lease>> claim(Store store, String holder) {
        return eval(
                        LogScripts.CLAIM,
                        store,
                        UUID.randomUUID(),
                        holder,
                        store.tag(),
                        config.lease().toMillis())
                .map(answer -> {
                    if (answer.size() == 0) {
                        return Optional.empty();
                    }
                    Map<String, String> positions = new ConcurrentHashMap<>();
                    for (int i = 2; i < answer.size(); i += 2) {
                        positions.put(
                                answer.get(i).toString(), answer.get(i + 1).toString());
                    }
                    return Optional.of(new Lease(
                            store, answer.get(0).toString(), answer.get(1).toString(), positions));
                });
    }

    /** Keeps the right to read a store; {@code false} where somebody else has it. */
    Uni<Boolean> keep(Lease lease, String holder) {
        return eval(
                        LogScripts.KEEP,
                        lease.store(),
                        lease.epoch(),
                        lease.token(),
                        lease.store().tag(),
                        holder,
                        config.lease().toMillis())
                .map(answer -> answer.toInteger() >= 0);
    }

    /** Gives up the right to read a store. */
    Uni<Void> release(Store store, String holder) {
        return eval(LogScripts.RELEASE, store, holder).replaceWithVoid();
    }

    /**
     * Appends the changes of a batch and moves its partition. Fails with {@link NotTheReaderException}, and nothing is done,
     * where the lease has been taken over or the partition is not where the lease's positions say; after any other failure
     * it may have been done.
     */
    Uni<Void> append(Lease lease, Batch batch) {
        List<Object> arguments = new ArrayList<>(List.of(
                lease.epoch(),
                lease.token(),
                lease.store().tag(),
                batch.partition(),
                lease.positions().getOrDefault(batch.partition(), ""),
                batch.position() == null ? "" : batch.position(),
                config.logLength(),
                batch.begins() ? 1 : 0));
        for (UserEvent event : batch.events()) {
            arguments.add(event.kind().name().charAt(0));
            arguments.add(event.at().toEpochMilli());
            arguments.add(event.user().id().key());
            arguments.add(UserCodec.encode(event.user()));
        }
        return redis.eval(LogScripts.APPEND, keys(lease.store()), arguments).map(number -> {
            if (number.toLong() < 0) {
                throw new NotTheReaderException();
            }
            return null;
        });
    }

    /** What comes after a place; nothing when that is of another epoch; empty where there is no log. */
    Uni<Optional<Page>> read(Place after, int count) {
        return redis.eval(
                        LogScripts.READ, keys(Store.POSTGRES), List.of(after.epoch(), after.number(), count, MAX_BYTES))
                .map(answer -> answer.size() == 0 ? Optional.empty() : Optional.of(page(answer)));
    }

    private static Page page(Response answer) {
        String epoch = answer.get(0).toString();
        List<Entry> entries = new ArrayList<>();
        Set<Store> begun = EnumSet.noneOf(Store.class);
        answer.get(2).toString().chars().forEach(tag -> begun.add(store((char) tag)));
        for (int i = 3; i < answer.size(); i += FIELDS) {
            Store store = store(answer.get(i + 1).toString().charAt(0));
            char kind = answer.get(i + 2).toString().charAt(0);
            Place place = new Place(epoch, answer.get(i).toLong());
            if (kind == BEGINNING) {
                entries.add(new Entry(place, store, null, 0));
            } else {
                UserId id = new UserId(store, answer.get(i + 4).toString());
                byte[] bytes = answer.get(i + 5).toBytes();
                User user = UserCodec.decode(id, bytes);
                if (user == null) {
                    throw new IllegalStateException("the log holds a user that this version can't read");
                }
                Instant at = Instant.ofEpochMilli(answer.get(i + 3).toLong());
                entries.add(new Entry(place, store, new UserEvent(kind(kind), user, at), bytes.length));
            }
        }
        return new Page(new Place(epoch, answer.get(1).toLong()), begun, entries);
    }

    private static Store store(char tag) {
        for (Store store : Store.values()) {
            if (store.tag() == tag) {
                return store;
            }
        }
        throw new IllegalStateException("the log holds a store that this version does not know");
    }

    private static UserEvent.Kind kind(char initial) {
        for (UserEvent.Kind kind : UserEvent.Kind.values()) {
            if (kind.name().charAt(0) == initial) {
                return kind;
            }
        }
        throw new IllegalStateException("the log holds a kind of change that this version does not know");
    }

    private Uni<Response> eval(String script, Store store, Object... arguments) {
        return redis.eval(script, keys(store), List.of(arguments));
    }

    private List<String> keys(Store store) {
        return List.of(slot + "state", stream(), slot + "reader:" + store.tag());
    }

    /** How long a command may take. */
    Duration timeout() {
        return config.timeout();
    }

    /** Somebody else reads the store now, or has read it meanwhile. */
    static final class NotTheReaderException extends RuntimeException {
        NotTheReaderException() {
            super("another replica reads the store now", null, false, false);
        }
    }
}
