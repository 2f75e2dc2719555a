package io.headgate.localcloud.dynamodb;

import io.headgate.localcloud.LocalDynamoDb;
import io.headgate.localcloud.OwnDynamoDb;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/** A local DynamoDB of its own, and what tests of backups do with it. */
final class TestDynamoDb implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Open as long as the JVM, for to close one takes two seconds. */
    private static final SdkAsyncHttpClient CONNECTIONS = NettyNioAsyncHttpClient.builder()
            .maxConcurrency(100)
            .maxPendingConnectionAcquires(10_000)
            .build();

    private static final StaticCredentialsProvider CREDENTIALS = StaticCredentialsProvider.create(
            AwsBasicCredentials.create(LocalDynamoDb.ACCESS_KEY, LocalDynamoDb.ACCESS_KEY));

    private final OwnDynamoDb dynamoDb;
    private final DynamoDbAsyncClient client;
    private final InstantSource clock;

    private TestDynamoDb(OwnDynamoDb dynamoDb, InstantSource clock) {
        this.dynamoDb = dynamoDb;
        this.client = DynamoDbAsyncClient.builder()
                .endpointOverride(dynamoDb.server().endpoint())
                .region(Region.of(LocalDynamoDb.REGION))
                .credentialsProvider(CREDENTIALS)
                .httpClient(CONNECTIONS)
                .build();
        this.clock = clock;
    }

    /** With the machine's time. */
    static TestDynamoDb start(Path directory) {
        return start(directory, InstantSource.system());
    }

    static TestDynamoDb start(Path directory, InstantSource clock) {
        return new TestDynamoDb(OwnDynamoDb.start(directory, clock), clock);
    }

    DynamoDbAsyncClient client() {
        return client;
    }

    /** A new client, which the caller closes. */
    DynamoDbStreamsAsyncClient streams() {
        return DynamoDbStreamsAsyncClient.builder()
                .endpointOverride(dynamoDb.server().endpoint())
                .region(Region.of(LocalDynamoDb.REGION))
                .credentialsProvider(CREDENTIALS)
                .httpClient(CONNECTIONS)
                .build();
    }

    Instant now() {
        return clock.instant();
    }

    /** Waits until the second that began last is over, and gives the next one, before which all is done that was done. */
    Instant nextSecond() {
        Instant next = now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        await("the second " + next, () -> !now().isBefore(next));
        return next;
    }

    /** Polls until something is so. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("In vain waited for " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** A table whose items have a text {@code id} as their key. */
    void createThings(String table) {
        client.createTable(request -> request.tableName(table)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(attribute("id", ScalarAttributeType.S))
                        .keySchema(key("id", KeyType.HASH)))
                .join();
    }

    static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    static List<Map<String, AttributeValue>> things(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> thing("t" + number, "colour " + number))
                .toList();
    }

    static Map<String, AttributeValue> thing(String id, String colour) {
        return Map.of("id", AttributeValue.fromS(id), "colour", AttributeValue.fromS(colour));
    }

    void put(String table, Map<String, AttributeValue> item) {
        client.putItem(request -> request.tableName(table).item(item)).join();
    }

    void delete(String table, Map<String, AttributeValue> thing) {
        client.deleteItem(request -> request.tableName(table).key(Map.of("id", thing.get("id"))))
                .join();
    }

    List<Map<String, AttributeValue>> items(String table) {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        client.scanPaginator(request -> request.tableName(table).consistentRead(true))
                .items()
                .subscribe(items::add)
                .join();
        return items;
    }

    void enableRecovery(String table) {
        client.updateContinuousBackups(request -> request.tableName(table)
                        .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)))
                .join();
    }

    /** Restores a table as it was at a second, and waits until it is there. */
    TableDescription restore(String source, String target, Instant second) {
        client.restoreTableToPointInTime(request ->
                        request.sourceTableName(source).targetTableName(target).restoreDateTime(second))
                .join();
        return awaitActive(target);
    }

    /** Makes a backup, waits until it is available, and gives its ARN. */
    String backUp(String table, String name) {
        String arn = client.createBackup(request -> request.tableName(table).backupName(name))
                .join()
                .backupDetails()
                .backupArn();
        awaitAvailable(arn);
        return arn;
    }

    void awaitAvailable(String backup) {
        await(
                "the backup",
                () -> client.describeBackup(request -> request.backupArn(backup))
                        .join()
                        .backupDescription()
                        .backupDetails()
                        .backupStatusAsString()
                        .equals("AVAILABLE"));
    }

    TableDescription restoreBackup(String backup, String target) {
        client.restoreTableFromBackup(request -> request.backupArn(backup).targetTableName(target))
                .join();
        return awaitActive(target);
    }

    TableDescription awaitActive(String table) {
        await("the table " + table, () -> describe(table).tableStatus() == TableStatus.ACTIVE);
        return describe(table);
    }

    TableDescription describe(String table) {
        return client.describeTable(request -> request.tableName(table)).join().table();
    }

    boolean exists(String table) {
        return client.describeTable(request -> request.tableName(table))
                .handle((found, failure) -> {
                    if (failure != null && !(failure.getCause() instanceof ResourceNotFoundException)) {
                        throw new AssertionError(failure);
                    }
                    return failure == null;
                })
                .join();
    }

    @Override
    public void close() {
        client.close();
        dynamoDb.close();
    }
}
