package io.headgate.localcloud.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.RestoreTableFromBackupRequest;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.SourceTableFeatureDetails;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** What a restored table has of its source, and what it lacks as on AWS. */
class RestoredTableTest {

    @TempDir
    private Path directory;

    private final TestClock clock = new TestClock();
    private TestDynamoDb dynamoDb;
    private DynamoDbAsyncClient client;

    @BeforeEach
    void start() {
        dynamoDb = TestDynamoDb.start(directory, clock);
        client = dynamoDb.client();
    }

    @AfterEach
    void stop() {
        dynamoDb.close();
    }

    @Test
    void keysAndIndexesAreTheSources() {
        // Given
        ModelWriter.createTable(client, "Model");
        new ModelWriter(dynamoDb, "Model", 1).writeTimes(40);
        List<Map<String, AttributeValue>> items = dynamoDb.items("Model");
        TableDescription source = dynamoDb.describe("Model");

        // When
        TableDescription restored = dynamoDb.restoreBackup(dynamoDb.backUp("Model", "backup"), "Restored");

        // Then
        assertThat(restored.keySchema()).isEqualTo(source.keySchema());
        assertThat(restored.attributeDefinitions()).hasSameElementsAs(source.attributeDefinitions());
        assertThat(restored.billingModeSummary().billingMode()).isEqualTo(BillingMode.PAY_PER_REQUEST);
        LocalSecondaryIndexDescription byText = restored.localSecondaryIndexes().get(0);
        assertThat(byText.keySchema())
                .isEqualTo(source.localSecondaryIndexes().get(0).keySchema());
        GlobalSecondaryIndexDescription ofText =
                restored.globalSecondaryIndexes().get(0);
        assertThat(ofText.projection())
                .isEqualTo(source.globalSecondaryIndexes().get(0).projection());
        assertThat(dynamoDb.items("Restored")).containsExactlyInAnyOrderElementsOf(items);
        for (Map<String, AttributeValue> item : items) {
            assertThat(client.query(query -> query.tableName("Restored")
                                    .indexName("ofText")
                                    .keyConditionExpression("#text = :text")
                                    .expressionAttributeNames(Map.of("#text", "text"))
                                    .expressionAttributeValues(Map.of(":text", item.get("text"))))
                            .join()
                            .items())
                    .isNotEmpty();
        }
        assertThat(dynamoDb.items("Model")).isEqualTo(items);
    }

    @Test
    void tagsStreamsExpiryRecoveryAndProtectionAreLeftBehind() {
        // Given
        dynamoDb.createThings("Things");
        String arn = dynamoDb.describe("Things").tableArn();
        client.tagResource(request -> request.resourceArn(arn)
                        .tags(Tag.builder().key("owner").value("us").build()))
                .join();
        client.updateTable(request -> request.tableName("Things")
                        .deletionProtectionEnabled(true)
                        .streamSpecification(
                                stream -> stream.streamEnabled(true).streamViewType(StreamViewType.KEYS_ONLY)))
                .join();
        client.updateTimeToLive(request -> request.tableName("Things")
                        .timeToLiveSpecification(expiry -> expiry.enabled(true).attributeName("expires")))
                .join();
        dynamoDb.enableRecovery("Things");

        // When
        TableDescription restored = dynamoDb.restore("Things", "Restored", TestClock.START);

        // Then
        assertThat(restored.streamSpecification()).isNull();
        assertThat(restored.latestStreamArn()).isNull();
        assertThat(restored.deletionProtectionEnabled()).isFalse();
        assertThat(client.describeTimeToLive(request -> request.tableName("Restored"))
                        .join()
                        .timeToLiveDescription()
                        .timeToLiveStatus())
                .isEqualTo(TimeToLiveStatus.DISABLED);
        assertThat(client.describeContinuousBackups(request -> request.tableName("Restored"))
                        .join()
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatus())
                .isEqualTo(PointInTimeRecoveryStatus.DISABLED);
        assertThat(client.listTagsOfResource(request -> request.resourceArn(restored.tableArn()))
                        .join()
                        .tags())
                .isEmpty();
        assertThat(client.listTagsOfResource(request -> request.resourceArn(arn))
                        .join()
                        .tags())
                .containsExactly(Tag.builder().key("owner").value("us").build());
    }

    @Test
    void aBackupTellsWhatItsTableHad() {
        // Given
        ModelWriter.createTable(client, "Model");
        client.updateTable(request -> request.tableName("Model")
                        .streamSpecification(
                                stream -> stream.streamEnabled(true).streamViewType(StreamViewType.NEW_IMAGE)))
                .join();
        client.updateTimeToLive(request -> request.tableName("Model")
                        .timeToLiveSpecification(expiry -> expiry.enabled(true).attributeName("expires")))
                .join();
        String backup = dynamoDb.backUp("Model", "backup");

        // When
        SourceTableFeatureDetails features = client.describeBackup(request -> request.backupArn(backup))
                .join()
                .backupDescription()
                .sourceTableFeatureDetails();

        // Then
        assertThat(features.localSecondaryIndexes().get(0).indexName()).isEqualTo("byText");
        assertThat(features.globalSecondaryIndexes().get(0).indexName()).isEqualTo("ofText");
        assertThat(features.streamDescription().streamViewType()).isEqualTo(StreamViewType.NEW_IMAGE);
        assertThat(features.timeToLiveDescription().attributeName()).isEqualTo("expires");
    }

    @Test
    void indexesAreLeftOutAndBillingIsChosen() {
        // Given
        ModelWriter.createTable(client, "Model");
        String backup = dynamoDb.backUp("Model", "backup");

        // When
        client.restoreTableFromBackup(RestoreTableFromBackupRequest.builder()
                        .backupArn(backup)
                        .targetTableName("Restored")
                        .localSecondaryIndexOverride(List.of())
                        .globalSecondaryIndexOverride(List.of())
                        .billingModeOverride(BillingMode.PROVISIONED)
                        .provisionedThroughputOverride(throughput(3, 4))
                        .build())
                .join();

        // Then
        TableDescription restored = dynamoDb.awaitActive("Restored");
        assertThat(restored.hasLocalSecondaryIndexes()).isFalse();
        assertThat(restored.hasGlobalSecondaryIndexes()).isFalse();
        assertThat(restored.attributeDefinitions()).hasSize(2);
        assertThat(restored.provisionedThroughput().readCapacityUnits()).isEqualTo(3);
        assertThat(restored.provisionedThroughput().writeCapacityUnits()).isEqualTo(4);
    }

    @Test
    void throughputIsTheSourcesAndIndexesMayBeChosen() {
        // Given
        GlobalSecondaryIndex index = GlobalSecondaryIndex.builder()
                .indexName("byColour")
                .keySchema(TestDynamoDb.key("colour", KeyType.HASH))
                .projection(some -> some.projectionType("INCLUDE").nonKeyAttributes("size", "age"))
                .provisionedThroughput(throughput(7, 8))
                .build();
        client.createTable(request -> request.tableName("Provisioned")
                        .provisionedThroughput(throughput(5, 6))
                        .attributeDefinitions(
                                TestDynamoDb.attribute("id", ScalarAttributeType.S),
                                TestDynamoDb.attribute("colour", ScalarAttributeType.S))
                        .keySchema(TestDynamoDb.key("id", KeyType.HASH))
                        .globalSecondaryIndexes(index))
                .join();
        String backup = dynamoDb.backUp("Provisioned", "backup");

        // When
        client.restoreTableFromBackup(RestoreTableFromBackupRequest.builder()
                        .backupArn(backup)
                        .targetTableName("Restored")
                        .globalSecondaryIndexOverride(index)
                        .build())
                .join();

        // Then
        TableDescription restored = dynamoDb.awaitActive("Restored");
        assertThat(restored.provisionedThroughput().writeCapacityUnits()).isEqualTo(6);
        assertThat(restored.globalSecondaryIndexes()
                        .get(0)
                        .provisionedThroughput()
                        .readCapacityUnits())
                .isEqualTo(7);
    }

    @Test
    void whereItCameFromIsKnown() {
        // Given
        dynamoDb.createThings("Things");
        dynamoDb.enableRecovery("Things");
        String backup = dynamoDb.backUp("Things", "backup");

        // When
        TableDescription ofBackup = dynamoDb.restoreBackup(backup, "OfBackup");
        TableDescription ofSecond = dynamoDb.restore("Things", "OfSecond", TestClock.START);

        // Then
        String source = dynamoDb.describe("Things").tableArn();
        assertThat(ofBackup.restoreSummary().sourceBackupArn()).isEqualTo(backup);
        assertThat(ofBackup.restoreSummary().sourceTableArn()).isEqualTo(source);
        assertThat(ofBackup.restoreSummary().restoreInProgress()).isFalse();
        assertThat(ofSecond.restoreSummary().sourceBackupArn()).isNull();
        assertThat(ofSecond.restoreSummary().sourceTableArn()).isEqualTo(source);
        assertThat(ofSecond.restoreSummary().restoreDateTime()).isEqualTo(TestClock.START);
        assertThat(dynamoDb.describe("Things").restoreSummary()).isNull();
    }

    private static ProvisionedThroughput throughput(long read, long write) {
        return ProvisionedThroughput.builder()
                .readCapacityUnits(read)
                .writeCapacityUnits(write)
                .build();
    }
}
