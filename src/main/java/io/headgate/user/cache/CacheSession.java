package io.headgate.user.cache;

import io.vertx.core.Future;
import java.util.List;

/**
 * A time during which the cache is used under one epoch.
 *
 * @param prefix what every key begins with
 * @param epoch the epoch as the server keeps it: a token that never repeats, a point, the server's run
 * @param renewedAt the gate's tick before which every write had been made when the epoch was set; 0 when unknown
 */
record CacheSession(CacheLink link, String prefix, String epoch, long renewedAt) {

    /** The key under which the server keeps the epoch. */
    static String epochKey(String prefix) {
        return prefix + ":epoch";
    }

    String epochKey() {
        return epochKey(prefix);
    }

    /** The key of an entry in this epoch. */
    String key(String name) {
        return prefix + ":" + epoch.substring(0, epoch.indexOf('.')) + ":" + name;
    }

    static <T> Future<List<T>> all(List<Future<T>> futures) {
        return Future.all(futures).map(all -> all.<T>list());
    }
}
