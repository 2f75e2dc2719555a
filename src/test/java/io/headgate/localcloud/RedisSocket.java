package io.headgate.localcloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/** A bare connection to Redis that speaks its inline commands. */
public final class RedisSocket implements AutoCloseable {

    private static final String MOVED = "-MOVED ";
    private static final Duration PATIENCE = Duration.ofMillis(300);
    private static final Duration LONGEST_COMMAND = Duration.ofSeconds(30);

    private final Socket socket;
    private final BufferedReader answers;

    private RedisSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    /**
     * Redis's answer to one command: its first line, or all of a text. Of a Redis Cluster the node answers that has the key.
     *
     * @param endpoint host and port, {@code 127.0.0.1:6379}
     */
    public static String ask(String endpoint, String command) {
        int port = URI.create("redis://" + endpoint).getPort();
        try (RedisSocket redis = connect(port, LONGEST_COMMAND)) {
            String answer = redis.send(command);
            return answer.startsWith(MOVED) ? ask(answer.substring(answer.lastIndexOf(' ') + 1), command) : answer;
        } catch (IOException e) {
            throw new LocalCloudException("Redis at " + endpoint + " did not answer " + command, e);
        }
    }

    static RedisSocket connect(int port) throws IOException {
        return connect(port, PATIENCE);
    }

    /** A connection that waits so long for each line of an answer. */
    static RedisSocket connect(int port, Duration patience) throws IOException {
        Socket socket = new Socket(Ports.LOOPBACK, port);
        socket.setSoTimeout((int) patience.toMillis());
        return new RedisSocket(socket);
    }

    String send(String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
        return receive();
    }

    /** A line, or the text that a line announces the length of in bytes. */
    String receive() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new EOFException("Redis closed the connection");
        }
        if (!line.startsWith("$")) {
            return line;
        }
        int length = Integer.parseInt(line.substring(1));
        if (length < 0) {
            return line;
        }
        // As many characters as bytes: what Redis tells of itself is ASCII.
        StringBuilder text = new StringBuilder(answers.readLine());
        while (text.length() < length) {
            text.append("\r\n").append(answers.readLine());
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
