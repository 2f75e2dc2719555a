package io.headgate.localcloud;

import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PfxOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that passes each connection on to a server of the local cloud, over TLS where it has a
 * certificate. Which server can change, as behind an endpoint of AWS.
 */
public final class TcpFront implements AutoCloseable {

    private static final String LOCALHOST = Ports.LOOPBACK.getHostAddress();

    private final Vertx vertx = Vertx.vertx();
    private final NetClient client = vertx.createNetClient();
    private final NetServer server;
    private final Set<NetSocket> accepted = ConcurrentHashMap.newKeySet();
    private volatile int target;

    private TcpFront(String host, int port, @Nullable LocalCertificate certificate, int target) {
        this.target = target;
        NetServerOptions options = new NetServerOptions().setHost(host).setPort(port);
        if (certificate != null) {
            options.setSsl(true)
                    .setClientAuth(ClientAuth.NONE)
                    .setKeyCertOptions(new PfxOptions()
                            .setPath(certificate.keyStore().toString())
                            .setPassword(LocalCertificate.PASSWORD));
        }
        this.server = vertx.createNetServer(options).connectHandler(this::accept);
        server.listen().toCompletionStage().toCompletableFuture().join();
    }

    /** An endpoint before the server on a port of 127.0.0.1. */
    public static TcpFront before(int target) {
        return at(LOCALHOST, 0, target);
    }

    /** An endpoint on an address of this machine, such as 127.0.0.2, before a server on a port of 127.0.0.1. */
    public static TcpFront at(String host, int port, int target) {
        return new TcpFront(host, port, null, target);
    }

    /** An endpoint that speaks TLS before a server on a port of 127.0.0.1 that does not. */
    public static TcpFront withTls(LocalCertificate certificate, int target) {
        return new TcpFront(LOCALHOST, 0, certificate, target);
    }

    public int port() {
        return server.actualPort();
    }

    /** Leads new connections to another server, and ends those that there are. */
    public void leadTo(int port) {
        target = port;
        accepted.forEach(NetSocket::close);
    }

    /** Takes no more connections, and ends those that there are. */
    public void stop() {
        server.close().toCompletionStage().toCompletableFuture().join();
        accepted.forEach(NetSocket::close);
    }

    private void accept(NetSocket downstream) {
        accepted.add(downstream);
        downstream.closeHandler(closed -> accepted.remove(downstream));
        downstream.pause();
        client.connect(target, LOCALHOST)
                .onFailure(refused -> downstream.close())
                .onSuccess(upstream -> {
                    upstream.pipeTo(downstream).onFailure(broken -> downstream.close());
                    downstream.pipeTo(upstream).onFailure(broken -> upstream.close());
                });
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
