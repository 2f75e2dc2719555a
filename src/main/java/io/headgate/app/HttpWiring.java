package io.headgate.app;

import io.headgate.audit.AuditConfig;
import io.headgate.audit.AuditLog;
import io.headgate.audit.StandardOutput;
import io.headgate.graphql.GraphQlApi;
import io.headgate.graphql.GraphQlConfig;
import io.headgate.graphql.GraphQlEngine;
import io.headgate.http.GraphQlRoute;
import io.headgate.http.HttpConfig;
import io.headgate.limit.Admission;
import io.headgate.limit.Connections;
import io.headgate.limit.Executions;
import io.headgate.limit.LimitConfig;
import io.headgate.redis.RedisConfig;
import io.headgate.redis.SharedRedis;
import io.headgate.response.ChangeFeed;
import io.headgate.response.ChangeLog;
import io.headgate.response.ResponseCache;
import io.headgate.response.ResponseCacheConfig;
import io.headgate.response.SharedAnswers;
import io.headgate.security.Authentication;
import io.headgate.security.SecurityConfig;
import io.headgate.user.cache.CacheConfig;
import io.headgate.user.dynamodb.DynamoDbConfig;
import io.headgate.user.postgres.PostgresConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.oidc.TenantIdentityProvider;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/** From a request to its answer: the route, the engine, and the answers that are kept. */
@Singleton
class HttpWiring {

    /** How many tags' changes each replica knows; answers that are older than all of these are made anew. */
    private static final int CHANGES = 20_000;

    /** How long a replica believes what it knows of changes: see docs/adr/0008-response-cache.md. */
    private static final Duration BELIEF = Duration.ofMillis(200);

    @Produces
    @Singleton
    ChangeLog changeLog(RedisConfig config) {
        return new ChangeLog(CHANGES, BELIEF, ChangeFeed.settling(config.timeout()), System::nanoTime);
    }

    @Produces
    @Singleton
    ChangeFeed changeFeed(
            Vertx vertx,
            LookedUpRedis redis,
            ChangeLog log,
            ResponseCacheConfig config,
            RedisConfig redisConfig,
            PostgresConfig postgres,
            DynamoDbConfig dynamoDb) {
        ChangeFeed feed = new ChangeFeed(
                vertx,
                redis,
                log,
                config.keyPrefix(),
                redisConfig.timeout(),
                UserWiring.longestWrite(postgres, dynamoDb),
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
                UserWiring.isCached(users),
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
    HealthCheck shutdownHealth(GraphQlRoute route) {
        return () ->
                HealthCheckResponse.named("shutdown").status(!route.isLeaving()).build();
    }
}
