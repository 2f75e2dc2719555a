package io.headgate.localcloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.time.Duration;

/** A bare connection to Redis that speaks its inline commands. */
final class RedisSocket implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final Socket socket;
    private final BufferedReader answers;

    private RedisSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    static RedisSocket connect(int port) throws IOException {
        Socket socket = new Socket(Ports.LOOPBACK, port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return new RedisSocket(socket);
    }

    String send(String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
        return receive();
    }

    /** A line, or the text that a line announces the length of. */
    String receive() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new EOFException("Redis closed the connection");
        }
        return line.startsWith("$") ? answers.readLine() : line;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
