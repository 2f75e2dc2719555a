package io.headgate.user.cache;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalRedis;
import io.headgate.localcloud.LocalRedisCluster;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/** Redis: the local cloud's, or another one. */
final class RedisKeeper implements CacheKeeper {

    private final RedisOptions options;
    private final LocalRedis redis;
    private final Vertx vertx = Vertx.vertx();
    private final Redis console;

    private RedisKeeper(RedisOptions options, LocalRedis redis) {
        this.options = options;
        this.redis = redis;
        this.console = Redis.createClient(vertx, options);
    }

    static RedisKeeper ofTheCloud() {
        LocalRedis redis = LocalCloud.shared().redis();
        return new RedisKeeper(new RedisOptions().setConnectionString(redis.url()), redis);
    }

    /** A Redis Cluster, of which only the first node is started, stopped and paused. */
    static RedisKeeper of(LocalRedisCluster cluster) {
        LocalRedis first = cluster.shards().get(0).get(0);
        return new RedisKeeper(
                new RedisOptions().setType(RedisClientType.CLUSTER).setConnectionString(first.url()), first);
    }

    /** A Redis that is reached through an address of its own. */
    static RedisKeeper at(String url) {
        return new RedisKeeper(
                new RedisOptions().setConnectionString(url), LocalCloud.shared().redis());
    }

    @Override
    public CacheServer server(Vertx gateways, CacheConfig config) {
        return new RedisCacheServer(gateways, Redis.createClient(gateways, options), config);
    }

    @Nullable
    Response command(Command command, Object... arguments) {
        Request request = Request.cmd(command);
        for (Object argument : arguments) {
            request.arg(String.valueOf(argument));
        }
        return Gateway.await(console.send(request));
    }

    @Override
    public void start() {
        redis.start();
    }

    @Override
    public void stop() {
        redis.stop();
    }

    @Override
    public void pause() {
        redis.pause();
    }

    @Override
    public void resume() {
        redis.resume();
    }

    @Override
    public void breakConnections() {
        command(Command.CLIENT, "KILL", "TYPE", "normal");
    }

    @Override
    public @Nullable String get(String key) {
        Response value = command(Command.GET, key);
        return value == null ? null : value.toString();
    }

    @Override
    public void set(String key, String value) {
        command(Command.SET, key, value);
    }

    @Override
    public void remove(String key) {
        command(Command.DEL, key);
    }

    @Override
    public void flush() {
        command(Command.FLUSHALL);
    }

    @Override
    public void close() {
        console.close();
        vertx.close();
    }
}
