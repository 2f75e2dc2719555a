package io.headgate.app;

import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.util.List;

/** Redis whose host names are looked up before each new connection, off the event loop. */
final class LookedUpRedis implements Redis {

    private final Redis delegate;
    private final List<URI> hosts;
    private final NameLookup names;

    LookedUpRedis(Redis delegate, List<URI> hosts, NameLookup names) {
        this.delegate = delegate;
        this.hosts = hosts;
        this.names = names;
    }

    /** A name that is not found leaves the others of a cluster. */
    @Override
    public Future<RedisConnection> connect() {
        return Future.join(hosts.stream()
                        .filter(host -> host.getHost() != null)
                        .map(host -> names.of(host.getHost()))
                        .toList())
                .transform(lookedUp -> delegate.connect());
    }

    @Override
    public Future<Response> send(Request command) {
        return delegate.send(command);
    }

    @Override
    public Future<List<Response>> batch(List<Request> commands) {
        return delegate.batch(commands);
    }

    @Override
    public void close() {
        delegate.close();
    }
}
