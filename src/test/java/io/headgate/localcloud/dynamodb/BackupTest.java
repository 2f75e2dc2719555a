package io.headgate.localcloud.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {

    @TempDir
    private Path directory;

    private Backup backup;

    @BeforeEach
    void create() {
        Backup.Source source = new Backup.Source(AwsJson.object().put("TableName", "Things"), AwsJson.object());
        backup = new Backup(
                "arn", "name", Backup.Type.USER, source, TestClock.START, null, new ImageLogs(directory).create());
    }

    @Test
    void isInUseWhileItIsCreated() {
        // When
        assertThatThrownBy(backup::open)

                // Then
                .isInstanceOfSatisfying(
                        AwsFailure.class, failure -> assertThat(failure.type()).isEqualTo("BackupInUseException"));
    }

    @Test
    void isInUseWhileItIsRestored() {
        // Given
        backup.isComplete();
        try (ImageSource restore = backup.open()) {

            // When
            assertThatThrownBy(backup::delete)

                    // Then
                    .isInstanceOfSatisfying(
                            AwsFailure.class,
                            failure -> assertThat(failure.type()).isEqualTo("BackupInUseException"));
            assertThat(restore.image().size()).isZero();
        }
        backup.delete();
        assertThat(Objects.requireNonNull(directory.toFile().list())).isEmpty();
    }
}
