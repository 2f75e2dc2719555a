package io.headgate.localcloud.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BackupDescription;
import software.amazon.awssdk.services.dynamodb.model.BackupDetails;
import software.amazon.awssdk.services.dynamodb.model.BackupNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.BackupSummary;
import software.amazon.awssdk.services.dynamodb.model.BackupType;
import software.amazon.awssdk.services.dynamodb.model.BackupTypeFilter;
import software.amazon.awssdk.services.dynamodb.model.ListBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListBackupsResponse;
import software.amazon.awssdk.services.dynamodb.model.SourceTableDetails;

class BackupsTest {

    private static final String ARN = "arn:aws:dynamodb:ddblocal:000000000000:table/Things";

    @TempDir
    private Path directory;

    private final TestClock clock = new TestClock();
    private TestDynamoDb dynamoDb;
    private DynamoDbAsyncClient client;

    @BeforeEach
    void start() {
        dynamoDb = TestDynamoDb.start(directory, clock);
        client = dynamoDb.client();
        dynamoDb.createThings("Things");
        dynamoDb.put("Things", TestDynamoDb.thing("a", "red"));
    }

    @AfterEach
    void stop() {
        dynamoDb.close();
    }

    @Test
    void aBackupIsCreatedInTheBackground() {
        // When
        BackupDetails created = client.createBackup(
                        request -> request.tableName("Things").backupName("first"))
                .join()
                .backupDetails();

        // Then
        assertThat(created.backupArn()).matches(ARN + "/backup/0\\d{13}-[0-9a-f]{8}");
        assertThat(created.backupStatus()).isEqualTo(BackupStatus.CREATING);
        assertThat(created.backupType()).isEqualTo(BackupType.USER);
        assertThat(created.backupName()).isEqualTo("first");
        assertThat(created.backupCreationDateTime()).isEqualTo(TestClock.START);
        dynamoDb.awaitAvailable(created.backupArn());
    }

    @Test
    void aBackupTellsOfItsTable() {
        // Given
        String backup = dynamoDb.backUp(ARN, "first");

        // When
        BackupDescription description = client.describeBackup(request -> request.backupArn(backup))
                .join()
                .backupDescription();

        // Then
        SourceTableDetails source = description.sourceTableDetails();
        assertThat(source.tableName()).isEqualTo("Things");
        assertThat(source.tableArn()).isEqualTo(ARN);
        assertThat(source.tableId()).isNotEmpty();
        assertThat(source.itemCount()).isEqualTo(1);
        assertThat(source.billingModeAsString()).isEqualTo("PAY_PER_REQUEST");
        assertThat(source.keySchema()).hasSize(1);
        assertThat(source.tableSizeBytes())
                .isPositive()
                .isEqualTo(description.backupDetails().backupSizeBytes());
        assertThat(source.tableCreationDateTime())
                .isEqualTo(dynamoDb.describe("Things").creationDateTime());
    }

    @Test
    void namesNeedNotBeUnique() {
        // Given
        String first = dynamoDb.backUp("Things", "same");

        // When
        String second = dynamoDb.backUp("Things", "same");

        // Then
        assertThat(second).isNotEqualTo(first);
        assertThat(arns(ListBackupsRequest.builder().build())).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void aDeletedBackupIsGone() {
        // Given
        String backup = dynamoDb.backUp("Things", "first");

        // When
        BackupDescription deleted =
                client.deleteBackup(request -> request.backupArn(backup)).join().backupDescription();

        // Then
        assertThat(deleted.backupDetails().backupStatus()).isEqualTo(BackupStatus.DELETED);
        assertThat(arns(ListBackupsRequest.builder().build())).isEmpty();
        assertThatThrownBy(() -> client.describeBackup(request -> request.backupArn(backup))
                        .join())
                .hasCauseExactlyInstanceOf(BackupNotFoundException.class);
    }

    @Test
    void theListIsFiltered() {
        // Given
        dynamoDb.createThings("Others");
        String first = dynamoDb.backUp("Things", "first");
        Instant noon = clock.advance(Duration.ofHours(12));
        String second = dynamoDb.backUp("Things", "second");
        clock.advance(Duration.ofHours(12));
        String other = dynamoDb.backUp("Others", "other");

        // When
        List<String> ofThings =
                arns(ListBackupsRequest.builder().tableName("Things").build());
        List<String> fromNoon =
                arns(ListBackupsRequest.builder().timeRangeLowerBound(noon).build());
        List<String> untilNoon =
                arns(ListBackupsRequest.builder().timeRangeUpperBound(noon).build());
        List<String> ofSystem = arns(
                ListBackupsRequest.builder().backupType(BackupTypeFilter.SYSTEM).build());

        // Then
        assertThat(ofThings).containsExactly(first, second);
        assertThat(fromNoon).containsExactly(second, other);
        assertThat(untilNoon).containsExactly(first);
        assertThat(ofSystem).isEmpty();
    }

    @Test
    void theListComesInPages() {
        // Given
        List<String> backups = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            backups.add(dynamoDb.backUp("Things", "backup-" + number));
            clock.advance(Duration.ofSeconds(1));
        }

        // When
        List<String> found = new ArrayList<>();
        String last = null;
        do {
            ListBackupsResponse page = client.listBackups(ListBackupsRequest.builder()
                            .limit(2)
                            .exclusiveStartBackupArn(last)
                            .build())
                    .join();
            assertThat(page.backupSummaries()).hasSizeLessThanOrEqualTo(2);
            page.backupSummaries().forEach(summary -> found.add(summary.backupArn()));
            last = page.lastEvaluatedBackupArn();
        } while (last != null);

        // Then
        assertThat(found).containsExactlyElementsOf(backups);
    }

    @Test
    void aDeletedTableWithRecoveryLeavesASystemBackupFor35Days() {
        // Given
        dynamoDb.enableRecovery("Things");
        dynamoDb.put("Things", TestDynamoDb.thing("b", "blue"));
        List<Map<String, AttributeValue>> before = dynamoDb.items("Things");
        client.deleteTable(request -> request.tableName("Things")).join();
        ListBackupsRequest ofSystem =
                ListBackupsRequest.builder().backupType(BackupTypeFilter.SYSTEM).build();

        // When
        BackupSummary backup =
                client.listBackups(ofSystem).join().backupSummaries().get(0);

        // Then
        assertThat(backup.backupName()).isEqualTo("Things$DeletedTableBackup");
        assertThat(backup.backupExpiryDateTime())
                .isEqualTo(backup.backupCreationDateTime().plus(Duration.ofDays(35)));
        dynamoDb.awaitAvailable(backup.backupArn());
        dynamoDb.restoreBackup(backup.backupArn(), "Things");
        assertThat(dynamoDb.items("Things")).containsExactlyInAnyOrderElementsOf(before);
        clock.advance(Duration.ofDays(35));
        assertThat(arns(ofSystem)).isEmpty();
    }

    @Test
    void aDeletedTableWithoutRecoveryLeavesNothing() {
        // Given
        dynamoDb.enableRecovery("Things");
        client.updateContinuousBackups(request -> request.tableName("Things")
                        .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(false)))
                .join();

        // When
        client.deleteTable(request -> request.tableName("Things")).join();

        // Then
        assertThat(arns(ListBackupsRequest.builder()
                        .backupType(BackupTypeFilter.ALL)
                        .build()))
                .isEmpty();
    }

    private List<String> arns(ListBackupsRequest request) {
        return client.listBackups(request).join().backupSummaries().stream()
                .map(BackupSummary::backupArn)
                .toList();
    }
}
