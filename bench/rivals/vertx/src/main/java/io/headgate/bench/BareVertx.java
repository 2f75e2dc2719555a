package io.headgate.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ceiling: parses the body and answers with what stands ready under the id, without GraphQL. With {@code BENCH_FORM=map}
 * it stands in a map of this process, else in Redis, which is asked once for each request.
 */
public final class BareVertx {

    private static final String KEYS = "bench:answer:";
    private static final int MOST_OUTSTANDING = 4096;

    private BareVertx() {}

    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        Redis.createClient(
                        vertx,
                        new RedisOptions()
                                .setConnectionString(System.getenv("BENCH_REDIS_URL"))
                                .setMaxWaitingHandlers(MOST_OUTSTANDING))
                .connect()
                .compose(redis -> "map".equals(System.getenv("BENCH_FORM"))
                        ? answers(redis).compose(answers -> serve(vertx, id -> Future.succeededFuture(answers.get(id))))
                        : serve(vertx, id -> fromRedis(redis, id)))
                .onFailure(failure -> {
                    failure.printStackTrace();
                    System.exit(1);
                });
    }

    private interface Lookup {
        Future<Buffer> answer(String id);
    }

    private static Future<HttpServer> serve(Vertx vertx, Lookup lookup) {
        return vertx.createHttpServer()
                .requestHandler(request -> request.body()
                        .compose(body -> lookup.answer(new JsonObject(body)
                                .getJsonObject("variables")
                                .getString("id")))
                        .onSuccess(answer -> request.response()
                                .putHeader("Content-Type", "application/graphql-response+json")
                                .end(answer))
                        .onFailure(failure -> request.response().setStatusCode(500).end()))
                .listen(Integer.parseInt(System.getenv("BENCH_PORT")), "127.0.0.1");
    }

    private static Future<Buffer> fromRedis(RedisConnection redis, String id) {
        return RedisAPI.api(redis).get(KEYS + id).map(response -> response.toBuffer());
    }

    private static Future<Map<String, Buffer>> answers(RedisConnection redis) {
        Map<String, Buffer> answers = new ConcurrentHashMap<>();
        RedisAPI api = RedisAPI.api(redis);
        return api.keys(KEYS + "*").compose(keys -> {
            List<String> names = keys.stream().map(Object::toString).toList();
            return api.mget(names).map(values -> {
                for (int i = 0; i < names.size(); i++) {
                    answers.put(names.get(i).substring(KEYS.length()), values.get(i).toBuffer());
                }
                return answers;
            });
        });
    }
}
