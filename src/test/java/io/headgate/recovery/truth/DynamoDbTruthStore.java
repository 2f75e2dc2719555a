package io.headgate.recovery.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalDynamoDb;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** A table with a composite key and an index that lacks some of the items, whose recovery is enabled. */
final class DynamoDbTruthStore implements TruthStore<Map<String, AttributeValue>> {

    static final String OWNER = "owner";
    static final String NUMBER = "number";
    static final String COUNTER = "counter";

    /** The index's key, which not every item has. */
    static final String COLOUR = "colour";

    private static final String INDEX = "byColour";

    /** Without retries: a write that fails is to be seen. */
    private final DynamoDbAsyncClient client = DynamoDbAsyncClient.builder()
            .endpointOverride(LocalCloud.shared().dynamoDb().endpoint())
            .region(Region.of(LocalDynamoDb.REGION))
            .credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(LocalDynamoDb.ACCESS_KEY, LocalDynamoDb.ACCESS_KEY)))
            .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .httpClientBuilder(NettyNioAsyncHttpClient.builder())
            .build();

    private final String table;

    private DynamoDbTruthStore(String table) {
        this.table = table;
    }

    static DynamoDbTruthStore create(String table) {
        DynamoDbTruthStore store = new DynamoDbTruthStore(table);
        done(store.client.createTable(request -> request.tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        attribute(OWNER, ScalarAttributeType.S),
                        attribute(NUMBER, ScalarAttributeType.N),
                        attribute(COLOUR, ScalarAttributeType.S))
                .keySchema(key(OWNER, KeyType.HASH), key(NUMBER, KeyType.RANGE))
                .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                        .indexName(INDEX)
                        .keySchema(key(COLOUR, KeyType.HASH), key(NUMBER, KeyType.RANGE))
                        .projection(all -> all.projectionType(ProjectionType.ALL))
                        .build())));
        done(store.client.updateContinuousBackups(request -> request.tableName(table)
                .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true))));
        return store;
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    DynamoDbAsyncClient client() {
        return client;
    }

    String table() {
        return table;
    }

    @Override
    public String database() {
        return "dynamodb:" + table;
    }

    @Override
    public Map<String, Map<String, AttributeValue>> rows() {
        return scan(ScanRequest.builder().tableName(table).consistentRead(true));
    }

    /** What the restored table holds, and its index as well. */
    @Override
    public Map<String, Map<String, AttributeValue>> rowsOf(String target) {
        Map<String, Map<String, AttributeValue>> rows =
                scan(ScanRequest.builder().tableName(target).consistentRead(true));
        Map<String, Map<String, AttributeValue>> indexed = new HashMap<>(rows);
        indexed.values().removeIf(row -> !row.containsKey(COLOUR));
        assertThat(scan(ScanRequest.builder().tableName(target).indexName(INDEX)))
                .as("the index of %s", target)
                .containsExactlyInAnyOrderEntriesOf(indexed);
        return rows;
    }

    private Map<String, Map<String, AttributeValue>> scan(ScanRequest.Builder request) {
        Map<String, Map<String, AttributeValue>> rows = new ConcurrentHashMap<>();
        done(client.scanPaginator(request.build()).items().subscribe(item -> {
            Map<String, AttributeValue> row = new HashMap<>(item);
            AttributeValue owner = Objects.requireNonNull(row.remove(OWNER));
            AttributeValue number = Objects.requireNonNull(row.remove(NUMBER));
            assertThat(rows.put(owner.s() + "/" + number.n(), RandomItems.canonical(row)))
                    .isNull();
        }));
        return rows;
    }

    @Override
    public void delete(String target) {
        done(client.deleteTable(request -> request.tableName(target)));
    }

    @Override
    public Callable<@Nullable Void> changes(Share<Map<String, AttributeValue>> share, Pace pace, Random random) {
        return new DynamoDbChanges(this, share, pace, random);
    }

    @Override
    public void write(String key, long number) {
        Map<String, AttributeValue> item = new HashMap<>(key(key));
        item.put(COUNTER, AttributeValue.fromN(Long.toString(number)));
        done(client.putItem(put -> put.tableName(table).item(item)));
    }

    @Override
    public long written(Map<String, AttributeValue> row) {
        return Long.parseLong(Objects.requireNonNull(row.get(COUNTER)).n());
    }

    @Override
    public void assertUnharmed() {
        TableDescription described =
                done(client.describeTable(request -> request.tableName(table))).table();
        assertThat(described.tableStatus()).isEqualTo(TableStatus.ACTIVE);
        assertThat(described.restoreSummary()).isNull();
        assertThat(done(client.describeContinuousBackups(request -> request.tableName(table)))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatusAsString())
                .isEqualTo("ENABLED");
    }

    /** The attributes of a key. */
    static Map<String, AttributeValue> key(String key) {
        int slash = key.lastIndexOf('/');
        return Map.of(
                OWNER,
                AttributeValue.fromS(key.substring(0, slash)),
                NUMBER,
                AttributeValue.fromN(key.substring(slash + 1)));
    }

    static <T> T done(CompletableFuture<T> call) {
        return call.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        done(client.deleteTable(request -> request.tableName(table)));
        client.close();
    }
}
