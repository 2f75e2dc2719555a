package io.headgate.app;

import io.headgate.user.postgres.PostgresConfig;
import io.headgate.user.postgres.Readers;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The pools of connections to PostgreSQL: the primary's, which is Quarkus' pool, and those of the readers, which differ from
 * it in nothing but the address. For each connection that is opened the name is looked up and credentials are asked for.
 */
@Singleton
@Unremovable
class PostgresPools implements PgPoolCreator {

    private static final String READERS = "headgate.postgres.readers";

    private final PostgresConfig config;
    private final Optional<String> provider;
    private final DatabaseLogins logins;
    private final MeterRegistry meters;
    private Readers readers = Readers.none();

    PostgresPools(
            PostgresConfig config,
            @ConfigProperty(name = DatabaseLogins.PROPERTY) Optional<String> provider,
            DatabaseLogins logins,
            MeterRegistry meters) {
        this.config = config;
        this.provider = provider;
        this.logins = logins;
        this.meters = meters;
    }

    /** The readers, once {@link #create} was called. */
    Readers readers() {
        return readers;
    }

    @Override
    public Pool create(Input input) {
        if (input.pgConnectOptionsList().size() != 1) {
            throw new IllegalArgumentException(
                    "quarkus.datasource.reactive.url must name the primary alone; further servers go to " + READERS);
        }
        Vertx vertx = input.vertx();
        PgConnectOptions primary = input.pgConnectOptionsList().get(0);
        primary.setConnectTimeout((int) config.connectionLimit().toMillis()).setTcpKeepAlive(true);
        List<PgConnectOptions> addresses = config.readers().orElse(List.of()).stream()
                .map(address -> reader(primary, address.strip()))
                .toList();
        if (!addresses.isEmpty()) {
            PoolOptions watch =
                    new PoolOptions(input.poolOptions()).setMaxSize(1).setShared(false);
            Map<String, Readers.Pools> pools = new LinkedHashMap<>();
            for (PgConnectOptions address : addresses) {
                pools.put(
                        address.getHost() + ":" + address.getPort(),
                        new Readers.Pools(
                                pool(vertx, address, new PoolOptions(input.poolOptions()).setShared(false)),
                                pool(vertx, address, watch)));
            }
            readers = Readers.of(pool(vertx, primary, watch), pools, config, meters);
            readers.start(vertx);
        }
        return pool(vertx, primary, input.poolOptions());
    }

    private Pool pool(Vertx vertx, PgConnectOptions server, PoolOptions options) {
        NameLookup names = new NameLookup(vertx);
        Supplier<Future<SqlConnectOptions>> connecting = () -> names.of(server.getHost())
                .compose(found -> provider.map(name -> login(server, name)).orElse(Future.succeededFuture(server)));
        return PgBuilder.pool()
                .with(options)
                .connectingTo(connecting)
                .using(vertx)
                .build();
    }

    private Future<SqlConnectOptions> login(PgConnectOptions server, String provider) {
        Uni<SqlConnectOptions> options = logins.login(provider, server.getHost(), server.getPort())
                .map(login -> new PgConnectOptions(server).setUser(login.user()).setPassword(login.password()));
        return Future.fromCompletionStage(options.subscribeAsCompletionStage());
    }

    /** @param address {@code host}, {@code host:port} or a {@code postgresql://} URL */
    static PgConnectOptions reader(PgConnectOptions primary, String address) {
        PgConnectOptions server;
        try {
            server = PgConnectOptions.fromUri(address.contains("://") ? address : "postgresql://" + address);
        } catch (RuntimeException e) {
            // The driver's message would show what a URL holds.
            throw new IllegalArgumentException(
                    READERS + " holds an address that is neither host, host:port nor a postgresql:// URL");
        }
        PgConnectOptions reader = new PgConnectOptions(primary).setHost(server.getHost());
        return reader.setPort(server.getPort());
    }
}
