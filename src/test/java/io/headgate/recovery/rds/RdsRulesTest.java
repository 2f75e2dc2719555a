package io.headgate.recovery.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.recovery.Change;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RdsRulesTest {

    private static final RdsRules RULES = new RdsRules(255, 63);
    private static final DatabaseId MYDB = DatabaseId.parse("rds:mydb");

    @ParameterizedTest
    @ValueSource(strings = {"a", "Capital", "before-migration", "a1-b2", "x123456789012345678901234567890"})
    void namesThatRdsTakes(String name) {
        List<String> problems = RULES.problems(new Change.CreateSnapshot(MYDB, name, List.of()));

        assertThat(problems).isEmpty();
        assertThat(RULES.problems(restore(name))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "-a", "a-", "a--b", "a_b", "ä", "a b", "rds:a"})
    void namesThatRdsRefuses(String name) {
        List<String> problems = RULES.problems(new Change.CreateSnapshot(MYDB, name, List.of()));

        assertThat(problems).hasSize(1);
        assertThat(RULES.problems(restore(name))).hasSize(1);
    }

    @Test
    void namesHaveALength() {
        List<String> problems = RULES.problems(restore("a".repeat(64)));

        assertThat(problems).containsExactly("target has 64 characters; 1 to 63 are allowed");
        assertThat(RULES.problems(restore("a".repeat(63)))).isEmpty();
        assertThat(RULES.problems(new Change.CreateSnapshot(MYDB, "a".repeat(256), List.of())))
                .hasSize(1);
    }

    static Stream<List<Tag>> badTags() {
        return Stream.of(
                List.of(new Tag("", "v")),
                List.of(new Tag("k", "")),
                List.of(new Tag("k".repeat(129), "v")),
                List.of(new Tag("k", "v".repeat(257))),
                List.of(new Tag("aws:k", "v")),
                List.of(new Tag("rds:k", "v")),
                List.of(new Tag("headgate:operation", "v")),
                List.of(new Tag("k", "a?b")),
                List.of(new Tag("k", "v"), new Tag("k", "w")),
                IntStream.range(0, 50).mapToObj(i -> new Tag("k" + i, "v")).toList());
    }

    @ParameterizedTest
    @MethodSource("badTags")
    void tagsThatRdsRefuses(List<Tag> tags) {
        List<String> problems = RULES.problems(new Change.CreateSnapshot(MYDB, "a", tags));

        assertThat(problems).hasSize(1);
    }

    @Test
    void tagsOfAllLanguages() {
        List<String> problems =
                RULES.problems(new Change.CreateSnapshot(MYDB, "a", List.of(new Tag("équipe 1", "a_b.c:d/e=f+g-h@i"))));

        assertThat(problems).isEmpty();
    }

    @Test
    void manualSnapshotsAloneAreDeleted() {
        List<String> problems = RULES.problems(delete("rds:mydb-2026-03-01-03-07"));

        assertThat(problems).singleElement().asString().contains("automated");
        assertThat(RULES.problems(delete("awsbackup:job-1"))).hasSize(1);
        assertThat(RULES.problems(delete("not a name"))).hasSize(1);
        assertThat(RULES.problems(delete("before-migration"))).isEmpty();
    }

    @Test
    void timesAreWholeSeconds() {
        DatabaseId target = DatabaseId.parse("rds:a");
        Instant time = Instant.parse("2026-03-01T11:00:05.5Z");

        List<String> problems = RULES.problems(new Change.RestoreToPointInTime(MYDB, target, time, List.of(), false));

        assertThat(problems).hasSize(1);
        assertThat(RULES.problems(new Change.RestoreToPointInTime(MYDB, target, null, List.of(), false)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 36})
    void retentionHasBounds(int days) {
        List<String> problems = RULES.problems(new Change.SetBackupPolicy(MYDB, days));

        assertThat(problems).hasSize(1);
        assertThat(RULES.problems(new Change.SetBackupPolicy(MYDB, 35))).isEmpty();
    }

    private static Change restore(String target) {
        return new Change.RestoreSnapshot(
                SnapshotId.parse("snapshot:rds:a"),
                new DatabaseId(DatabaseKind.RDS_INSTANCE, target),
                List.of(),
                false);
    }

    private static Change delete(String key) {
        return new Change.DeleteSnapshot(new SnapshotId(DatabaseKind.RDS_INSTANCE, key));
    }
}
