package io.headgate.user.cache;

import io.vertx.core.Future;

/** What can keep the cache: Redis or Memcached, one server or several. */
public interface CacheServer {

    /** A new connection. Fails when there is no server. */
    Future<? extends CacheLink> connect();
}
