package io.headgate.localcloud.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.dynamodbv2.local.shared.model.AttributeValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final long LOG_SIZE = 500;

    @TempDir
    private Path directory;

    private final AtomicInteger grown = new AtomicInteger();
    private Journal journal;

    @BeforeEach
    void create() throws IOException {
        journal = new Journal(new ImageLogs(directory), LOG_SIZE, grown::incrementAndGet);
        journal.base().append(1, "a".getBytes(UTF_8), image("before"));
        journal.baseIsComplete();
    }

    @Test
    void everyMomentIsKept() {
        // Given
        write(2, "a", "first");
        write(3, "b", "second");
        write(4, "a", null);

        // When
        Map<Long, Set<String>> states = new TreeMap<>();
        for (long moment = 1; moment <= 4; moment++) {
            states.put(moment, at(moment));
        }

        // Then
        assertThat(states)
                .isEqualTo(Map.of(
                        1L, Set.of("before"),
                        2L, Set.of("first"),
                        3L, Set.of("first", "second"),
                        4L, Set.of("second")));
    }

    @Test
    void whatIsTooOldIsFoldedIntoTheBase() throws IOException {
        // Given
        for (int moment = 2; moment < 1_000; moment++) {
            write(moment, "key " + moment % 7, "value " + moment);
        }
        assertThat(grown).hasPositiveValue();
        Set<String> earliest = at(900);
        Set<String> latest = at(1_000);
        long before = journal.size();

        // When
        journal.fold(900);

        // Then
        assertThat(journal.size()).isLessThan(before / 5);
        assertThat(at(900)).isEqualTo(earliest);
        assertThat(at(1_000)).isEqualTo(latest);
        assertThatThrownBy(() -> at(899)).isInstanceOf(AwsFailure.class);
        assertThat(sizeOfFiles()).isEqualTo(journal.size());
    }

    @Test
    void nothingIsFoldedWhileSomebodyReads() {
        // Given
        for (int moment = 2; moment < 1_000; moment++) {
            write(moment, "a", "value " + moment);
        }
        try (ImageSource reader = journal.at(500)) {

            // When
            journal.fold(900);

            // Then
            assertThat(text(reader.image().items().next())).isEqualTo("value 500");
        }
    }

    @Test
    void aChangeThatCannotBeKeptFailsTheRestoreAndNotTheWriter() throws IOException {
        // Given
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(file -> file.toFile().delete());
        }
        Files.delete(directory);
        Files.createFile(directory);

        // When
        for (int moment = 2; moment < 100; moment++) {
            write(moment, "a", "value " + moment);
        }

        // Then
        assertThatThrownBy(() -> at(100)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aClosedJournalLeavesNoFiles() throws IOException {
        // Given
        write(2, "a", "first");

        // When
        journal.close();

        // Then
        assertThat(sizeOfFiles()).isZero();
    }

    private void write(long stamp, String key, @Nullable String text) {
        journal.changed(stamp, key.getBytes(UTF_8), text == null ? null : image(text));
    }

    private static byte[] image(String text) {
        return Items.toBytes(Map.of("text", new AttributeValue().withS(text)));
    }

    private Set<String> at(long moment) {
        try (ImageSource source = journal.at(moment)) {
            Set<String> texts = new HashSet<>();
            source.image().items().forEachRemaining(item -> texts.add(text(item)));
            return texts;
        }
    }

    private static String text(Map<String, AttributeValue> item) {
        return Objects.requireNonNull(item.get("text")).getS();
    }

    private long sizeOfFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
