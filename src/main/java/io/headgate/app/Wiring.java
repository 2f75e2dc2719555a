package io.headgate.app;

import io.headgate.audit.AuditConfig;
import io.headgate.audit.AuditLog;
import io.headgate.audit.StandardOutput;
import io.headgate.aws.AwsClients;
import io.headgate.aws.CloudWatch;
import io.headgate.aws.CloudWatchConfig;
import io.headgate.aws.DatabaseSecret;
import io.headgate.aws.RdsTokens;
import io.headgate.aws.SecretsManagerConfig;
import io.headgate.choice.graphql.ChoiceGraphQlApi;
import io.headgate.fleet.Fleet;
import io.headgate.fleet.JoinedFleet;
import io.headgate.fleet.elasticache.ElastiCacheFleet;
import io.headgate.fleet.graphql.FleetGraphQlApi;
import io.headgate.fleet.rds.AuroraFleetTarget;
import io.headgate.fleet.rds.RdsFleet;
import io.headgate.fleet.rds.RdsFleetTarget;
import io.headgate.graphql.GraphQlApi;
import io.headgate.graphql.GraphQlConfig;
import io.headgate.graphql.GraphQlEngine;
import io.headgate.http.GraphQlRoute;
import io.headgate.http.HttpConfig;
import io.headgate.leaderboard.Leaderboards;
import io.headgate.leaderboard.graphql.LeaderboardGraphQlApi;
import io.headgate.limit.Admission;
import io.headgate.limit.Connections;
import io.headgate.limit.Executions;
import io.headgate.limit.LimitConfig;
import io.headgate.memcached.Memcached;
import io.headgate.memcached.MemcachedConfig;
import io.headgate.message.MessageConfig;
import io.headgate.message.Messages;
import io.headgate.message.graphql.MessageGraphQlApi;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.OperationLedger;
import io.headgate.recovery.OperationRunner;
import io.headgate.recovery.RecoveryConfig;
import io.headgate.recovery.RecoveryService;
import io.headgate.recovery.RecoveryTarget;
import io.headgate.recovery.dynamodb.DynamoDbRecoveryConfig;
import io.headgate.recovery.dynamodb.DynamoDbRecoveryTarget;
import io.headgate.recovery.elasticache.ElastiCacheConfig;
import io.headgate.recovery.elasticache.ElastiCacheRecoveryTarget;
import io.headgate.recovery.graphql.RecoveryGraphQlApi;
import io.headgate.recovery.ledger.DynamoDbOperationLedger;
import io.headgate.recovery.ledger.LedgerConfig;
import io.headgate.recovery.rds.RdsConfig;
import io.headgate.redis.Bell;
import io.headgate.redis.RedisConfig;
import io.headgate.redis.RedisData;
import io.headgate.redis.SharedRedis;
import io.headgate.response.ChangeFeed;
import io.headgate.response.ChangeLog;
import io.headgate.response.ResponseCache;
import io.headgate.response.ResponseCacheConfig;
import io.headgate.response.SharedAnswers;
import io.headgate.security.Authentication;
import io.headgate.security.SecurityConfig;
import io.headgate.session.SessionConfig;
import io.headgate.session.Sessions;
import io.headgate.session.graphql.SessionGraphQlApi;
import io.headgate.table.TableConfig;
import io.headgate.table.TableReader;
import io.headgate.table.graphql.TableGraphQlApi;
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
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.arc.ClientProxy;
import io.quarkus.oidc.TenantIdentityProvider;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.RdsAsyncClientBuilder;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerAsyncClient;

/** What is made of what. Each store is measured below its cache, so that its figures are the store's own. */
@Singleton
class Wiring {

    /** How many tags' changes each replica knows; answers that are older than all of these are made anew. */
    private static final int CHANGES = 20_000;

    /** How long a replica believes what it knows of changes: see docs/adr/0008-response-cache.md. */
    private static final Duration BELIEF = Duration.ofMillis(200);

    @Produces
    @Singleton
    PostgresUserStore postgres(Pool pool, PostgresPools pools, PostgresConfig config, MeterRegistry meters) {
        // The readers' pools are made with the primary's, and that when it is first used.
        Pool primary = ClientProxy.unwrap(pool);
        return new PostgresUserStore(primary, pools.readers(), config, meters);
    }

    @Produces
    @Singleton
    RdsTokens rdsTokens(RdsAsyncClient client) {
        return new RdsTokens(client);
    }

    @Produces
    @Singleton
    SecretsManagerAsyncClient secretsManagerClient(RdsAsyncClient rds, SecretsManagerConfig config) {
        return AwsClients.secretsManager(rds, config);
    }

    void close(@Disposes SecretsManagerAsyncClient client) {
        client.close();
    }

    @Produces
    @Singleton
    DatabaseSecret databaseSecret(
            SecretsManagerAsyncClient client, PostgresConfig postgres, SecretsManagerConfig config) {
        return new DatabaseSecret(
                client,
                postgres.secretId()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "headgate.postgres.secret-id is not set: it names the secret to log in with")),
                config);
    }

    @Produces
    @Singleton
    DynamoDbAsyncClient dynamoDbClient(DynamoDbAsyncClientBuilder builder) {
        return AwsClients.withoutBlindRetries(builder).build();
    }

    void close(@Disposes DynamoDbAsyncClient client) {
        client.close();
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
            Redis redis,
            @ConfigProperty(name = "quarkus.redis.hosts") Optional<List<URI>> hosts,
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
                : new RedisCacheServer(vertx, lookedUp(vertx, redis, hosts), config);
        CacheGate gate = new CacheGate(vertx, server, config, meters);
        gate.start();
        return gate;
    }

    void close(@Disposes CacheGate gate) {
        gate.close();
    }

    private static boolean isCached(CacheConfig config) {
        return config.enabled() && config.backend() != CacheConfig.Backend.NONE;
    }

    private static Duration longestWrite(PostgresConfig postgres, DynamoDbConfig dynamoDb) {
        return Stream.of(
                        dynamoDb.writeTimeout(),
                        postgres.connectionLimit().plus(postgres.writeLimit()).plus(postgres.cancelLimit()))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Redis lookedUp(Vertx vertx, Redis redis, Optional<List<URI>> hosts) {
        return new LookedUpRedis(redis, hosts.orElse(List.of()), new NameLookup(vertx));
    }

    @Produces
    @Singleton
    SharedRedis sharedRedis(
            Vertx vertx,
            Redis redis,
            @ConfigProperty(name = "quarkus.redis.hosts") Optional<List<URI>> hosts,
            RedisConfig config) {
        return new SharedRedis(vertx, lookedUp(vertx, redis, hosts), config);
    }

    void close(@Disposes SharedRedis redis) {
        redis.close();
    }

    @Produces
    @Singleton
    RedisData redisData(
            Vertx vertx,
            Redis redis,
            @ConfigProperty(name = "quarkus.redis.hosts") Optional<List<URI>> hosts,
            RedisConfig config) {
        return new RedisData(vertx, lookedUp(vertx, redis, hosts), config);
    }

    void close(@Disposes RedisData redis) {
        redis.close();
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
    Bell bell(
            Vertx vertx,
            Redis redis,
            @ConfigProperty(name = "quarkus.redis.hosts") Optional<List<URI>> hosts,
            RedisConfig config) {
        return new Bell(vertx, lookedUp(vertx, redis, hosts), config, "messages");
    }

    void close(@Disposes Bell bell) {
        bell.close();
    }

    @Produces
    @Singleton
    GraphQlApi messageApi(RedisData redis, Bell bell, MessageConfig config) {
        return new MessageGraphQlApi(new Messages(redis, bell, config));
    }

    @Produces
    @Singleton
    GraphQlApi tableApi(DynamoDbAsyncClient client, TableConfig config) {
        return new TableGraphQlApi(new TableReader(client, config));
    }

    @Produces
    @Singleton
    ChangeLog changeLog(RedisConfig config) {
        return new ChangeLog(CHANGES, BELIEF, ChangeFeed.settling(config.timeout()), System::nanoTime);
    }

    @Produces
    @Singleton
    ChangeFeed changeFeed(
            Vertx vertx,
            Redis redis,
            @ConfigProperty(name = "quarkus.redis.hosts") Optional<List<URI>> hosts,
            ChangeLog log,
            ResponseCacheConfig config,
            RedisConfig redisConfig,
            PostgresConfig postgres,
            DynamoDbConfig dynamoDb) {
        ChangeFeed feed = new ChangeFeed(
                vertx,
                lookedUp(vertx, redis, hosts),
                log,
                config.keyPrefix(),
                redisConfig.timeout(),
                longestWrite(postgres, dynamoDb),
                System::nanoTime);
        feed.start();
        return feed;
    }

    void close(@Disposes ChangeFeed feed) {
        feed.close();
    }

    @Produces
    @Singleton
    ResponseCache responseCache(ChangeLog log, ResponseCacheConfig config, MeterRegistry meters) {
        ResponseCache cache = new ResponseCache(
                log, config.maxSize().asLongValue(), config.maxAge(), config.maxLag(), System::nanoTime);
        Gauge.builder("headgate.response.cache.size", cache, ResponseCache::bytes)
                .description("About how much the answers take that are kept in the process")
                .baseUnit("bytes")
                .register(meters);
        return cache;
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
            Redis redis,
            @ConfigProperty(name = "quarkus.redis.hosts") Optional<List<URI>> hosts,
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
                new SharedRedis(vertx, lookedUp(vertx, redis, hosts), redisConfig, config.timeout()),
                new SharedRedis(vertx, lookedUp(vertx, redis, hosts), redisConfig, config.timeout()),
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
    RdsAsyncClient rdsClient(RdsAsyncClientBuilder builder) {
        return AwsClients.withoutBlindRetries(builder).build();
    }

    void close(@Disposes RdsAsyncClient client) {
        client.close();
    }

    @Produces
    @Singleton
    RecoveryTarget rdsTarget(RdsAsyncClient client, RdsConfig config) {
        return new RdsFleetTarget(client, config);
    }

    @Produces
    @Singleton
    RecoveryTarget auroraTarget(RdsAsyncClient client, RdsConfig config) {
        return new AuroraFleetTarget(client, config);
    }

    @Produces
    @Singleton
    RecoveryTarget dynamoDbTarget(
            DynamoDbAsyncClient client, DynamoDbRecoveryConfig config, DynamoDbConfig users, LedgerConfig ledger) {
        return new DynamoDbRecoveryTarget(client, config, Set.of(users.table(), ledger.table()));
    }

    /** Made when caches are first asked for. */
    @Produces
    @ApplicationScoped
    ElastiCacheAsyncClient elastiCacheClient(RdsAsyncClient rds, ElastiCacheConfig config) {
        return AwsClients.elastiCache(
                rds, config.endpointOverride(), config.attemptTimeout().minusSeconds(1));
    }

    void close(@Disposes ElastiCacheAsyncClient client) {
        client.close();
    }

    @Produces
    @Singleton
    RecoveryTarget elastiCacheTarget(ElastiCacheAsyncClient client, ElastiCacheConfig config) {
        return new ElastiCacheRecoveryTarget(client, config);
    }

    @Produces
    @Singleton
    OperationLedger ledger(DynamoDbAsyncClient client, LedgerConfig config) {
        return new DynamoDbOperationLedger(client, config);
    }

    @Produces
    @Singleton
    OperationRunner operations(Instance<RecoveryTarget> targets, OperationLedger ledger, RecoveryConfig config) {
        return new OperationRunner(byKind(targets, config), ledger, config, Clock.systemUTC());
    }

    @Produces
    @Singleton
    RecoveryService recovery(
            Instance<RecoveryTarget> targets,
            OperationLedger ledger,
            OperationRunner operations,
            RecoveryConfig config) {
        return new RecoveryService(byKind(targets, config), ledger, operations, config, Clock.systemUTC());
    }

    private static Map<DatabaseKind, RecoveryTarget> byKind(Instance<RecoveryTarget> targets, RecoveryConfig config) {
        return targets.stream()
                .filter(target -> config.kinds().contains(target.kind()))
                .collect(Collectors.toMap(RecoveryTarget::kind, Function.identity()));
    }

    @Produces
    @Singleton
    GraphQlApi recoveryApi(RecoveryService recovery) {
        return new RecoveryGraphQlApi(recovery);
    }

    @Produces
    @Singleton
    GraphQlApi choiceApi() {
        return new ChoiceGraphQlApi();
    }

    @Produces
    @Singleton
    CloudWatch cloudWatch(Vertx vertx, RdsAsyncClient client, CloudWatchConfig config) {
        return new CloudWatch(vertx, client, config);
    }

    @Produces
    @Singleton
    Fleet fleet(
            RdsAsyncClient client,
            CloudWatch cloudWatch,
            RdsConfig config,
            ElastiCacheAsyncClient elastiCache,
            ElastiCacheConfig caches,
            RecoveryConfig kinds) {
        Fleet rds = new RdsFleet(client, cloudWatch, config, kinds.kinds());
        return kinds.kinds().contains(DatabaseKind.CACHE_CLUSTER)
                ? new JoinedFleet(List.of(rds, new ElastiCacheFleet(elastiCache, cloudWatch, caches)))
                : rds;
    }

    @Produces
    @Singleton
    GraphQlApi fleetApi(RecoveryService recovery, Fleet fleet) {
        return new FleetGraphQlApi(recovery, fleet);
    }

    @Produces
    @Singleton
    StandardOutput auditOutput() {
        return StandardOutput.of(AuditLog.NAME);
    }

    void close(@Disposes StandardOutput output) {
        output.close();
    }

    @Produces
    @Singleton
    AuditLog audit(AuditConfig config, StandardOutput output) {
        return new AuditLog(config, InstantSource.system(), Logger.getLogger(AuditLog.NAME)::info, output::written);
    }

    @Produces
    @Singleton
    GraphQlEngine engine(
            Instance<GraphQlApi> apis, GraphQlConfig config, AuditLog audit, ResponseCacheConfig responses) {
        return new GraphQlEngine(apis.stream().toList(), config, audit, responses.maxAgeOf());
    }

    @Produces
    @Singleton
    Authentication authentication(
            SecurityConfig config,
            @ConfigProperty(name = OptionalOidc.ISSUER) Optional<String> issuer,
            Instance<TenantIdentityProvider> provider) {
        return new Authentication(
                config, issuer.isPresent() ? new OidcTokens(provider.get()) : null, InstantSource.system());
    }

    @Produces
    @Singleton
    Admission admission(Authentication authentication, SharedRedis redis, LimitConfig config) {
        return new Admission(authentication, redis, config);
    }

    @Produces
    @Singleton
    Connections connections(LimitConfig config) {
        return new Connections(config);
    }

    @Produces
    @Singleton
    Executions executions(Vertx vertx, LimitConfig config, MeterRegistry meters) {
        Executions executions = new Executions(vertx, config);
        meters.gauge("headgate.executions", Tags.of("state", "running"), executions, Executions::running);
        meters.gauge("headgate.executions", Tags.of("state", "queued"), executions, Executions::queued);
        return executions;
    }

    @Produces
    @Singleton
    GraphQlRoute route(
            Vertx vertx,
            GraphQlEngine engine,
            Admission admission,
            Connections connections,
            Executions executions,
            HttpConfig config,
            SharedRedis redis,
            AuditLog audit,
            ResponseCache cache,
            ResponseCacheConfig responses,
            CacheConfig users,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean isUntraced,
            VertxHttpConfig http,
            @ConfigProperty(name = "quarkus.http.cors.origins") Optional<List<String>> origins,
            MeterRegistry meters) {
        return new GraphQlRoute(
                vertx,
                engine,
                admission,
                connections,
                executions,
                config,
                redis,
                audit,
                cache,
                new SharedAnswers(cache, redis, responses.keyPrefix(), Clock.systemUTC()),
                isCached(users),
                !isUntraced,
                origins.orElse(List.of()),
                headers(http),
                meters);
    }

    /** Those that the framework puts into the answers to all requests to GraphQL. */
    private static Map<String, String> headers(VertxHttpConfig http) {
        Map<String, String> headers = new HashMap<>();
        http.header().forEach((name, header) -> {
            if (header.path().equals("/*") && header.methods().isEmpty()) {
                headers.put(name, header.value());
            }
        });
        http.filter().values().stream()
                .filter(filter -> GraphQlRoute.PATH.matches(filter.matches())
                        && filter.methods().isEmpty())
                .forEach(filter -> headers.putAll(filter.header()));
        return headers;
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
    HealthCheck shutdownHealth(GraphQlRoute route) {
        return () ->
                HealthCheckResponse.named("shutdown").status(!route.isLeaving()).build();
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
