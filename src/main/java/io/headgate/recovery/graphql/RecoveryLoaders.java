package io.headgate.recovery.graphql;

import graphql.GraphQLContext;
import graphql.schema.DataFetchingEnvironment;
import io.headgate.graphql.Reads;
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
import org.dataloader.DataLoaderFactory;
import org.dataloader.DataLoaderRegistry;
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

    void register(DataLoaderRegistry loaders, GraphQLContext context) {
        loaders.register(DATABASES, loader(context, recovery::findDatabases));
        loaders.register(WINDOWS, loader(context, recovery::restoreWindows));
        loaders.register(TAGS, loader(context, recovery::tags));
        loaders.register(SNAPSHOTS, loader(context, recovery::findSnapshots));
        loaders.register(SNAPSHOT_TAGS, loader(context, recovery::snapshotTags));
        loaders.register(OPERATIONS, loader(context, recovery::findOperations));
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

    /** A loader that reads all of a level at once. */
    public static <K, V> DataLoader<K, V> loader(GraphQLContext context, Function<Set<K>, Uni<Map<K, V>>> batch) {
        return DataLoaderFactory.newDataLoader(keys -> Reads.of(context)
                .begin(batch.apply(Set.copyOf(keys))
                        .map(found -> keys.stream().<@Nullable V>map(found::get).toList())));
    }
}
