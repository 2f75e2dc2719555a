package io.headgate.user.postgres;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many connections are taken out of SQL pools, as the driver reports it to monitoring. */
final class UsedConnections implements VertxMetrics {

    private final AtomicInteger used = new AtomicInteger();

    Vertx vertx() {
        VertxOptions options = new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true));
        return Vertx.builder().with(options).withMetrics(each -> this).build();
    }

    int count() {
        return used.get();
    }

    @Override
    public @Nullable PoolMetrics<?> createPoolMetrics(String type, String name, int size) {
        return type.equals("sql") ? new Counter() : null;
    }

    private final class Counter implements PoolMetrics<Object> {

        @Override
        public Object submitted() {
            return this;
        }

        @Override
        public Object begin(Object waiting) {
            used.incrementAndGet();
            return this;
        }

        @Override
        public void end(Object use, boolean succeeded) {
            used.decrementAndGet();
        }
    }
}
