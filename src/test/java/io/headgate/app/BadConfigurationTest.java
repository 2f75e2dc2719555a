package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.graphql.GraphQlConfig;
import io.headgate.http.HttpConfig;
import io.headgate.limit.LimitConfig;
import io.headgate.recovery.RecoveryConfig;
import io.headgate.recovery.dynamodb.DynamoDbRecoveryConfig;
import io.headgate.recovery.ledger.LedgerConfig;
import io.headgate.recovery.rds.RdsConfig;
import io.headgate.security.Authentication;
import io.headgate.security.SecurityConfig;
import io.headgate.user.cache.CacheConfig;
import io.headgate.user.dynamodb.DynamoDbConfig;
import io.headgate.user.postgres.PostgresConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.validator.BeanValidationConfigValidatorImpl;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bad value stops the start, and the message names the property. */
class BadConfigurationTest {

    @ParameterizedTest
    @CsvSource({
        "headgate.cache.ttl, soon",
        "headgate.cache.ttl, 0s",
        "headgate.cache.timeout, -1s",
        "headgate.cache.jitter, 1.5",
        "headgate.cache.jitter, -0.1",
        "headgate.cache.max-outstanding, 0",
        "headgate.cache.failure-threshold, none",
        "headgate.cache.key-prefix, a{b}",
        "headgate.cache.enabled-by-mistake, true",
        "headgate.cache.backend, ehcache",
        "headgate.postgres.read-limit, long",
        "headgate.dynamodb.max-items-per-list, many",
        "headgate.dynamodb.max-items-per-list, 0",
        "headgate.dynamodb.attempt-timeout, 0s",
        "headgate.dynamodb.read-timeout, 0s",
        "headgate.dynamodb.write-timeout, 0s",
        "headgate.dynamodb.max-items-per-count, 0",
        "headgate.postgres.reader-max-lag, 0s",
        "headgate.postgres.reader-check-interval, 0s",
        "headgate.dynamodb.unknown, 1",
        "headgate.recovery.lease, 0s",
        "headgate.recovery.max-driven, 0",
        "headgate.recovery.rds.read-timeout, -1s",
        "headgate.recovery.dynamodb.write-timeout, 0s",
        "headgate.http.shutdown-delay, -1s",
        "headgate.http.shutdown-timeout, 0s",
        "headgate.http.persisted-query-ttl, 0s",
        "headgate.ledger.attempt-timeout, 0s",
        "headgate.limits.request-rate, -1",
        "headgate.limits.request-burst, 0",
        "headgate.limits.failed-authentication-rate, 1.5",
        "headgate.limits.failed-authentication-burst, 0",
        "headgate.limits.key-prefix, a:b",
        "headgate.limits.executions, 0",
        "headgate.limits.queued-executions, -1",
        "headgate.limits.queue-time, 0s",
        "headgate.limits.connections, 0",
        "headgate.limits.connections-per-client, 0",
        "headgate.limits.uninitialised-connections-per-address, -1",
        "headgate.limits.operations, 0",
        "headgate.limits.operations-per-client, many",
        "headgate.limits.operations-per-connection, 0",
        "headgate.graphql.max-document-size, -1",
        "headgate.graphql.max-tokens, 0",
        "headgate.graphql.max-depth, none",
        "headgate.graphql.max-fields, 0",
        "headgate.graphql.max-root-fields, 0",
        "headgate.graphql.max-aliases, -1",
        "headgate.graphql.max-directives, -1",
        "headgate.graphql.max-list-size, 0",
        "headgate.graphql.max-cost, 0",
        "headgate.graphql.request-timeout, 0s"
    })
    void badValueIsRefusedByName(String property, String value) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withMapping(CacheConfig.class)
                .withMapping(PostgresConfig.class)
                .withMapping(DynamoDbConfig.class)
                .withMapping(RecoveryConfig.class)
                .withMapping(RdsConfig.class)
                .withMapping(DynamoDbRecoveryConfig.class)
                .withMapping(LedgerConfig.class)
                .withMapping(HttpConfig.class)
                .withMapping(LimitConfig.class)
                .withMapping(GraphQlConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withValidator(new BeanValidationConfigValidatorImpl())
                .withDefaultValues(Map.of(property, value));

        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> {
                    SmallRyeConfig config = builder.build();
                    config.getConfigMapping(CacheConfig.class);
                })
                .withMessageContaining(property);
    }

    @ParameterizedTest
    @CsvSource({
        "headgate.security.mode=required, headgate.security.mode is required",
        "headgate.security.mode=optional, headgate.security.mode is optional",
        "quarkus.oidc.auth-server-url=https://issuer, quarkus.oidc.token.audience is not set"
    })
    void aGatewayThatIsOpenOrOpenToNobodyDoesNotStart(String given, String message) {
        String[] property = given.split("=", 2);
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withMapping(SecurityConfig.class)
                .withDefaultValues(Map.of(property[0], property[1]))
                .build();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() ->
                        RequiredProperties.checkAuthentication(config, config.getConfigMapping(SecurityConfig.class)))
                .withMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({
        "headgate.security.api-keys.billing.sha256, secret, headgate.security.api-keys.billing.sha256 must be SHA-256",
        "headgate.security.api-keys.billing.roles, reader, headgate.security.api-keys.billing.sha256",
        "headgate.security.mode, maybe, headgate.security.mode",
        "headgate.security.roles.admins, owner, headgate.security.roles.admins"
    })
    void badSecurityIsRefusedByName(String property, String value, String message) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withMapping(SecurityConfig.class)
                .withDefaultValues(Map.of("headgate.security.api-keys.billing.roles", "reader"))
                .withSources(new PropertiesConfigSource(Map.of(property, value), "test", 100));

        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> new Authentication(
                        builder.build().getConfigMapping(SecurityConfig.class), null, InstantSource.system()))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "quarkus.redis.hosts, quarkus.datasource.reactive.url",
        "quarkus.datasource.reactive.url, quarkus.redis.hosts"
    })
    void missingPropertyIsNamed(String given, String missing) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withDefaultValues(Map.of(given, "redis://localhost"))
                .build();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> RequiredProperties.check(config))
                .withMessageStartingWith(missing);
    }
}
