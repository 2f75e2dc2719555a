package io.headgate.recovery.dynamodb;

import io.headgate.localcloud.LocalCloud;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.PointInTimeRecoveryContract;
import io.headgate.recovery.RecoveryTarget;
import io.headgate.recovery.SnapshotId;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The contract on DynamoDB Local, with the backup operations that the local cloud adds to it. */
class LocalDynamoDbRecoveryTest extends PointInTimeRecoveryContract {

    private static final DatabaseId SOURCE = DatabaseId.parse("dynamodb:RecoveryContract");
    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final DynamoDbAsyncClient CLIENT = CLOUD.dynamoDb().client();
    private static final RecoveryTarget TARGET = new DynamoDbRecoveryTarget(CLIENT, DynamoDbTimes.ample(), Set.of());
    private static final Map<String, AttributeValue> KEY = Map.of("id", AttributeValue.fromS("text"));

    @BeforeAll
    static void create() {
        CLIENT.createTable(request -> request.tableName(SOURCE.name())
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName("id")
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .keySchema(KeySchemaElement.builder()
                                .attributeName("id")
                                .keyType(KeyType.HASH)
                                .build()))
                .join();
        CLIENT.updateContinuousBackups(request -> request.tableName(SOURCE.name())
                        .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)))
                .join();
    }

    @AfterAll
    static void close() {
        CLIENT.deleteTable(request -> request.tableName(SOURCE.name())).join();
        CLIENT.close();
    }

    @Override
    protected RecoveryTarget target() {
        return TARGET;
    }

    @Override
    protected DatabaseId source() {
        return SOURCE;
    }

    @Override
    protected void write(DatabaseId database, String text) {
        CLIENT.putItem(request -> request.tableName(database.name())
                        .item(Map.of("id", AttributeValue.fromS("text"), "text", AttributeValue.fromS(text))))
                .join();
    }

    @Override
    protected String read(DatabaseId database) {
        return String.valueOf(CLIENT.getItem(
                        request -> request.tableName(database.name()).key(KEY).consistentRead(true))
                .join()
                .item()
                .getOrDefault("text", AttributeValue.fromS("nothing"))
                .s());
    }

    @Override
    protected void remove(DatabaseId database) {
        if (CLIENT.listTables().join().tableNames().contains(database.name())) {
            CLIENT.deleteTable(request -> request.tableName(database.name())).join();
        }
    }

    @Override
    protected Instant now() {
        return CLOUD.clock().now();
    }

    @Override
    protected SnapshotId noSnapshot() {
        return new SnapshotId(
                DatabaseKind.DYNAMODB_TABLE,
                "arn:aws:dynamodb:ddblocal:000000000000:table/Nothing/backup/01772361005481-00000000");
    }
}
