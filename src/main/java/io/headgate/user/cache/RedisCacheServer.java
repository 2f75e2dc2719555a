package io.headgate.user.cache;

import io.headgate.redis.RedisLink;
import io.headgate.redis.TimeLimit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;

/** Redis, alone or as a cluster. */
public final class RedisCacheServer implements CacheServer {

    private final Redis redis;
    private final TimeLimit connectLimit;
    private final TimeLimit limit;
    private final int maxOutstanding;

    public RedisCacheServer(Vertx vertx, Redis redis, CacheConfig config) {
        this.redis = redis;
        this.connectLimit = new TimeLimit(vertx, config.connectTimeout());
        this.limit = new TimeLimit(vertx, config.timeout());
        this.maxOutstanding = config.maxOutstanding();
    }

    @Override
    public Future<RedisCacheLink> connect() {
        Future<RedisConnection> connecting = redis.connect();
        return connectLimit
                .on(connecting)
                .onFailure(tooLate -> connecting.onSuccess(RedisConnection::close))
                .map(connection -> new RedisCacheLink(new RedisLink(connection, limit, maxOutstanding)));
    }
}
