package io.headgate.app;

import io.headgate.graphql.GraphQlApi;
import io.headgate.leaderboard.Leaderboards;
import io.headgate.leaderboard.graphql.LeaderboardGraphQlApi;
import io.headgate.message.MessageConfig;
import io.headgate.message.Messages;
import io.headgate.message.graphql.MessageGraphQlApi;
import io.headgate.redis.Bell;
import io.headgate.redis.RedisConfig;
import io.headgate.redis.RedisData;
import io.headgate.redis.SharedRedis;
import io.headgate.session.SessionConfig;
import io.headgate.session.Sessions;
import io.headgate.session.graphql.SessionGraphQlApi;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Redis, and what it alone holds. */
@Singleton
class RedisWiring {

    @Produces
    @Singleton
    @Typed(LookedUpRedis.class)
    LookedUpRedis lookedUp(
            Vertx vertx, Redis redis, @ConfigProperty(name = "quarkus.redis.hosts") Optional<List<URI>> hosts) {
        return new LookedUpRedis(redis, hosts.orElse(List.of()), new NameLookup(vertx));
    }

    @Produces
    @Singleton
    SharedRedis sharedRedis(Vertx vertx, LookedUpRedis redis, RedisConfig config) {
        return new SharedRedis(vertx, redis, config);
    }

    void close(@Disposes SharedRedis redis) {
        redis.close();
    }

    @Produces
    @Singleton
    RedisData redisData(Vertx vertx, LookedUpRedis redis, RedisConfig config) {
        return new RedisData(vertx, redis, config);
    }

    void close(@Disposes RedisData redis) {
        redis.close();
    }

    @Produces
    @Singleton
    Bell bell(Vertx vertx, LookedUpRedis redis, RedisConfig config) {
        return new Bell(vertx, redis, config, "messages");
    }

    void close(@Disposes Bell bell) {
        bell.close();
    }

    @Produces
    @Singleton
    GraphQlApi sessionApi(RedisData redis, SessionConfig config) {
        return new SessionGraphQlApi(new Sessions(redis, config, InstantSource.system()));
    }

    @Produces
    @Singleton
    GraphQlApi leaderboardApi(RedisData redis) {
        return new LeaderboardGraphQlApi(new Leaderboards(redis));
    }

    @Produces
    @Singleton
    GraphQlApi messageApi(RedisData redis, Bell bell, MessageConfig config) {
        return new MessageGraphQlApi(new Messages(redis, bell, config));
    }
}
