package io.headgate.user.postgres;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A port that leads on to a server, where the network can fail: answers are lost, or connections break. */
final class Gate {

    private final NetServer entrance;
    private final NetClient exit;
    private final int serverPort;
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Promise<Void> lost;

    private Gate(Vertx vertx, int serverPort) {
        this.entrance = vertx.createNetServer();
        this.exit = vertx.createNetClient();
        this.serverPort = serverPort;
    }

    static Gate to(int serverPort, Vertx vertx) {
        Gate gate = new Gate(vertx, serverPort);
        TestDatabase.await(gate.entrance.connectHandler(gate::connected).listen(0, "127.0.0.1"));
        return gate;
    }

    int port() {
        return entrance.actualPort();
    }

    /**
     * From now on what the server answers is lost, until {@link #open()}. What is sent to it arrives.
     *
     * @return completes when the first answer has been lost
     */
    Future<Void> loseAnswers() {
        Promise<Void> first = Promise.promise();
        lost = first;
        return first.future();
    }

    void open() {
        lost = null;
    }

    /** Breaks every connection; new ones go through. */
    void breakConnections() {
        sockets.forEach(NetSocket::close);
    }

    private void connected(NetSocket client) {
        client.pause();
        Future<NetSocket> connecting = exit.connect(serverPort, "127.0.0.1");
        connecting.onFailure(e -> client.close()).onSuccess(server -> {
            sockets.add(client);
            client.handler(server::write).closeHandler(end -> {
                sockets.remove(client);
                server.close();
            });
            server.handler(answer -> pass(answer, client)).closeHandler(end -> client.close());
            client.resume();
        });
    }

    private void pass(Buffer answer, NetSocket client) {
        Promise<Void> losing = lost;
        if (losing == null) {
            client.write(answer);
        } else {
            losing.tryComplete();
        }
    }
}
