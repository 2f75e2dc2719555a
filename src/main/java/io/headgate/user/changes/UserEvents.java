package io.headgate.user.changes;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.redis.SharedRedis;
import io.headgate.user.Store;
import io.headgate.user.UserEvent;
import io.headgate.user.UserEventSource;
import io.headgate.user.changes.UserEventLog.Entry;
import io.headgate.user.changes.UserEventLog.Place;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The changes of users, whoever makes them: each replica serves them from the one log, which whichever replica reads a store
 * keeps. Who goes on from the last cursor misses none, and sees those of one user in the store's order; a change may come
 * twice.
 */
public final class UserEvents implements AutoCloseable {

    private static final int AT_ONCE = 256;
    private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(5);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);

    private final UserEventLog log;
    private final EventTail tail;
    private final List<UserEventReader> readers;
    private final Set<Store> stores;
    private final SharedRedis commands;
    private final SharedRedis waiting;

    /**
     * Changes that are not followed yet.
     *
     * @param sources of the stores that are followed
     * @param commands a connection to Redis for this alone, whose commands may take {@link ChangesConfig#timeout}
     * @param waiting another one
     */
    public UserEvents(
            Vertx vertx,
            SharedRedis commands,
            SharedRedis waiting,
            List<UserEventSource> sources,
            ForgottenUsers caches,
            ChangesConfig config) {
        this.commands = commands;
        this.waiting = waiting;
        this.log = new UserEventLog(commands, config);
        this.tail = new EventTail(vertx, log, waiting);
        this.readers = sources.stream()
                .map(source -> new UserEventReader(vertx, log, source, caches, config))
                .toList();
        this.stores = sources.stream().map(UserEventSource::store).collect(Collectors.toUnmodifiableSet());
    }

    /** A change, with the place in the log that is behind it. */
    public record Told(String cursor, UserEvent event) {}

    /** Begins to follow. Returns at once; without stores it does nothing. */
    public void start() {
        if (!stores.isEmpty()) {
            tail.start();
            readers.forEach(UserEventReader::start);
        }
    }

    /** Lets other replicas read the stores at once. */
    public Uni<Void> stop() {
        return readers.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.join()
                        .all(readers.stream().map(UserEventReader::stop).toList())
                        .andCollectFailures()
                        .replaceWithVoid();
    }

    @Override
    public void close() {
        tail.stop();
        commands.close();
        waiting.close();
    }

    /**
     * Where the log ends now. Fails with FAILED_PRECONDITION where the store, or where none is given any, is not followed, and
     * with UNAVAILABLE while the log can't be reached.
     */
    public Uni<String> end(@Nullable Store store) {
        return Uni.createFrom().deferred(() -> {
            return ended(followed(store)).map(UserEvents::cursor);
        });
    }

    /**
     * The changes behind a cursor, or from now on, in the order of the log, without an end. Fails as {@link #end} does; with
     * INVALID_ARGUMENT when the cursor is none; and with FAILED_PRECONDITION when changes behind it are not in the log any
     * more, or changes of the stores asked for were lost behind it.
     *
     * @param store the one whose changes are wanted; {@code null} for all that are followed
     * @param wanted which changes are wanted
     */
    public Multi<Told> follow(@Nullable Store store, @Nullable String after, Predicate<UserEvent> wanted) {
        return Multi.createFrom().deferred(() -> {
            Set<Store> followed = followed(store);
            Follower follower = new Follower(followed, after == null ? tail.end(followed) : place(after));
            return Multi.createBy()
                    .repeating()
                    .uni(follower::next)
                    .indefinitely()
                    .onItem()
                    .<Entry>disjoint()
                    .filter(entry -> followed.contains(entry.store()))
                    .invoke(UserEvents::requireNoGap)
                    .filter(entry -> entry.event() != null && wanted.test(entry.event()))
                    .map(entry -> new Told(cursor(entry.place()), Objects.requireNonNull(entry.event())));
        });
    }

    private Set<Store> followed(@Nullable Store store) {
        if (store == null ? stores.isEmpty() : !stores.contains(store)) {
            throw GatewayException.of(
                    ErrorCode.FAILED_PRECONDITION,
                    "changes " + (store == null ? "" : "in " + store + " ")
                            + "are not followed: headgate.changes.stores names the stores whose changes are");
        }
        return store == null ? stores : Set.of(store);
    }

    private static void requireNoGap(Entry entry) {
        if (entry.event() == null) {
            throw GatewayException.of(
                    ErrorCode.FAILED_PRECONDITION,
                    "changes in " + entry.store() + " may have been lost behind after: read the users again, and go on"
                            + " without it");
        }
    }

    /** The end of the log, once it is known. */
    private Uni<Place> ended(Set<Store> followed) {
        Place now = tail.end(followed);
        return now != null
                ? Uni.createFrom().item(now)
                : tail.changed(followed, null)
                        .ifNoItem()
                        .after(LONGEST_ABSENCE)
                        .fail()
                        .onFailure()
                        .transform(away -> unavailable())
                        .chain(() -> ended(followed));
    }

    private static GatewayException unavailable() {
        return GatewayException.of(
                ErrorCode.UNAVAILABLE, "the log of changes can't be reached now: go on later after the last cursor");
    }

    private static String cursor(Place place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((place.epoch() + ":" + place.number()).getBytes(StandardCharsets.UTF_8));
    }

    private static Place place(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int colon = text.lastIndexOf(':');
            Place place = new Place(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
            if (place.number() >= 0 && cursor(place).equals(cursor)) {
                return place;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw malformed();
        }
        throw malformed();
    }

    private static GatewayException malformed() {
        return GatewayException.invalidArgument(
                "after is not a cursor that Headgate gave: pass the cursor of a change unchanged");
    }

    /** One subscriber, who goes through the log. */
    private final class Follower {

        private final Set<Store> followed;
        private @Nullable Place place;

        Follower(Set<Store> followed, @Nullable Place place) {
            this.followed = followed;
            this.place = place;
        }

        /** The next entries; none when there was something to wait for. */
        Uni<List<Entry>> next() {
            return ended(followed).chain(end -> {
                Place from = place;
                if (from == null) {
                    place = end;
                    return Uni.createFrom().item(List.of());
                }
                if (!from.epoch().equals(end.epoch())) {
                    throw lost();
                }
                List<Entry> known = tail.after(from);
                if (known == null) {
                    return from.number() < end.number() ? read(from) : ahead(from);
                }
                return known.isEmpty()
                        ? tail.changed(followed, from).replaceWith(List.<Entry>of())
                        : Uni.createFrom().item(moved(from, known));
            });
        }

        private Uni<List<Entry>> read(Place from) {
            return log.read(from, AT_ONCE)
                    .onFailure()
                    .transform(away -> unavailable())
                    .map(page -> moved(
                            from,
                            page.map(UserEventLog.Page::entries)
                                    .filter(entries -> !entries.isEmpty())
                                    .orElseThrow(this::lost)));
        }

        /** Another replica told of what this one has not heard of yet; or nobody did. */
        private Uni<List<Entry>> ahead(Place from) {
            return log.read(from, 0)
                    .onFailure()
                    .transform(away -> unavailable())
                    .chain(page -> {
                        Place end = page.map(UserEventLog.Page::end).orElseThrow(this::lost);
                        if (!end.epoch().equals(from.epoch())) {
                            throw lost();
                        }
                        if (end.number() < from.number()) {
                            throw malformed();
                        }
                        return Uni.createFrom()
                                .item(List.<Entry>of())
                                .onItem()
                                .delayIt()
                                .by(SHORTEST_PAUSE);
                    });
        }

        private List<Entry> moved(Place from, List<Entry> entries) {
            if (!entries.isEmpty()) {
                if (entries.get(0).place().number() != from.number() + 1) {
                    throw lost();
                }
                place = entries.get(entries.size() - 1).place();
            }
            return entries;
        }

        private GatewayException lost() {
            return GatewayException.of(
                    ErrorCode.FAILED_PRECONDITION,
                    "the log of changes does not reach back to after: read the users again, and go on without it");
        }
    }
}
