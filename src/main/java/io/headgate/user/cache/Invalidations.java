package io.headgate.user.cache;

import io.headgate.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What Redis is told of writes. Each step takes no longer than the time limit and never fails; the gate is told of one
 * that Redis may not have taken.
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

    /** Empties entries that others changed in the store. Unlike the other steps it fails where Redis was not told. */
    Future<Void> forget(Set<String> names) {
        Future<Void> told = Future.succeededFuture();
        List<String> all = List.copyOf(names);
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            Set<String> some = Set.copyOf(all.subList(from, Math.min(from + AT_ONCE, all.size())));
            told = told.compose(before -> gate.timeLimit().on(tell(Tokens.next(), some, Duration.ZERO, EPOCHS)));
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
            return Future.failedFuture(new RedisLink.ClosedLinkException());
        }
        List<Future<Response>> answers = new ArrayList<>();
        names.forEach(name -> answers.add(mark(session, writer, name, ttl)));
        Future<Response> epoch = gate.send(session, session.epochRequest());
        answers.add(epoch);
        return CacheSession.all(answers).compose(all -> {
            // In another epoch the entries have other keys: those are the ones to mark.
            return session.isEpoch(epoch.result())
                    ? Future.succeededFuture()
                    : gate.refreshed(session).compose(renewed -> tell(writer, names, ttl, epochs - 1));
        });
    }

    private Future<Response> mark(CacheSession session, String writer, String name, Duration ttl) {
        Request mark = session.eval(CacheScripts.MARK, name, writer, ttl.toMillis());
        return gate.send(session, mark).recover(failure -> {
            // Redis is full, which forbids a mark and allows a removal.
            return CacheGate.isFull(failure)
                    ? gate.send(session, Request.cmd(Command.DEL).arg(session.key(name)))
                    : Future.failedFuture(failure);
        });
    }
}
