package io.headgate.localcloud;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What ElastiCache adds to Memcached: an endpoint that tells of the nodes of a cluster, as "Adding auto discovery to your
 * client library" of its user guide has it.
 */
public final class MemcachedConfigurationEndpoint implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final NetServer server;
    private volatile String configuration = "";
    private int version;

    /** An endpoint of a cluster of these nodes, by their ports on 127.0.0.1. */
    public MemcachedConfigurationEndpoint(List<Integer> nodes) {
        lead(nodes);
        server = vertx.createNetServer().connectHandler(this::accept);
        server.listen(0, Ports.LOOPBACK.getHostAddress())
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    public int port() {
        return server.actualPort();
    }

    /** Gives the cluster other nodes, and its configuration the next version. */
    public void lead(List<Integer> nodes) {
        version++;
        configuration = version + "\n"
                + nodes.stream().map(node -> "localhost|127.0.0.1|" + node).collect(Collectors.joining(" ")) + "\n";
    }

    private void accept(NetSocket client) {
        client.handler(RecordParser.newDelimited("\r\n", command -> {
            if (command.toString().equals("config get cluster")) {
                String now = configuration;
                client.write("CONFIG cluster 0 " + now.length() + "\r\n" + now + "\r\nEND\r\n");
            } else {
                client.write("ERROR\r\n");
            }
        }));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
