package io.headgate.user.cache;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

    /** Blocks entries before a write, under the writer's own token. */
    Future<Void> announce(String writer, Set<String> names) {
        if (gate.writeSession() == null) {
            // Once the write is made, the gate is told that it was missed.
            return Future.succeededFuture();
        }
        long since = gate.tick();
        return told(writer, names, config.tombstoneTtl(), () -> gate.missed(since));
    }

    /** Empties entries after a write that has ended, whether it was made or not. */
    Future<Void> settle(String writer, Set<String> names) {
        long since = gate.tick();
        return told(writer, names, Duration.ZERO, () -> gate.missed(since));
    }

    /** Blocks entries after a write of which nobody knows whether it was or will be made. */
    Future<Void> doubt(String writer, Set<String> names) {
        return told(writer, names, config.tombstoneTtl(), () -> gate.missedUntil(config.tombstoneTtl()));
    }

    /** Empties entries that others changed in the store. Unlike the other steps it fails where the server was not told. */
    Future<Void> forget(Set<String> names) {
        Future<Void> told = Future.succeededFuture();
        List<String> all = List.copyOf(names);
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            Set<String> some = Set.copyOf(all.subList(from, Math.min(from + AT_ONCE, all.size())));
            told = told.compose(before -> gate.timeLimit().on(tell(gate.names().next(), some, Duration.ZERO, EPOCHS)));
        }
        return told;
    }

    private Future<Void> told(String writer, Set<String> names, Duration ttl, Runnable missed) {
        return gate.timeLimit().on(tell(writer, names, ttl, EPOCHS)).transform(answer -> {
            if (answer.failed()) {
                missed.run();
            }
            return Future.succeededFuture();
        });
    }

    private Future<Void> tell(String writer, Set<String> names, Duration ttl, int epochs) {
        CacheSession session = gate.writeSession();
        if (session == null || epochs == 0) {
            return Future.failedFuture(new CacheGate.EndedSessionException());
        }
        List<Future<?>> steps = new ArrayList<>();
        names.forEach(name -> steps.add(mark(session, writer, session.key(name), ttl)));
        Future<@Nullable String> epoch =
                gate.watched(session.link(), session.link().epoch(session.epochKey()));
        steps.add(epoch);
        return Future.all(steps).compose(all -> {
            // In another epoch the entries have other keys: those are the ones to mark.
            return session.epoch().equals(epoch.result())
                    ? Future.succeededFuture()
                    : gate.refreshed(session).compose(renewed -> tell(writer, names, ttl, epochs - 1));
        });
    }

    private Future<Void> mark(CacheSession session, String writer, String key, Duration ttl) {
        CacheLink link = session.link();
        return gate.watched(link, link.mark(key, writer, ttl)).recover(failure -> {
            // A full server refuses a mark and allows a removal.
            return link.kindOf(failure) == CacheFailure.FULL
                    ? gate.watched(link, link.remove(key))
                    : Future.failedFuture(failure);
        });
    }
}
