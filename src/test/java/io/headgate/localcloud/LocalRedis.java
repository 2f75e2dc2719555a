package io.headgate.localcloud;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/** A real Redis server on 127.0.0.1 that keeps no data on disk: a stopped one starts empty. */
public final class LocalRedis implements AutoCloseable {

    /** Names another {@code redis-server} than the one of the class path. */
    static final String EXECUTABLE = "headgate.localcloud.redis.executable";

    private static final Logger LOG = Logger.getLogger(LocalRedis.class);

    private static final String RECEIVED = "slave_repl_offset";
    private static final String DUMP = "dump.rdb";
    private static final Duration LONGEST_COMMAND = Duration.ofSeconds(30);

    /** As ElastiCache has it, but that who takes over is said, never voted for. */
    private static final Map<String, String> CLUSTER_NODE = Map.of(
            "cluster-enabled", "yes",
            "cluster-require-full-coverage", "no",
            "cluster-replica-no-failover", "yes",
            "cluster-migration-barrier", "1000");

    private static final Pattern VERSION = Pattern.compile(" v=(\\S+)");

    private final WatchedServer server;
    private final Path directory;
    private final Map<String, String> settings;

    /** A view of a server whose state came from {@link WatchedServer#newState}. */
    LocalRedis(State state) {
        this(state, Map.of());
    }

    private LocalRedis(State state, Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
        this.directory = WatchedServer.directory(state);
        this.server = new WatchedServer(new Redis(directory, settings), state);
    }

    private static Map<String, String> tls(LocalCertificate certificate, String password) {
        Map<String, String> all = new HashMap<>();
        all.put("tls-port", Integer.toString(Ports.freeWithClusterBus()));
        all.put("tls-cert-file", certificate.certificate().toString());
        all.put("tls-key-file", certificate.key().toString());
        all.put("tls-ca-cert-file", certificate.certificate().toString());
        all.put("tls-auth-clients", "no");
        all.put("requirepass", password);
        return all;
    }

    /** A started server in a new directory that asks for a password, and speaks TLS on a {@linkplain #tlsPort second port}. */
    public static LocalRedis withTls(Path directory, LocalCertificate certificate, String password) {
        return started(directory, tls(certificate, password));
    }

    /** A server that is to be a node of a Redis Cluster, which it reads about in its new directory when it is started. */
    static LocalRedis clusterNode(Path directory) {
        return created(directory, Ports.freeWithClusterBus(), CLUSTER_NODE);
    }

    /** The same, which asks for a password, and speaks TLS on a {@linkplain #tlsPort second port} and with other nodes. */
    static LocalRedis clusterNode(Path directory, LocalCertificate certificate, String password) {
        Map<String, String> settings = tls(certificate, password);
        settings.putAll(CLUSTER_NODE);
        settings.put("tls-cluster", "yes");
        settings.put("tls-replication", "yes");
        return created(directory, 0, settings);
    }

    /** A started server on any free port, in a new directory. */
    public static LocalRedis in(Path directory) {
        return started(directory, Map.of());
    }

    /** A started server on any free port, in a new directory, with what a {@linkplain #save saved} file holds. */
    public static LocalRedis holding(Path directory, Path saved) {
        LocalRedis redis = created(directory, 0, Map.of());
        redis.startHolding(saved);
        return redis;
    }

    /** Starts it with what a {@linkplain #save saved} file holds. */
    void startHolding(Path saved) {
        try {
            Files.copy(saved, directory.resolve(DUMP));
            start();
            await("has loaded its data", () -> command("PING").equals("+PONG"));
            Files.delete(directory.resolve(DUMP));
        } catch (IOException e) {
            throw new LocalCloudException("Cannot load " + saved, e);
        }
    }

    private static LocalRedis started(Path directory, Map<String, String> settings) {
        LocalRedis redis = created(directory, 0, settings);
        redis.start();
        return redis;
    }

    private static LocalRedis created(Path directory, int port, Map<String, String> settings) {
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot create " + directory, e);
        }
        return new LocalRedis(WatchedServer.newState(directory, port), settings);
    }

    /** The port on which it speaks TLS. */
    public int tlsPort() {
        return Integer.parseInt(Objects.requireNonNull(settings.get("tls-port"), "it has no certificate"));
    }

    public int port() {
        return server.port();
    }

    /** The port by which other nodes of a Redis Cluster know it. */
    int clusterPort() {
        return settings.containsKey("tls-port") ? tlsPort() : port();
    }

    Path directory() {
        return directory;
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

    public boolean isRunning() {
        return server.isRunning();
    }

    /** Whether it ended without being asked to. */
    public boolean hasCrashed() {
        return server.hasCrashed();
    }

    /** Kills it; does nothing when it is not running. */
    public void crash() {
        server.crash("KILL");
    }

    /** Writes all that it has to a file, in Redis's own form. */
    public void save(Path file) {
        // It saves nothing while a replica takes over what it has.
        await("saved its data", () -> command("SAVE").equals("+OK"));
        try {
            Files.move(directory.resolve(DUMP), file);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot write " + file, e);
        }
    }

    /** Makes it a replica of another one, and returns when it has what that has. */
    public void follow(LocalRedis primary) {
        if (isClusterNode()) {
            String follow = "CLUSTER REPLICATE " + primary.command("CLUSTER MYID");
            // One that was a primary knows only after a while that it is no more.
            await("is told to follow", () -> command(follow).equals("+OK"));
        } else {
            command("REPLICAOF 127.0.0.1 " + primary.port());
        }
        // What waits since another one took over is refused now.
        command("CLIENT UNPAUSE");
        await("follows its primary", () -> info().contains("master_link_status:up"));
    }

    /**
     * Makes a replica a primary. Where the one that it follows answers, it has all that was ever written to that one: what comes
     * after waits there, until its connection is cut or the other one {@linkplain #follow follows} in turn.
     */
    public void takeOver(LocalRedis primary) {
        if (primary.isRunning()) {
            try {
                primary.command("CLIENT PAUSE " + LONGEST_COMMAND.toMillis() + " WRITE");
                long written = offset("master_repl_offset", primary.info());
                await("received what its primary wrote", () -> {
                    String info = info();
                    return !info.contains("role:slave") || offset(RECEIVED, info) >= written;
                });
            } catch (LocalCloudException e) {
                LOG.warnf("What was written last may be lost: %s", e.getMessage());
            }
        }
        command(isClusterNode() ? "CLUSTER FAILOVER TAKEOVER" : "REPLICAOF NO ONE");
    }

    private boolean isClusterNode() {
        return settings.containsKey("cluster-enabled");
    }

    /** How many seconds ago a replica told this primary how far it is; empty where it does not follow this one. */
    public OptionalInt lagOf(LocalRedis replica) {
        Matcher lag = Pattern.compile("port=" + replica.port() + ",state=online,.*lag=(\\d+)")
                .matcher(info());
        return lag.find() ? OptionalInt.of(Integer.parseInt(lag.group(1))) : OptionalInt.empty();
    }

    /** How much of what its primary did it has, in bytes. */
    public long received() {
        return offset(RECEIVED, info());
    }

    private static long offset(String name, String info) {
        Matcher offset = Pattern.compile("(?m)^" + name + ":(\\d+)").matcher(info);
        return offset.find() ? Long.parseLong(offset.group(1)) : 0;
    }

    /** What Redis tells of its replication, a line each. */
    private String info() {
        return command("INFO replication");
    }

    /** Its answer, after the password where it has one. */
    String command(String command) {
        try (RedisSocket socket = RedisSocket.connect(port(), LONGEST_COMMAND)) {
            String password = settings.get("requirepass");
            if (password != null) {
                socket.send("AUTH " + password);
            }
            return socket.send(command);
        } catch (IOException e) {
            throw new LocalCloudException("Redis on port " + port() + " did not answer " + command, e);
        }
    }

    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST_COMMAND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new LocalCloudException("Redis on port " + port() + " never " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    /** The version of the Redis that runs here, {@code 6.2.6}. */
    public static String version() {
        try {
            Process process = new ProcessBuilder(Redis.executable(), "--version").start();
            String text = new String(process.getInputStream().readAllBytes(), US_ASCII);
            Matcher version = VERSION.matcher(text);
            if (!version.find()) {
                throw new LocalCloudException("Redis tells no version: " + text);
            }
            return version.group(1);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot ask Redis for its version", e);
        }
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
                    "no",
                    "--repl-diskless-sync",
                    "yes",
                    "--repl-diskless-sync-delay",
                    "0",
                    "--rdb-del-sync-files",
                    "yes"));
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
