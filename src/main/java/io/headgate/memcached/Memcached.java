package io.headgate.memcached;

import io.headgate.memcached.MemcachedException.Kind;
import io.headgate.memcached.MemcachedReply.Item;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One server or several, named once and for all or found through the configuration endpoint of an ElastiCache cluster. */
public final class Memcached {

    private final Vertx vertx;
    private final NetClient client;
    private final Function<String, Future<Void>> lookUp;
    private final Duration connectTimeout;
    private final int maxOutstanding;
    private final @Nullable MemcachedNode configurationEndpoint;
    private final @Nullable MemcachedNodes named;

    /**
     * @param connectTimeout how long a connection may take
     * @param maxOutstanding how many commands may wait for their answers on a connection
     * @param lookUp looks a host's name up before it is connected to
     * @throws IllegalArgumentException with the name of the property that is wrong
     */
    public Memcached(
            Vertx vertx,
            MemcachedConfig config,
            Duration connectTimeout,
            int maxOutstanding,
            Function<String, Future<Void>> lookUp) {
        List<String> hosts = config.hosts().orElse(List.of());
        if (hosts.isEmpty() == config.configurationEndpoint().isEmpty()) {
            throw new IllegalArgumentException("headgate.cache.backend is memcached: set either"
                    + " headgate.memcached.configuration-endpoint or headgate.memcached.hosts");
        }
        this.vertx = vertx;
        this.lookUp = lookUp;
        this.connectTimeout = connectTimeout;
        this.maxOutstanding = maxOutstanding;
        this.configurationEndpoint = config.configurationEndpoint()
                .map(endpoint -> parsed("configuration-endpoint", endpoint))
                .orElse(null);
        this.named = hosts.isEmpty()
                ? null
                : new MemcachedNodes(
                        0, hosts.stream().map(host -> parsed("hosts", host)).toList());
        NetClientOptions options = new NetClientOptions()
                .setConnectTimeout((int) connectTimeout.toMillis())
                .setTcpKeepAlive(true);
        if (config.tls()) {
            options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
        }
        this.client = vertx.createNetClient(options);
    }

    private static MemcachedNode parsed(String property, String address) {
        try {
            return MemcachedNode.parse(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("headgate.memcached." + property + ": " + e.getMessage(), e);
        }
    }

    /** The servers that there are now. Fails when nobody tells. */
    public Future<MemcachedNodes> nodes() {
        MemcachedNode endpoint = configurationEndpoint;
        return endpoint == null
                ? Future.succeededFuture(named)
                : connect(endpoint).compose(this::cluster).map(Memcached::read);
    }

    private Future<MemcachedReply> cluster(MemcachedConnection connection) {
        long timer = vertx.setTimer(connectTimeout.toMillis(), late -> connection.close());
        return connection.send(MemcachedCommand.cluster()).onComplete(answered -> {
            vertx.cancelTimer(timer);
            connection.close();
        });
    }

    private static MemcachedNodes read(MemcachedReply reply) {
        Item cluster = reply.item(MemcachedCommand.CLUSTER);
        if (cluster == null) {
            throw new MemcachedException(Kind.REFUSED, "the configuration endpoint tells of no cluster");
        }
        try {
            return MemcachedNodes.read(cluster.data());
        } catch (IllegalArgumentException e) {
            throw new MemcachedException(
                    Kind.REFUSED, "the configuration endpoint answers otherwise: " + e.getMessage());
        }
    }

    /** Whether servers come and go. */
    public boolean isDiscovered() {
        return configurationEndpoint != null;
    }

    /** A connection to a server. Fails when it is away. */
    public Future<MemcachedConnection> connect(MemcachedNode node) {
        return lookUp.apply(node.host()).compose(found -> MemcachedConnection.to(node, vertx, client, maxOutstanding));
    }

    public void close() {
        client.close();
    }
}
