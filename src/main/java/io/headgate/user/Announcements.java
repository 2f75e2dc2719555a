package io.headgate.user;

import io.vertx.core.Future;
import java.util.Set;

/** Who is told of changes beside a cache of users: of each before it is made, and when it is over. */
public interface Announcements {

    /** Tells nobody. */
    Announcements NONE = tags -> new Announcement() {
        @Override
        public Future<Void> begin() {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> end() {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> doubt() {
            return Future.succeededFuture();
        }
    };

    /**
     * The announcement of a change.
     *
     * @param tags what it changes: see {@link UserTags}
     */
    Announcement of(Set<String> tags);

    /** What is told of one change. No step fails, and each takes a bounded time. */
    interface Announcement {

        /** Tells of it before it is made. */
        Future<Void> begin();

        /** Tells that it is over, whether it was made or not. Told again, it covers what was read in between too. */
        Future<Void> end();

        /** Tells that nobody knows whether it was or will be made. */
        Future<Void> doubt();
    }
}
