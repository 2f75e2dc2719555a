package io.headgate.user.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headgate.localcloud.LocalMemcached;
import io.headgate.localcloud.TcpFront;
import io.headgate.memcached.Memcached;
import io.headgate.memcached.MemcachedCommand;
import io.headgate.memcached.MemcachedConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Memcached of its own. Tests that want one are skipped on machines without, and say so. */
final class MemcachedKeeper implements CacheKeeper {

    private final LocalMemcached memcached;
    private final TcpFront front;

    private MemcachedKeeper(LocalMemcached memcached) {
        this.memcached = memcached;
        this.front = TcpFront.before(memcached.port());
    }

    static MemcachedKeeper started(String... options) {
        assumeInstalled();
        try {
            return new MemcachedKeeper(LocalMemcached.in(
                    Files.createTempDirectory("headgate-memcached").resolve("server"), options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void assumeInstalled() {
        assumeTrue(LocalMemcached.isInstalled(), LocalMemcached.MISSING);
    }

    /** The cache in the servers that these settings name. */
    static CacheServer server(Vertx vertx, CacheConfig config, Map<String, String> settings) {
        MemcachedConfig servers = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withMapping(MemcachedConfig.class)
                .build()
                .getConfigMapping(MemcachedConfig.class);
        return new MemcachedCacheServer(
                vertx,
                new Memcached(
                        vertx,
                        servers,
                        config.connectTimeout(),
                        config.maxOutstanding(),
                        name -> Future.succeededFuture()),
                config);
    }

    @Override
    public CacheServer server(Vertx vertx, CacheConfig config) {
        return server(vertx, config, Map.of("headgate.memcached.hosts", "127.0.0.1:" + front.port()));
    }

    int port() {
        return memcached.port();
    }

    @Override
    public void start() {
        memcached.start();
    }

    @Override
    public void stop() {
        memcached.stop();
    }

    @Override
    public void pause() {
        memcached.pause();
    }

    @Override
    public void resume() {
        memcached.resume();
    }

    @Override
    public void breakConnections() {
        front.leadTo(memcached.port());
    }

    @Override
    public @Nullable String get(String key) {
        String answer = send("get " + MemcachedCommand.key(key) + "\r\n", "END\r\n");
        return answer.startsWith("VALUE ")
                ? answer.substring(answer.indexOf("\r\n") + 2, answer.length() - "\r\nEND\r\n".length())
                : null;
    }

    @Override
    public void set(String key, String value) {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        assertThat(send("set " + MemcachedCommand.key(key) + " 0 0 " + length + "\r\n" + value + "\r\n", "\r\n"))
                .isEqualTo("STORED\r\n");
    }

    @Override
    public void remove(String key) {
        send("delete " + MemcachedCommand.key(key) + "\r\n", "\r\n");
    }

    @Override
    public void flush() {
        send("flush_all\r\n", "\r\n");
    }

    String send(String command, String end) {
        return send(memcached.port(), command, end);
    }

    /** Sends a command, and gives its answer up to what it ends with. */
    static String send(int port, String command, String end) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) Gateway.LIMIT.toMillis());
            socket.getOutputStream().write(command.getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            StringBuilder answer = new StringBuilder();
            while (answer.length() < end.length()
                    || !answer.substring(answer.length() - end.length()).equals(end)) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("Memcached closed the connection after " + answer);
                }
                answer.append((char) next);
            }
            return answer.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        front.close();
        memcached.close();
    }
}
