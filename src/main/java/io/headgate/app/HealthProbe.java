package io.headgate.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks the management port of a gateway on this machine how it is, for containers that hold neither a shell nor curl. It
 * needs nothing of the application, so that a native executable answers in milliseconds.
 */
record HealthProbe(int port) {

    static final String COMMAND = "health";

    /** Only a restart helps a process that isn't live, and a container's health check leads to one. */
    static final String LIVE = "/q/health/live";

    private static final String PORT = "quarkus.management.port";
    private static final String PORT_VARIABLE = "QUARKUS_MANAGEMENT_PORT";
    private static final int DEFAULT_PORT = 9000;
    private static final int LIMIT_MILLIS = 2_000;

    /** The gateway configured by the same system properties and environment variables, in the same order. */
    static HealthProbe ofThisMachine(
            UnaryOperator<@Nullable String> properties, UnaryOperator<@Nullable String> variables) {
        String port = properties.apply(PORT);
        if (port == null) {
            port = variables.apply(PORT_VARIABLE);
        }
        return new HealthProbe(port == null ? DEFAULT_PORT : Integer.parseInt(port.strip()));
    }

    /** Whether the path is answered with 200; not so where nothing answers within two seconds. */
    boolean isUp(String path) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String status = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return status != null && status.startsWith("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }
}
