package io.headgate.recovery.graphql;

import graphql.schema.DataFetchingEnvironment;
import io.headgate.graphql.BatchLoaderFactory;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.Operation;
import io.headgate.recovery.RecoveryService;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.dataloader.DataLoader;
import org.jspecify.annotations.Nullable;

/** Look-ups gathered so that all of one level of a query are one batch a kind. Each gives {@code null} for none. */
public final class RecoveryLoaders {

    private static final String DATABASES = "recovery.databases";
    private static final String WINDOWS = "recovery.windows";
    private static final String TAGS = "recovery.tags";
    private static final String SNAPSHOTS = "recovery.snapshots";
    private static final String SNAPSHOT_TAGS = "recovery.snapshotTags";
    private static final String OPERATIONS = "recovery.operations";

    private final RecoveryService recovery;

    RecoveryLoaders(RecoveryService recovery) {
        this.recovery = recovery;
    }

    Map<String, BatchLoaderFactory<?, ?>> factories() {
        return Map.of(
                DATABASES, factory(recovery::findDatabases),
                WINDOWS, factory(recovery::restoreWindows),
                TAGS, factory(recovery::tags),
                SNAPSHOTS, factory(recovery::findSnapshots),
                SNAPSHOT_TAGS, factory(recovery::snapshotTags),
                OPERATIONS, factory(recovery::findOperations));
    }

    /** A database. */
    public static CompletableFuture<@Nullable Database> database(DataFetchingEnvironment environment, DatabaseId id) {
        return load(environment, DATABASES, id);
    }

    static CompletableFuture<List<@Nullable Database>> databases(
            DataFetchingEnvironment environment, List<DatabaseId> ids) {
        DataLoader<DatabaseId, Database> loader = environment.getDataLoader(DATABASES);
        return loader.loadMany(ids);
    }

    static CompletableFuture<@Nullable RestoreWindow> window(DataFetchingEnvironment environment, DatabaseId id) {
        return load(environment, WINDOWS, id);
    }

    static CompletableFuture<@Nullable List<Tag>> tags(DataFetchingEnvironment environment, DatabaseId id) {
        return load(environment, TAGS, id);
    }

    static CompletableFuture<@Nullable Snapshot> snapshot(DataFetchingEnvironment environment, SnapshotId id) {
        return load(environment, SNAPSHOTS, id);
    }

    static CompletableFuture<@Nullable List<Tag>> snapshotTags(DataFetchingEnvironment environment, SnapshotId id) {
        return load(environment, SNAPSHOT_TAGS, id);
    }

    static CompletableFuture<@Nullable Operation> operation(DataFetchingEnvironment environment, String id) {
        return load(environment, OPERATIONS, id);
    }

    /** Loads by a loader of a name. */
    public static <K, V> CompletableFuture<@Nullable V> load(DataFetchingEnvironment environment, String name, K key) {
        DataLoader<K, V> loader = environment.getDataLoader(name);
        return loader.load(key);
    }

    /** Makes loaders that read all of a level at once. */
    public static <K, V> BatchLoaderFactory<K, V> factory(Function<Set<K>, Uni<Map<K, V>>> batch) {
        return (reads, making) -> keys -> reads.begin(batch.apply(Set.copyOf(keys))
                .map(found -> keys.stream().<@Nullable V>map(found::get).toList()));
    }
}
