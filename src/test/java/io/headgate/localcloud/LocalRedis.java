package io.headgate.localcloud;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/** A real Redis server on 127.0.0.1 that keeps nothing on disk: a stopped one starts empty. */
public final class LocalRedis implements AutoCloseable {

    /** Names another {@code redis-server} than the one of the class path. */
    static final String EXECUTABLE = "headgate.localcloud.redis.executable";

    private final WatchedServer server;

    /** A view of a server whose state came from {@link WatchedServer#newState}. */
    LocalRedis(State state) {
        this.server = new WatchedServer(new Redis(WatchedServer.directory(state)), state);
    }

    public int port() {
        return server.port();
    }

    /** {@code redis://127.0.0.1:PORT}. */
    public String url() {
        return "redis://127.0.0.1:" + port();
    }

    /** The server's process id while it runs. */
    public long pid() {
        return server.pid();
    }

    /** Starts it on the port that it had, and returns when it answers. */
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

    private record Redis(Path directory) implements WatchedServer.Kind {

        @Override
        public String name() {
            return "Redis";
        }

        @Override
        public String portProperty() {
            return LocalCloudConfig.REDIS_PORT;
        }

        @Override
        public String stopSignal() {
            return "TERM";
        }

        @Override
        public List<String> command(int port) {
            return List.of(
                    executable(),
                    "--bind",
                    "127.0.0.1",
                    "--port",
                    Integer.toString(port),
                    "--dir",
                    directory.toString(),
                    "--save",
                    "",
                    "--appendonly",
                    "no");
        }

        @Override
        public boolean answers(int port) {
            try (Socket socket = new Socket(Ports.LOOPBACK, port)) {
                socket.setSoTimeout(1000);
                socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
                return socket.getInputStream().read() == '+';
            } catch (IOException e) {
                return false;
            }
        }

        private static String executable() {
            String given = System.getProperty(EXECUTABLE);
            if (given != null) {
                return given;
            }
            OsArchitecture platform = OsArchitecture.detectOSandArchitecture();
            String resource = ExecutableProvider.newProvidedVersionsMap().get(platform);
            if (resource == null) {
                throw new LocalCloudException("There is no Redis for " + Platform.name()
                        + " on the class path: install one and name it with -D" + EXECUTABLE + "=FILE");
            }
            String name = resource.substring(1);
            try {
                return Directories.kept(
                                name,
                                directory -> ExecutableProvider.newJarResourceProvider(directory.toFile())
                                        .get())
                        .resolve(name)
                        .toString();
            } catch (IOException e) {
                throw new LocalCloudException("Cannot unpack Redis: " + e.getMessage(), e);
            }
        }
    }
}
