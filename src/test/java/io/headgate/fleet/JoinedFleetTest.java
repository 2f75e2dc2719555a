package io.headgate.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.graphql.Places;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JoinedFleetTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    /** A fleet of which these events are told. */
    private record Told(List<DatabaseEvent> all) implements Fleet {

        @Override
        public Uni<Map<DatabaseId, DatabaseDetails>> details(Set<DatabaseId> ids) {
            return Uni.createFrom().item(Map.of());
        }

        @Override
        public Uni<Map<DatabaseId, Double>> replicaLags(Set<DatabaseId> ids) {
            return Uni.createFrom().item(Map.of());
        }

        @Override
        public Uni<List<AutomatedBackup>> automatedBackups(@Nullable DatabaseId database) {
            return Uni.createFrom().item(List.of());
        }

        @Override
        public Uni<List<DatabaseEvent>> events(@Nullable DatabaseId database, Instant since) {
            return Uni.createFrom().item(all);
        }
    }

    @Test
    void eventsOfOneInstantAreInTheOrderOfTheirCursors() {
        Fleet joined = new JoinedFleet(List.of(
                new Told(List.of(event(1, "rds:shop", "made"), event(0, "rds:shop", "failed over"))),
                new Told(List.of(
                        event(0, "cache:shop", "failed over"),
                        event(0, "cache:shop", "restored"),
                        event(-1, "cache:shop", "made")))));

        List<DatabaseEvent> events = joined.events(null, Instant.EPOCH).await().atMost(Duration.ofSeconds(10));

        assertThat(events)
                .extracting(event -> event.source() + " " + event.message())
                .containsExactly(
                        "rds:shop made",
                        "cache:shop failed over",
                        "cache:shop restored",
                        "rds:shop failed over",
                        "cache:shop made");
        for (int last = 0; last < events.size(); last++) {
            var cursor = Objects.requireNonNull(
                    Places.read(Places.write(events.get(last).place())));
            assertThat(events)
                    .filteredOn(event -> Places.isBehind(event.place(), cursor))
                    .isEqualTo(events.subList(last + 1, events.size()));
        }
    }

    private static DatabaseEvent event(int seconds, String source, String message) {
        return new DatabaseEvent(NOON.plusSeconds(seconds), source, List.of(), message);
    }
}
