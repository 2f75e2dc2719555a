package io.headgate.localcloud.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsDescription;
import software.amazon.awssdk.services.dynamodb.model.InvalidRestoreTimeException;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;

class RecoveryWindowTest {

    @TempDir
    private Path directory;

    private final TestClock clock = new TestClock();
    private TestDynamoDb dynamoDb;

    @BeforeEach
    void start() {
        dynamoDb = TestDynamoDb.start(directory, clock);
        dynamoDb.createThings("Things");
    }

    @AfterEach
    void stop() {
        dynamoDb.close();
    }

    @Test
    void recoveryIsOffUntilItIsEnabled() {
        // When
        ContinuousBackupsDescription description = dynamoDb.client()
                .describeContinuousBackups(request -> request.tableName("Things"))
                .join()
                .continuousBackupsDescription();

        // Then
        assertThat(description.continuousBackupsStatusAsString()).isEqualTo("ENABLED");
        PointInTimeRecoveryDescription recovery = description.pointInTimeRecoveryDescription();
        assertThat(recovery.pointInTimeRecoveryStatus()).isEqualTo(PointInTimeRecoveryStatus.DISABLED);
        assertThat(recovery.earliestRestorableDateTime()).isNull();
    }

    @Test
    void theWindowBeginsWhenRecoveryIsEnabled() {
        // Given
        enable(35);
        Instant later = clock.advance(Duration.ofHours(1).plusMillis(300));

        // When
        PointInTimeRecoveryDescription recovery = recovery();

        // Then
        assertThat(recovery.recoveryPeriodInDays()).isEqualTo(35);
        assertThat(recovery.earliestRestorableDateTime()).isEqualTo(TestClock.START);
        assertThat(recovery.latestRestorableDateTime()).isEqualTo(later.minusMillis(300));
    }

    @Test
    void theLatestTimeMayLagBehindAsOnAws(@TempDir Path other) {
        // Given
        System.setProperty(ContinuousBackups.LAG, "PT5M");
        try (TestDynamoDb lagging = TestDynamoDb.start(other, clock)) {
            lagging.createThings("Things");
            lagging.enableRecovery("Things");
            Instant now = clock.advance(Duration.ofHours(1));

            // When
            PointInTimeRecoveryDescription recovery = recovery(lagging);

            // Then
            assertThat(recovery.latestRestorableDateTime()).isEqualTo(now.minus(Duration.ofMinutes(5)));
            assertThatThrownBy(() -> lagging.restore("Things", "Restored", now))
                    .hasCauseExactlyInstanceOf(InvalidRestoreTimeException.class);
        } finally {
            System.clearProperty(ContinuousBackups.LAG);
        }
    }

    @Test
    void theWindowMovesOnWithTheClock() {
        // Given
        enable(35);
        dynamoDb.put("Things", TestDynamoDb.thing("a", "red"));
        Instant now = clock.advance(Duration.ofDays(40));

        // When
        dynamoDb.restore("Things", "Restored", now.minus(Duration.ofDays(35)));

        // Then
        assertThat(recovery().earliestRestorableDateTime()).isEqualTo(now.minus(Duration.ofDays(35)));
        assertThat(dynamoDb.items("Restored")).containsExactly(TestDynamoDb.thing("a", "red"));
        assertThatThrownBy(() -> dynamoDb.restore(
                        "Things", "Other", now.minus(Duration.ofDays(35)).minusSeconds(1)))
                .hasCauseExactlyInstanceOf(InvalidRestoreTimeException.class);
    }

    @Test
    void whatWasOutOfTheWindowStaysSo() {
        // Given
        enable(1);
        Instant now = clock.advance(Duration.ofDays(10));

        // When
        enable(35);

        // Then
        assertThat(recovery().earliestRestorableDateTime()).isEqualTo(now.minus(Duration.ofDays(1)));
    }

    @Test
    void whoEnablesItAgainBeginsAnew() {
        // Given
        enable(35);
        clock.advance(Duration.ofDays(3));
        dynamoDb.client()
                .updateContinuousBackups(request -> request.tableName("Things")
                        .pointInTimeRecoverySpecification(off -> off.pointInTimeRecoveryEnabled(false)))
                .join();
        Instant now = clock.advance(Duration.ofDays(3));

        // When
        enable(35);

        // Then
        // A second that has begun is over only with its end.
        assertThat(recovery().earliestRestorableDateTime()).isBetween(now, now.plusSeconds(1));
    }

    @Test
    void aSecondHoldsWhatWasWrittenUntilItBegan() {
        // Given
        enable(35);
        clock.advance(Duration.ofMillis(999));
        dynamoDb.put("Things", TestDynamoDb.thing("a", "red"));
        Instant second = clock.advance(Duration.ofMillis(1));
        clock.advance(Duration.ofMillis(1));
        dynamoDb.put("Things", TestDynamoDb.thing("b", "blue"));

        // When
        dynamoDb.restore("Things", "Restored", second);

        // Then
        assertThat(dynamoDb.items("Restored")).containsExactly(TestDynamoDb.thing("a", "red"));
    }

    private void enable(int days) {
        dynamoDb.client()
                .updateContinuousBackups(request -> request.tableName("Things")
                        .pointInTimeRecoverySpecification(recovery ->
                                recovery.pointInTimeRecoveryEnabled(true).recoveryPeriodInDays(days)))
                .join();
    }

    private PointInTimeRecoveryDescription recovery() {
        return recovery(dynamoDb);
    }

    private static PointInTimeRecoveryDescription recovery(TestDynamoDb dynamoDb) {
        return dynamoDb.client()
                .describeContinuousBackups(request -> request.tableName("Things"))
                .join()
                .continuousBackupsDescription()
                .pointInTimeRecoveryDescription();
    }
}
