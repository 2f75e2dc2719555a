package io.headgate.redis;

import io.headgate.localcloud.LocalRedis;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A Redis server of its own, and what replicas of a gateway keep in it. */
public final class DataFixture implements AutoCloseable {

    public static final Duration LIMIT = Duration.ofSeconds(60);

    /** Between two attempts, so that those that fail at once don't nest in each other until the stack is full. */
    public static final Duration PAUSE = Duration.ofMillis(1);

    private final Vertx vertx = Vertx.vertx();
    private final LocalRedis server;
    private final Redis client;
    private final List<RedisData> replicas = new ArrayList<>();

    public DataFixture(Path directory) {
        server = LocalRedis.in(directory.resolve("redis"));
        client = Redis.createClient(
                vertx,
                new RedisOptions()
                        .setConnectionString(server.url())
                        .setMaxWaitingHandlers(100_000)
                        .setMaxPoolSize(20));
    }

    public LocalRedis server() {
        return server;
    }

    public Vertx vertx() {
        return vertx;
    }

    public Redis client() {
        return client;
    }

    /** What another replica uses, whose patience is a minute. */
    public RedisData replica() {
        return replica(Map.of());
    }

    /** What another replica uses, with these properties of {@link RedisConfig}. */
    public RedisData replica(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(
                Map.of("data-timeout", "1m", "max-outstanding", "100000", "min-backoff", "1ms", "max-backoff", "2ms"));
        all.putAll(settings);
        RedisData replica = new RedisData(vertx, client, config(RedisConfig.class, all));
        replicas.add(replica);
        return replica;
    }

    /** A bell that no replica listens to yet. */
    public Bell bell() {
        return new Bell(
                vertx,
                client,
                config(RedisConfig.class, Map.of("connect-timeout", "1m", "min-backoff", "1ms")),
                "messages");
    }

    /** A configuration with these properties, and defaults otherwise. */
    public static <T> T config(Class<T> type, Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withMapping(type, "")
                .build()
                .getConfigMapping(type, "");
    }

    /** What the server answers to a command, which is something. */
    public Response ask(Command command, Object... arguments) {
        Request request = Request.cmd(command);
        Stream.of(arguments).forEach(argument -> request.arg(argument.toString()));
        return Objects.requireNonNull(await(client.send(request)));
    }

    /** Everything that the server holds, names and values, as text. */
    public String contents() {
        StringBuilder all = new StringBuilder();
        for (Response name : ask(Command.KEYS, "*")) {
            all.append(name).append(' ');
            Command read = ask(Command.TYPE, name).toString().equals("zset") ? Command.ZRANGE : Command.GET;
            all.append(read == Command.GET ? ask(read, name) : ask(read, name, 0, -1))
                    .append('\n');
        }
        return all.toString();
    }

    public static <T> T await(Uni<T> uni) {
        return uni.await().atMost(LIMIT);
    }

    private static <T> T await(Future<T> future) {
        return await(Uni.createFrom().completionStage(future.toCompletionStage()));
    }

    @Override
    public void close() {
        replicas.forEach(RedisData::close);
        client.close();
        server.close();
        await(vertx.close());
    }
}
