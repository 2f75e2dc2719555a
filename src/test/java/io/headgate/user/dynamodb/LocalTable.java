package io.headgate.user.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.aws.AwsClients;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalDynamoDb;
import io.headgate.user.User;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/** A new table of users in DynamoDB Local, and stores on it as they are configured in production. */
final class LocalTable {

    private static final String PREFIX = "headgate.dynamodb.";

    private static final int BATCH = 25;

    /** Shared by all clients and open as long as the JVM, for to close one takes two seconds. */
    private static final SdkAsyncHttpClient CONNECTIONS = NettyNioAsyncHttpClient.builder()
            .maxConcurrency(300)
            // Where a connection was refused, the next attempt at one may hang until this ends it.
            .connectionAcquisitionTimeout(Duration.ofSeconds(1))
            .build();

    private static final StaticCredentialsProvider CREDENTIALS = StaticCredentialsProvider.create(
            AwsBasicCredentials.create(LocalDynamoDb.ACCESS_KEY, LocalDynamoDb.ACCESS_KEY));

    private final String name = "Users-" + UUID.randomUUID();

    private LocalTable() {}

    static LocalTable create() {
        LocalTable table = new LocalTable();
        try (DynamoDbAsyncClient client = client(endpoint())) {
            new UsersTable(table.name).createIfAbsent(client).await().atMost(Duration.ofSeconds(30));
        }
        return table;
    }

    /** A table that does not exist. */
    static LocalTable absent() {
        return new LocalTable();
    }

    String name() {
        return name;
    }

    /** The default configuration, but for the table and what is given here. */
    DynamoDbConfig config(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(Map.of(PREFIX + "table", name));
        properties.forEach((key, value) -> all.put(PREFIX + key, value));
        return new SmallRyeConfigBuilder()
                .withMapping(DynamoDbConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .build()
                .getConfigMapping(DynamoDbConfig.class);
    }

    /** Puts users whole, both items of each, as the loader of sample data does. */
    static void load(DynamoDbAsyncClient client, String table, List<User> users) {
        List<WriteRequest> puts = users.stream()
                .flatMap(user -> UsersTable.items(user).stream())
                .map(item ->
                        WriteRequest.builder().putRequest(put -> put.item(item)).build())
                .toList();
        List<Uni<BatchWriteItemResponse>> batches = IntStream.rangeClosed(0, (puts.size() - 1) / BATCH)
                .mapToObj(i -> puts.subList(i * BATCH, Math.min((i + 1) * BATCH, puts.size())))
                .map(batch -> Uni.createFrom()
                        .completionStage(
                                () -> client.batchWriteItem(request -> request.requestItems(Map.of(table, batch)))))
                .toList();
        Uni.join()
                .all(batches)
                .usingConcurrencyOf(4)
                .andFailFast()
                .await()
                .atMost(Duration.ofSeconds(60))
                .forEach(answer -> assertThat(answer.unprocessedItems()).isEmpty());
    }

    static URI endpoint() {
        return LocalCloud.shared().dynamoDb().endpoint();
    }

    /** A client of the table's stream, which the caller closes. */
    static DynamoDbStreamsAsyncClient streams() {
        return DynamoDbStreamsAsyncClient.builder()
                .endpointOverride(endpoint())
                .region(Region.of(LocalDynamoDb.REGION))
                .credentialsProvider(CREDENTIALS)
                .httpClient(CONNECTIONS)
                .build();
    }

    /** A client, which the caller closes. */
    static DynamoDbAsyncClient client(URI endpoint, ExecutionInterceptor... interceptors) {
        return AwsClients.withoutBlindRetries(DynamoDbAsyncClient.builder()
                        .endpointOverride(endpoint)
                        .region(Region.of(LocalDynamoDb.REGION))
                        .credentialsProvider(CREDENTIALS)
                        .overrideConfiguration(overrides -> {
                            for (ExecutionInterceptor interceptor : interceptors) {
                                overrides.addExecutionInterceptor(interceptor);
                            }
                        })
                        .httpClient(CONNECTIONS))
                .build();
    }
}
