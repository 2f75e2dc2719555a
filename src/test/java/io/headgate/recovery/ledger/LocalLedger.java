package io.headgate.recovery.ledger;

import io.headgate.aws.AwsClients;
import io.headgate.aws.DynamoDbTables;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalDynamoDb;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** A new, empty ledger in the local cloud's DynamoDB. */
public final class LocalLedger {

    /** Shared and open as long as the JVM, for to close one takes two seconds. */
    private static final SdkAsyncHttpClient CONNECTIONS =
            NettyNioAsyncHttpClient.builder().maxConcurrency(100).build();

    private final String table = "Operations-" + UUID.randomUUID();
    private final DynamoDbAsyncClient client = AwsClients.withoutBlindRetries(DynamoDbAsyncClient.builder()
                    .endpointOverride(LocalCloud.shared().dynamoDb().endpoint())
                    .region(Region.of(LocalDynamoDb.REGION))
                    .credentialsProvider(StaticCredentialsProvider.create(
                            AwsBasicCredentials.create(LocalDynamoDb.ACCESS_KEY, LocalDynamoDb.ACCESS_KEY)))
                    .httpClient(CONNECTIONS))
            .build();

    private LocalLedger() {}

    public static LocalLedger create() {
        LocalLedger ledger = new LocalLedger();
        DynamoDbTables.createIfAbsent(ledger.client, LedgerTable.createRequest(ledger.table))
                .await()
                .atMost(Duration.ofSeconds(30));
        return ledger;
    }

    /** One whose table does not exist. */
    static LocalLedger absent() {
        return new LocalLedger();
    }

    /** A view of it, as each replica has one. */
    public DynamoDbOperationLedger open() {
        return new DynamoDbOperationLedger(client, config(Map.of("headgate.ledger.table", table)));
    }

    static LedgerConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .withMapping(LedgerConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build()
                .getConfigMapping(LedgerConfig.class);
    }

    DynamoDbAsyncClient client() {
        return client;
    }

    String table() {
        return table;
    }
}
