package io.headgate.user.cache;

import java.util.Locale;

/** What a failed step says about the server of the cache. */
enum CacheFailure {
    CONNECTION,
    TIMEOUT,
    /** The server has no room, and is alive. */
    FULL,
    REPLY,
    /** Not sent. */
    REJECTED;

    /** Whether some of these in a row are a reason to leave the server alone. */
    boolean counts() {
        return this == TIMEOUT || this == REPLY;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
