package io.headgate.user.cache;

import io.headgate.memcached.Memcached;
import io.headgate.memcached.MemcachedConnection;
import io.headgate.memcached.MemcachedNode;
import io.headgate.memcached.MemcachedNodes;
import io.headgate.redis.TimeLimit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Memcached: one server, or a cluster whose nodes share the keys. */
public final class MemcachedCacheServer implements CacheServer {

    private final Memcached memcached;
    private final TimeLimit connectLimit;
    private final TimeLimit limit;

    public MemcachedCacheServer(Vertx vertx, Memcached memcached, CacheConfig config) {
        this.memcached = memcached;
        this.connectLimit = new TimeLimit(vertx, config.connectTimeout());
        this.limit = new TimeLimit(vertx, config.timeout());
    }

    /** One connection to each node. Fails when one of them is away: without it, writes could not be told to it. */
    @Override
    public Future<MemcachedCacheLink> connect() {
        return connectLimit.on(memcached.nodes()).compose(this::connect);
    }

    private Future<MemcachedCacheLink> connect(MemcachedNodes nodes) {
        List<Future<MemcachedConnection>> connecting =
                nodes.nodes().stream().map(memcached::connect).toList();
        return connectLimit
                .on(Future.all(connecting))
                .onFailure(failed -> connecting.forEach(each -> each.onSuccess(MemcachedConnection::close)))
                .map(connected -> {
                    Map<MemcachedNode, MemcachedConnection> connections = new HashMap<>();
                    for (int i = 0; i < connecting.size(); i++) {
                        connections.put(nodes.nodes().get(i), connected.resultAt(i));
                    }
                    return new MemcachedCacheLink(memcached, nodes, connections, connectLimit, limit);
                });
    }
}
