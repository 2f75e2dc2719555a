package io.headgate.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.core.client.builder.SdkClientBuilder;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbServiceClientConfiguration;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClientBuilder;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClientBuilder;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.RdsServiceClientConfiguration;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerAsyncClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerAsyncClientBuilder;

/**
 * How Headgate's clients of AWS are built: such that nothing is done twice. By default the SDK sends a request again when
 * its answer was lost, changes too. Here it does so only when AWS said that it executed nothing, for it was asked too
 * often or the clock was wrong; whether anything else may be sent again only the caller knows.
 *
 * <p>Each pause is random up to a bound that doubles, and a client that is refused again and again stops trying. The SDK's
 * adaptive strategy, which also holds back first requests, is not used: after one refusal a client with few requests sends
 * one every two seconds, and what it holds back times out as if its answer were lost.
 *
 * <p>Quarkus injects the builders, which have all of its configuration:
 *
 * <pre>{@code
 * @Produces @ApplicationScoped
 * DynamoDbAsyncClient client(DynamoDbAsyncClientBuilder builder) {
 *     return AwsClients.withoutBlindRetries(builder).build();
 * }
 * }</pre>
 *
 * @see <a href="https://docs.aws.amazon.com/sdk-for-java/latest/developer-guide/retry-strategy.html">Retry strategies of
 *     the AWS SDK</a>
 */
public final class AwsClients {

    private static final int SECRET_CONNECTIONS = 2;
    private static final int CACHE_CONNECTIONS = 10;
    private static final int STREAM_CONNECTIONS = 20;
    private static final Duration STREAM_CONNECTION_LIMIT = Duration.ofSeconds(1);
    private static final int MAX_ATTEMPTS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private AwsClients() {}

    /** The builder, its retries replaced and all else as it was. */
    public static <B extends SdkClientBuilder<B, ?>> B withoutBlindRetries(B builder) {
        return builder.overrideConfiguration(builder.overrideConfiguration().toBuilder()
                .retryStrategy(retriesOfTheRefused())
                .build());
    }

    /** A client of Secrets Manager with the credentials of another one, and its region where none is configured. */
    public static SecretsManagerAsyncClient secretsManager(RdsAsyncClient like, SecretsManagerConfig config) {
        RdsServiceClientConfiguration alike = like.serviceClientConfiguration();
        SecretsManagerAsyncClientBuilder builder = SecretsManagerAsyncClient.builder()
                .credentialsProvider(alike.credentialsProvider())
                .region(config.region().map(Region::of).orElse(alike.region()))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(SECRET_CONNECTIONS)
                        .connectionTimeout(config.timeout())
                        .connectionAcquisitionTimeout(config.timeout()));
        config.endpointOverride().ifPresent(builder::endpointOverride);
        return withoutBlindRetries(builder).build();
    }

    /**
     * A client of ElastiCache with the region and credentials of another one.
     *
     * @param endpoint another one than AWS's
     * @param connectionLimit how long a connection is waited for
     */
    public static ElastiCacheAsyncClient elastiCache(
            RdsAsyncClient like, Optional<URI> endpoint, Duration connectionLimit) {
        RdsServiceClientConfiguration alike = like.serviceClientConfiguration();
        ElastiCacheAsyncClientBuilder builder = ElastiCacheAsyncClient.builder()
                .credentialsProvider(alike.credentialsProvider())
                .region(alike.region())
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(CACHE_CONNECTIONS)
                        .connectionTimeout(connectionLimit)
                        .connectionAcquisitionTimeout(connectionLimit));
        endpoint.ifPresent(builder::endpointOverride);
        return withoutBlindRetries(builder).build();
    }

    /** A client of DynamoDB's streams with the region, credentials and endpoint of another one. */
    public static DynamoDbStreamsAsyncClient dynamoDbStreams(DynamoDbAsyncClient like) {
        DynamoDbServiceClientConfiguration alike = like.serviceClientConfiguration();
        DynamoDbStreamsAsyncClientBuilder builder = DynamoDbStreamsAsyncClient.builder()
                .credentialsProvider(alike.credentialsProvider())
                .region(alike.region())
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(STREAM_CONNECTIONS)
                        .connectionTimeout(STREAM_CONNECTION_LIMIT)
                        .connectionAcquisitionTimeout(STREAM_CONNECTION_LIMIT));
        alike.endpointOverride().ifPresent(builder::endpointOverride);
        return withoutBlindRetries(builder).build();
    }

    private static RetryStrategy retriesOfTheRefused() {
        BackoffStrategy backoff = BackoffStrategy.exponentialDelay(FIRST_PAUSE, LONGEST_PAUSE);
        return DefaultRetryStrategy.standardStrategyBuilder()
                // The default conditions, which the client would add, are those that send blindly.
                .useClientDefaults(false)
                .maxAttempts(MAX_ATTEMPTS)
                .retryOnException(AwsClients::wasNotExecuted)
                .treatAsThrottling(AwsClients::wasNotExecuted)
                .backoffStrategy(backoff)
                .throttlingBackoffStrategy(backoff)
                .build();
    }

    private static boolean wasNotExecuted(Throwable failure) {
        return failure instanceof SdkServiceException refusal
                && (refusal.isThrottlingException() || refusal.isClockSkewException());
    }
}
