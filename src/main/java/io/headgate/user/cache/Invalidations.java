package io.headgate.user.cache;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the server of the cache is told of writes. Each step takes no longer than the time limit and never fails; the gate is told of one
 * that the server may not have taken.
 */
final class Invalidations {

    private static final int EPOCHS = 3;
    private static final int AT_ONCE = 100;

    private final CacheGate gate;
    private final CacheConfig config;

    Invalidations(CacheGate gate, CacheConfig config) {
        this.gate = gate;
        this.config = config;
    }

    /** Blocks entries before a write, under the writer's own token, and answers whether the server has taken it. */
    Future<Boolean> announce(String writer, Set<String> names) {
        if (gate.writeSession() == null) {
            // Once the write is made, the gate is told that it was missed.
            return Future.succeededFuture(false);
        }
        long since = gate.tick();
        return told(writer, names, config.tombstoneTtl(), null, () -> gate.missed(since))
                .map(Optional::isPresent);
    }

    /**
     * Empties entries after a write that has ended, whether it was made or not.
     *
     * @param announced the names that were blocked before the write
     * @param written what it has written under one of them, which the server may keep; its key is the name
     * @return whether they have been blocked in each epoch from then on until they were emptied; otherwise somebody may have been
     *     shown what was in them before
     */
    Future<Boolean> settle(
            String writer, Set<String> names, Set<String> announced, CacheLink.@Nullable Written written) {
        long since = gate.tick();
        return told(writer, names, Duration.ZERO, written, () -> gate.missed(since))
                .map(told -> told.map(held -> held.containsAll(announced)).orElse(false));
    }

    /** Blocks entries after a write of which nobody knows whether it was or will be made. */
    Future<Void> doubt(String writer, Set<String> names) {
        return told(writer, names, config.tombstoneTtl(), null, () -> gate.missedUntil(config.tombstoneTtl()))
                .mapEmpty();
    }

    /** Empties entries that others changed in the store. Unlike the other steps it fails where the server was not told. */
    Future<Void> forget(Set<String> names) {
        Future<Void> told = Future.succeededFuture();
        List<String> all = List.copyOf(names);
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            Set<String> some = Set.copyOf(all.subList(from, Math.min(from + AT_ONCE, all.size())));
            told = told.compose(before -> gate.timeLimit()
                    .on(tell(gate.names().next(), some, Duration.ZERO, null, EPOCHS))
                    .mapEmpty());
        }
        return told;
    }

    /** The names that the writer had marked already; empty where the server may not have been told. */
    private Future<Optional<Set<String>>> told(
            String writer, Set<String> names, Duration ttl, CacheLink.@Nullable Written written, Runnable missed) {
        return gate.timeLimit().on(tell(writer, names, ttl, written, EPOCHS)).transform(answer -> {
            if (answer.failed()) {
                missed.run();
                return Future.succeededFuture(Optional.empty());
            }
            return Future.succeededFuture(Optional.of(answer.result()));
        });
    }

    /** The names that the writer had marked already, in the epoch that there is. */
    private Future<Set<String>> tell(
            String writer, Set<String> names, Duration ttl, CacheLink.@Nullable Written written, int epochs) {
        CacheSession session = gate.writeSession();
        if (session == null || epochs == 0) {
            return Future.failedFuture(new CacheGate.EndedSessionException());
        }
        Map<String, String> keys = new HashMap<>();
        names.forEach(name -> keys.put(session.key(name), name));
        CacheLink.Written entry = written == null
                ? null
                : new CacheLink.Written(session.key(written.key()), written.entry(), written.ttl());
        return mark(session, new CacheLink.Marking(List.copyOf(keys.keySet()), writer, ttl, entry))
                .compose(marked -> {
                    // In another epoch the entries have other keys: those are the ones to mark.
                    return session.epoch().equals(marked.epoch())
                            ? Future.succeededFuture(
                                    marked.held().stream().map(keys::get).collect(Collectors.toSet()))
                            : gate.refreshed(session).compose(renewed -> tell(writer, names, ttl, written, epochs - 1));
                });
    }

    private Future<CacheLink.Marked> mark(CacheSession session, CacheLink.Marking marking) {
        CacheLink link = session.link();
        return gate.watched(link, link.mark(session.epochKey(), marking))
                .recover(failure -> link.kindOf(failure) == CacheFailure.FULL
                        ? removed(session, marking)
                        : Future.failedFuture(failure));
    }

    /** A full server refuses a mark and allows a removal: of each key that is refused a mark alone too. */
    private Future<CacheLink.Marked> removed(CacheSession session, CacheLink.Marking marking) {
        CacheLink link = session.link();
        if (marking.keys().size() > 1) {
            List<Future<CacheLink.Marked>> each = marking.keys().stream()
                    .map(key ->
                            mark(session, new CacheLink.Marking(List.of(key), marking.writer(), marking.ttl(), null)))
                    .toList();
            return CacheSession.all(each).map(CacheLink.Marked::joined);
        }
        return gate.watched(link, link.remove(marking.keys().get(0)))
                .compose(removed -> gate.watched(link, link.epoch(session.epochKey())))
                .map(epoch -> new CacheLink.Marked(epoch, Set.of()));
    }
}
