package io.headgate.bench;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * With {@code BENCH_FORM=map} no GraphQL: a bare Vert.x route that parses the body and answers with what stands ready in a
 * map of this process.
 */
@Singleton
class BareRoute {

    private static final String KEYS = "bench:answer:";

    private final Map<String, Buffer> answers = new ConcurrentHashMap<>();

    void serve(@Observes Router router, @ConfigProperty(name = "bench.form") Optional<String> form) {
        if (form.filter("map"::equals).isPresent()) {
            router.post("/graphql")
                    .order(Integer.MIN_VALUE)
                    .handler(BodyHandler.create(false))
                    .handler(this::answer);
        }
    }

    void fill(
            @Observes StartupEvent event,
            ReactiveRedisDataSource redis,
            @ConfigProperty(name = "bench.form") Optional<String> form) {
        if (form.filter("map"::equals).isPresent()) {
            var keys = redis.key().keys(KEYS + "*").await().indefinitely();
            redis.value(String.class)
                    .mget(keys.toArray(String[]::new))
                    .await()
                    .indefinitely()
                    .forEach((key, answer) -> answers.put(key.substring(KEYS.length()), Buffer.buffer(answer)));
        }
    }

    private void answer(RoutingContext context) {
        String id = new JsonObject(context.body().buffer())
                .getJsonObject("variables")
                .getString("id");
        context.response()
                .putHeader("Content-Type", "application/graphql-response+json")
                .end(answers.get(id));
    }
}
