package io.headgate.app;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A process that connects to a name and port for each line it reads, and prints the address that it came to. */
final class ChangingName {

    private static final long LIMIT = 60_000;

    private ChangingName() {}

    public static void main(String... arguments) throws Exception {
        NameLookup.forgetSoon();
        // As Quarkus sets Vert.x up.
        System.setProperty("vertx.disableDnsResolver", "true");
        Vertx vertx = Vertx.vertx();
        NameLookup names = new NameLookup(vertx);
        NetClient client = vertx.createNetClient();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        // Whoever reads the answers sees the end.
        vertx.setTimer(LIMIT, late -> System.exit(1));
        while (lines.readLine() != null) {
            System.out.println(names.of(arguments[0])
                    .compose(found -> client.connect(Integer.parseInt(arguments[1]), arguments[0]))
                    .compose(socket ->
                            socket.close().map(socket.remoteAddress(true).hostAddress()))
                    .otherwise(Throwable::toString)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get());
        }
        System.exit(0);
    }
}
