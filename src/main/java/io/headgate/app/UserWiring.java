package io.headgate.app;

import io.headgate.aws.AwsClients;
import io.headgate.graphql.GraphQlApi;
import io.headgate.memcached.Memcached;
import io.headgate.memcached.MemcachedConfig;
import io.headgate.redis.RedisConfig;
import io.headgate.redis.SharedRedis;
import io.headgate.response.ChangeFeed;
import io.headgate.response.ResponseCacheConfig;
import io.headgate.user.Announcements;
import io.headgate.user.Store;
import io.headgate.user.UserService;
import io.headgate.user.UserStore;
import io.headgate.user.cache.CacheConfig;
import io.headgate.user.cache.CacheGate;
import io.headgate.user.cache.CacheServer;
import io.headgate.user.cache.CachingUserStore;
import io.headgate.user.cache.MemcachedCacheServer;
import io.headgate.user.cache.RedisCacheServer;
import io.headgate.user.changes.ChangesConfig;
import io.headgate.user.changes.UserEvents;
import io.headgate.user.dynamodb.DynamoDbConfig;
import io.headgate.user.dynamodb.DynamoDbUserEvents;
import io.headgate.user.dynamodb.DynamoDbUserStore;
import io.headgate.user.graphql.UserEventsGraphQlApi;
import io.headgate.user.graphql.UserGraphQlApi;
import io.headgate.user.postgres.PostgresConfig;
import io.headgate.user.postgres.PostgresUserEvents;
import io.headgate.user.postgres.PostgresUserStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.ClientProxy;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.Readiness;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * Users: their stores, each measured below its cache, so that its figures are its own, what follows their changes, and their
 * health.
 */
@Singleton
class UserWiring {

    @Produces
    @Singleton
    PostgresUserStore postgres(Pool pool, PostgresPools pools, PostgresConfig config, MeterRegistry meters) {
        // The readers' pools are made with the primary's, and that when it is first used.
        Pool primary = ClientProxy.unwrap(pool);
        return new PostgresUserStore(primary, pools.readers(), config, meters);
    }

    @Produces
    @Singleton
    DynamoDbUserStore dynamoDb(DynamoDbAsyncClient client, DynamoDbConfig config) {
        return new DynamoDbUserStore(client, config);
    }

    @Produces
    @Singleton
    CacheGate gate(
            Vertx vertx,
            LookedUpRedis redis,
            CacheConfig config,
            MemcachedConfig memcached,
            PostgresConfig postgres,
            DynamoDbConfig dynamoDb,
            MeterRegistry meters) {
        Duration longestWrite = longestWrite(postgres, dynamoDb);
        if (config.tombstoneTtl().compareTo(longestWrite) <= 0) {
            throw new IllegalArgumentException("headgate.cache.tombstone-ttl is " + config.tombstoneTtl()
                    + "; it must be longer than the longest change, which may take " + longestWrite);
        }
        CacheServer server = config.backend() == CacheConfig.Backend.MEMCACHED
                ? new MemcachedCacheServer(
                        vertx,
                        new Memcached(
                                vertx,
                                memcached,
                                config.connectTimeout(),
                                config.maxOutstanding(),
                                new NameLookup(vertx)::of),
                        config)
                : new RedisCacheServer(vertx, redis, config);
        CacheGate gate = new CacheGate(vertx, server, config, meters);
        gate.start();
        return gate;
    }

    void close(@Disposes CacheGate gate) {
        gate.close();
    }

    static boolean isCached(CacheConfig config) {
        return config.enabled() && config.backend() != CacheConfig.Backend.NONE;
    }

    static Duration longestWrite(PostgresConfig postgres, DynamoDbConfig dynamoDb) {
        return Stream.of(
                        dynamoDb.writeTimeout(),
                        postgres.connectionLimit().plus(postgres.writeLimit()).plus(postgres.cancelLimit()))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    @Produces
    @Singleton
    Map<Store, CachingUserStore> caches(
            PostgresUserStore postgres,
            DynamoDbUserStore dynamoDb,
            Instance<CacheGate> gate,
            Instance<ChangeFeed> feed,
            CacheConfig config,
            ResponseCacheConfig responses,
            MeterRegistry meters) {
        Announcements announcements = responses.enabled() ? new FeedAnnouncements(feed.get()) : Announcements.NONE;
        return !isCached(config)
                ? Map.of()
                : Stream.of(postgres, dynamoDb)
                        .map(store -> new CachingUserStore(
                                new MeteredUserStore(store, meters), gate.get(), announcements, config, meters))
                        .collect(Collectors.toMap(CachingUserStore::store, Function.identity()));
    }

    @Produces
    @Singleton
    UserService users(
            PostgresUserStore postgres,
            DynamoDbUserStore dynamoDb,
            Map<Store, CachingUserStore> caches,
            Instance<ChangeFeed> feed,
            ResponseCacheConfig responses,
            MeterRegistry meters) {
        return new UserService(
                Stream.of(postgres, dynamoDb)
                        .<UserStore>map(store -> {
                            CachingUserStore cached = caches.get(store.store());
                            if (cached != null) {
                                return cached;
                            }
                            UserStore metered = new MeteredUserStore(store, meters);
                            return responses.enabled() ? new AnnouncingUserStore(metered, feed.get()) : metered;
                        })
                        .toList(),
                Clock.systemUTC());
    }

    @Produces
    @Singleton
    UserEvents userEvents(
            Vertx vertx,
            LookedUpRedis redis,
            ChangesConfig config,
            RedisConfig redisConfig,
            Pool pool,
            PostgresConfig postgres,
            DynamoDbAsyncClient dynamoDb,
            DynamoDbConfig dynamoDbConfig,
            Map<Store, CachingUserStore> caches,
            Instance<CacheGate> gate,
            Instance<ChangeFeed> feed,
            ResponseCacheConfig responses,
            MeterRegistry meters) {
        return new UserEvents(
                vertx,
                new SharedRedis(vertx, redis, redisConfig, config.timeout()),
                new SharedRedis(vertx, redis, redisConfig, config.timeout()),
                config.stores().orElse(Set.of()).stream()
                        .map(store -> switch (store) {
                            case POSTGRES ->
                                new PostgresUserEvents(ClientProxy.unwrap(pool), postgres, config.slot(), meters);
                            case DYNAMODB ->
                                new DynamoDbUserEvents(dynamoDb, AwsClients.dynamoDbStreams(dynamoDb), dynamoDbConfig);
                        })
                        .toList(),
                new CachedUsers(caches, caches.isEmpty() ? null : gate.get(), responses.enabled() ? feed.get() : null),
                config);
    }

    void close(@Disposes UserEvents events) {
        events.close();
    }

    @Produces
    @Singleton
    GraphQlApi userEventsApi(UserEvents events) {
        return new UserEventsGraphQlApi(events);
    }

    @Produces
    @Singleton
    GraphQlApi userApi(UserService users) {
        return new UserGraphQlApi(users);
    }

    @Produces
    @Singleton
    @Readiness
    StoreHealth postgresHealth(PostgresUserStore postgres) {
        return new StoreHealth(postgres, System::nanoTime);
    }

    @Produces
    @Singleton
    @Readiness
    StoreHealth dynamoDbHealth(DynamoDbUserStore dynamoDb) {
        return new StoreHealth(dynamoDb, System::nanoTime);
    }

    @Produces
    @Singleton
    @Readiness
    CacheHealth cacheHealth(Instance<CacheGate> gate, CacheConfig config) {
        return isCached(config)
                ? new CacheHealth(
                        config.backend() == CacheConfig.Backend.MEMCACHED ? "cache in Memcached" : "cache in Redis",
                        gate.get()::usable)
                : new CacheHealth("no cache", () -> true);
    }
}
