package io.headgate.user.dynamodb;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and DynamoDB and loses answers: it passes a request on, waits until the server has answered,
 * and then cuts the client's connection, or leaves the client waiting.
 */
final class CuttingProxy implements AutoCloseable {

    private static final int BUFFER = 1 << 16;

    private final ServerSocket listener;
    private final URI server;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger toLose = new AtomicInteger();
    private final AtomicInteger passedOn = new AtomicInteger();
    private volatile String operation = "";
    private volatile boolean cutting = true;
    private volatile boolean closingAfterwards;

    CuttingProxy(URI server) throws IOException {
        this.server = server;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        inThread(this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Loses the next answers to an operation by cutting the connection. */
    CuttingProxy lose(String name, int answers) {
        operation = name;
        toLose.set(answers);
        return this;
    }

    /** Instead of cutting the connection, gives no answer on it. */
    CuttingProxy bySilence() {
        cutting = false;
        return this;
    }

    /** Takes no more connections once the first answer is lost. */
    CuttingProxy andGoAway() {
        closingAfterwards = true;
        return this;
    }

    /** How many requests for the operation the server has answered. */
    int passedOn() {
        return passedOn.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket upstream = new Socket(server.getHost(), server.getPort());
                sockets.add(client);
                sockets.add(upstream);
                Connection connection = new Connection(client, upstream);
                inThread(connection::passRequests);
                inThread(connection::passAnswers);
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void inThread(Runnable task) {
        Thread thread = new Thread(task, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** One connection of the client and the one to the server behind it; a request at a time is on its way. */
    private final class Connection {
        private final Socket client;
        private final Socket upstream;
        private volatile @Nullable String current;

        Connection(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void passRequests() {
            try (InputStream in = client.getInputStream();
                    OutputStream out = upstream.getOutputStream()) {
                byte[] buffer = new byte[BUFFER];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                    if (text.startsWith("POST ")) {
                        current = text;
                    }
                    out.write(buffer, 0, n);
                    out.flush();
                }
            } catch (IOException e) {
                // closed by either side
            }
        }

        void passAnswers() {
            try (InputStream in = upstream.getInputStream();
                    OutputStream out = client.getOutputStream()) {
                byte[] buffer = new byte[BUFFER];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (answers(operation)) {
                        passedOn.incrementAndGet();
                        if (toLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                            lose();
                            continue;
                        }
                    }
                    out.write(buffer, 0, n);
                    out.flush();
                }
            } catch (IOException e) {
                // closed by either side
            }
        }

        private boolean answers(String name) {
            String request = current;
            current = null;
            return request != null && request.contains("DynamoDB_20120810." + name + "\r\n");
        }

        private void lose() throws IOException {
            if (closingAfterwards) {
                CuttingProxy.this.close();
            } else if (cutting) {
                client.close();
            }
        }
    }
}
