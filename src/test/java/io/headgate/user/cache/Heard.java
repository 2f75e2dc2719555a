package io.headgate.user.cache;

import io.headgate.user.Announcements;
import io.headgate.user.Consistency;
import io.headgate.user.User;
import io.headgate.user.UserStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Others who are told of changes, and read a user through another gateway as soon as they hear that one is over. */
final class Heard implements Announcements {

    /** What was told, in its order. */
    final List<String> steps = new CopyOnWriteArrayList<>();

    /** The versions that were read, at one end after the other. */
    final List<Integer> versions = new CopyOnWriteArrayList<>();

    private final UserStore reader;
    private final String key;
    private volatile @Nullable Promise<Void> held;

    Heard(UserStore reader, User user) {
        this.reader = reader;
        this.key = user.id().key();
    }

    /** Lets the next beginning take until the promise is kept. */
    Promise<Void> holdBegin() {
        Promise<Void> hold = Promise.promise();
        held = hold;
        return hold;
    }

    @Override
    public Announcement of(Set<String> tags) {
        return new Announcement() {
            @Override
            public Future<Void> begin() {
                steps.add("begin");
                Promise<Void> hold = held;
                return hold == null ? Future.succeededFuture() : hold.future();
            }

            @Override
            public Future<Void> end() {
                steps.add("end");
                return Future.fromCompletionStage(reader.findByKeys(Set.of(key), Consistency.EVENTUAL)
                        .invoke(found -> versions.add(Users.version(found.get(key))))
                        .replaceWithVoid()
                        .subscribeAsCompletionStage());
            }

            @Override
            public Future<Void> doubt() {
                steps.add("doubt");
                return Future.succeededFuture();
            }
        };
    }
}
