package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.user.postgres.PostgresConfig;
import io.headgate.user.postgres.PostgresUserStore;
import io.headgate.user.postgres.UsersSchema;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

/** How long a gateway stays ready without its PostgreSQL. */
class StoreHealthTest {

    private static final PostgresConfig CONFIG = new SmallRyeConfigBuilder()
            .withMapping(PostgresConfig.class)
            .withConverter(Duration.class, 200, new DurationConverter())
            .build()
            .getConfigMapping(PostgresConfig.class);

    @Test
    void readinessOutlastsAFailoverAndNoMore() {
        LocalPostgres postgres = LocalCloud.shared().postgres();
        AtomicLong now = new AtomicLong();
        Vertx vertx = Vertx.vertx();
        try {
            Pool pool = PgBuilder.pool()
                    .connectingTo(PgConnectOptions.fromUri(postgres.reactiveUrl())
                            .setUser(postgres.user())
                            .setPassword(postgres.password()))
                    .using(vertx)
                    .build();
            new UsersSchema(pool).migrate().await().atMost(Duration.ofSeconds(30));
            PostgresUserStore store = new PostgresUserStore(pool, CONFIG);
            StoreHealth health = new StoreHealth(store, now::get);
            postgres.stop();
            assertThat(status(health)).isEqualTo(Status.DOWN);
            postgres.start();
            assertThat(status(health)).isEqualTo(Status.UP);
            postgres.stop();
            now.addAndGet(Duration.ofMinutes(2).toNanos());
            assertThat(status(health)).isEqualTo(Status.UP);

            now.addAndGet(Duration.ofMinutes(1).toNanos());

            assertThat(status(health)).isEqualTo(Status.DOWN);
        } finally {
            postgres.start();
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static Status status(StoreHealth health) {
        return health.call().await().atMost(Duration.ofSeconds(30)).getStatus();
    }
}
