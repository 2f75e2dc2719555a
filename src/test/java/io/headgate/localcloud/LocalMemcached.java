package io.headgate.localcloud;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real Memcached server on 127.0.0.1. It is the one that the machine has: no artifact on Maven Central holds one. Debian's
 * package is {@code memcached}.
 */
public final class LocalMemcached implements AutoCloseable {

    /** Names another {@code memcached} than the one on the PATH. */
    private static final String EXECUTABLE = "headgate.localcloud.memcached.executable";

    /** What is to be said where there is none. */
    public static final String MISSING = "there is no memcached on the PATH: install one (Debian: apt-get install"
            + " memcached) or name it with -D" + EXECUTABLE + "=FILE";

    private final WatchedServer server;

    private LocalMemcached(Path directory, List<String> options) {
        this.server = new WatchedServer(new Memcached(options), WatchedServer.newState(directory, 0));
    }

    /** Whether there can be one on this machine. */
    public static boolean isInstalled() {
        return executable().isPresent();
    }

    /** A started server on any free port, in a new directory. */
    public static LocalMemcached in(Path directory, String... options) {
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot create " + directory, e);
        }
        LocalMemcached memcached = new LocalMemcached(directory, List.of(options));
        memcached.start();
        return memcached;
    }

    public int port() {
        return server.port();
    }

    /** Starts it on the port that it had, with nothing in it, and returns when it answers. */
    public void start() {
        server.start();
    }

    /** Stops it: connections break, and new ones are refused. */
    public void stop() {
        server.stop();
    }

    /** Freezes it: connections stay open, and nothing is answered until {@link #resume()}. */
    public void pause() {
        server.pause();
    }

    public void resume() {
        server.resume();
    }

    @Override
    public void close() {
        server.close();
    }

    private static Optional<Path> executable() {
        String given = System.getProperty(EXECUTABLE);
        Stream<Path> candidates = given != null
                ? Stream.of(Path.of(given))
                : Arrays.stream(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
                        .map(directory -> Path.of(directory, "memcached"));
        return candidates.filter(Files::isExecutable).findFirst();
    }

    private record Memcached(List<String> options) implements WatchedServer.Kind {

        @Override
        public String name() {
            return "Memcached";
        }

        @Override
        public String portProperty() {
            return EXECUTABLE;
        }

        @Override
        public String stopSignal() {
            return "TERM";
        }

        @Override
        public List<String> command(int port) {
            List<String> command = new ArrayList<>(List.of(
                    executable()
                            .orElseThrow(() -> new LocalCloudException(MISSING))
                            .toString(),
                    "-l",
                    "127.0.0.1",
                    "-p",
                    Integer.toString(port),
                    "-U",
                    "0"));
            if (System.getProperty("user.name").equals("root")) {
                command.addAll(List.of("-u", "root"));
            }
            command.addAll(options);
            return command;
        }

        @Override
        public boolean answers(int port) {
            try (Socket socket = new Socket(Ports.LOOPBACK, port)) {
                socket.setSoTimeout(1000);
                socket.getOutputStream().write("version\r\n".getBytes(US_ASCII));
                return socket.getInputStream().read() == 'V';
            } catch (IOException e) {
                return false;
            }
        }
    }
}
