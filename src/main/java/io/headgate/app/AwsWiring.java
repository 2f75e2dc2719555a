package io.headgate.app;

import io.headgate.aws.AwsClients;
import io.headgate.aws.CloudWatch;
import io.headgate.aws.CloudWatchConfig;
import io.headgate.aws.DatabaseSecret;
import io.headgate.aws.RdsTokens;
import io.headgate.aws.SecretsManagerConfig;
import io.headgate.recovery.elasticache.ElastiCacheConfig;
import io.headgate.user.postgres.PostgresConfig;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.RdsAsyncClientBuilder;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerAsyncClient;

/** What asks AWS, beside Headgate's own adapters. */
@Singleton
class AwsWiring {

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
    DynamoDbAsyncClient dynamoDbClient(DynamoDbAsyncClientBuilder builder) {
        return AwsClients.withoutBlindRetries(builder).build();
    }

    void close(@Disposes DynamoDbAsyncClient client) {
        client.close();
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
    SecretsManagerAsyncClient secretsManagerClient(RdsAsyncClient rds, SecretsManagerConfig config) {
        return AwsClients.secretsManager(rds, config);
    }

    void close(@Disposes SecretsManagerAsyncClient client) {
        client.close();
    }

    @Produces
    @Singleton
    RdsTokens rdsTokens(RdsAsyncClient client) {
        return new RdsTokens(client);
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
    CloudWatch cloudWatch(Vertx vertx, RdsAsyncClient client, CloudWatchConfig config) {
        return new CloudWatch(vertx, client, config);
    }
}
