package io.headgate.localcloud;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/** A real Redis server on 127.0.0.1 that keeps no data on disk: a stopped one starts empty. */
public final class LocalRedis implements AutoCloseable {

    /** Names another {@code redis-server} than the one of the class path. */
    static final String EXECUTABLE = "headgate.localcloud.redis.executable";

    private final WatchedServer server;
    private final Map<String, String> settings;

    /** A view of a server whose state came from {@link WatchedServer#newState}. */
    LocalRedis(State state) {
        this(state, Map.of());
    }

    private LocalRedis(State state, Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
        this.server = new WatchedServer(new Redis(WatchedServer.directory(state), settings), state);
    }

    /**
     * A started server in a new directory that asks for a password, and speaks TLS on a {@linkplain #tlsPort second port}.
     *
     * @param settings more of Redis' parameters
     */
    static LocalRedis withTls(
            Path directory, LocalCertificate certificate, String password, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("tls-port", Integer.toString(Ports.freeWithClusterBus()));
        all.put("tls-cert-file", certificate.certificate().toString());
        all.put("tls-key-file", certificate.key().toString());
        all.put("tls-ca-cert-file", certificate.certificate().toString());
        all.put("tls-auth-clients", "no");
        all.put("requirepass", password);
        return started(directory, all);
    }

    /** A started server in a new directory that asks for a password, and speaks TLS on a {@linkplain #tlsPort second port}. */
    public static LocalRedis withTls(Path directory, LocalCertificate certificate, String password) {
        return withTls(directory, certificate, password, Map.of());
    }

    /** A started server on any free port, in a new directory. */
    public static LocalRedis in(Path directory) {
        return started(directory, Map.of());
    }

    private static LocalRedis started(Path directory, Map<String, String> settings) {
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot create " + directory, e);
        }
        LocalRedis redis = new LocalRedis(WatchedServer.newState(directory, 0), settings);
        redis.start();
        return redis;
    }

    /** The port on which it speaks TLS. */
    public int tlsPort() {
        return Integer.parseInt(Objects.requireNonNull(settings.get("tls-port"), "it has no certificate"));
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

    /** Removes all that it has. */
    public void flush() {
        try (RedisSocket socket = RedisSocket.connect(port())) {
            socket.send("FLUSHALL");
        } catch (IOException e) {
            throw new LocalCloudException("Cannot empty Redis", e);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private record Redis(Path directory, Map<String, String> settings) implements WatchedServer.Kind {

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
            List<String> command = new ArrayList<>(List.of(
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
                    "no"));
            settings.forEach((name, value) -> command.addAll(List.of("--" + name, value)));
            return command;
        }

        @Override
        public boolean answers(int port) {
            try (Socket socket = new Socket(Ports.LOOPBACK, port)) {
                socket.setSoTimeout(1000);
                socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
                int first = socket.getInputStream().read();
                return first == '+' || first == '-';
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
