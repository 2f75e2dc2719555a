package io.headgate.user.cache;

import org.jspecify.annotations.Nullable;

/** A real server that keeps the cache, as tests treat it. */
interface CacheKeeper extends Gateway.Way, AutoCloseable {

    void start();

    /** Connections break, and new ones are refused; what was in it is gone. */
    void stop();

    /** Connections stay, and nothing is answered. */
    void pause();

    void resume();

    /** Ends all connections to it. */
    void breakConnections();

    /** What is there under a key, past every gateway. */
    @Nullable
    String get(String key);

    void set(String key, String value);

    void remove(String key);

    /** Removes all that it has. */
    void flush();

    @Override
    void close();
}
