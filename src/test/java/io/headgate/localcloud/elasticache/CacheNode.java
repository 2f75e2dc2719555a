package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.LocalMemcached;
import io.headgate.localcloud.LocalRedis;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A cache cluster of one node: one of its own, or a member of a replication group. */
final class CacheNode implements AutoCloseable {

    final String identifier;
    final String zone;
    final Instant created;

    /** The server, where it is Redis; {@code null} until it runs. */
    volatile @Nullable LocalRedis redis;

    /** The server, where it is Memcached; {@code null} until it runs, and where none is installed. */
    volatile @Nullable LocalMemcached memcached;

    CacheNode(String identifier, String zone, Instant created) {
        this.identifier = identifier;
        this.zone = zone;
        this.created = created;
    }

    @Nullable
    Integer port() {
        LocalRedis ofRedis = redis;
        if (ofRedis != null) {
            return ofRedis.port();
        }
        LocalMemcached ofMemcached = memcached;
        return ofMemcached == null ? null : ofMemcached.port();
    }

    LocalRedis running() {
        LocalRedis server = redis;
        if (server == null) {
            throw new IllegalStateException(identifier + " has no server");
        }
        return server;
    }

    @Override
    public void close() {
        LocalRedis ofRedis = redis;
        if (ofRedis != null) {
            ofRedis.close();
        }
        LocalMemcached ofMemcached = memcached;
        if (ofMemcached != null) {
            ofMemcached.close();
        }
    }
}
