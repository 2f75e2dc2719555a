package io.headgate.app;

import io.headgate.response.ChangeFeed;
import io.headgate.user.Announcements;
import io.vertx.core.Future;
import java.util.Set;

/** Tells the response caches of all replicas of changes. */
record FeedAnnouncements(ChangeFeed feed) implements Announcements {

    @Override
    public Announcement of(Set<String> tags) {
        return new OfChange(feed.announcement(tags));
    }

    private record OfChange(ChangeFeed.Announcement told) implements Announcement {

        @Override
        public Future<Void> begin() {
            return told.begin();
        }

        @Override
        public Future<Void> end() {
            return told.end();
        }

        @Override
        public Future<Void> doubt() {
            return told.doubt();
        }
    }
}
