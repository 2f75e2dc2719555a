package io.headgate.fleet;

import io.headgate.recovery.DatabaseId;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Several fleets as one. */
public final class JoinedFleet implements Fleet {

    private final List<Fleet> fleets;

    public JoinedFleet(List<Fleet> fleets) {
        this.fleets = List.copyOf(fleets);
    }

    @Override
    public Uni<Map<DatabaseId, DatabaseDetails>> details(Set<DatabaseId> ids) {
        return all(fleet -> fleet.details(ids)).map(JoinedFleet::joined);
    }

    @Override
    public Uni<Map<DatabaseId, Double>> replicaLags(Set<DatabaseId> ids) {
        return all(fleet -> fleet.replicaLags(ids)).map(JoinedFleet::joined);
    }

    @Override
    public Uni<Map<String, Double>> nodeLags(Set<String> nodes) {
        return all(fleet -> fleet.nodeLags(nodes)).map(JoinedFleet::joined);
    }

    @Override
    public Uni<List<AutomatedBackup>> automatedBackups(@Nullable DatabaseId database) {
        return all(fleet -> fleet.automatedBackups(database))
                .map(lists -> lists.stream().flatMap(List::stream).toList());
    }

    @Override
    public Uni<List<DatabaseEvent>> events(@Nullable DatabaseId database, Instant since) {
        return all(fleet -> fleet.events(database, since))
                .map(lists -> lists.stream()
                        .flatMap(List::stream)
                        .sorted(DatabaseEvent.NEWEST_FIRST)
                        .toList());
    }

    private <T> Uni<List<T>> all(Function<Fleet, Uni<T>> read) {
        return Uni.join().all(fleets.stream().map(read).toList()).andFailFast();
    }

    private static <K, T> Map<K, T> joined(List<Map<K, T>> maps) {
        Map<K, T> all = new HashMap<>();
        maps.forEach(all::putAll);
        return all;
    }
}
