package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsService;
import io.headgate.recovery.Change;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.Progress;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.RecoveryTarget;
import io.headgate.recovery.RestoreOutline;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;

/**
 * Caches of ElastiCache. A snapshot is restored into a new replication group, that of a single node too. Memcached is shown,
 * and can be deleted; it has nothing to restore.
 */
public final class ElastiCacheRecoveryTarget implements RecoveryTarget {

    private final AwsService<ElastiCacheAsyncClient> elastiCache;

    /** @param client one that sends no change again by itself: {@link io.headgate.aws.AwsClients#withoutBlindRetries} */
    public ElastiCacheRecoveryTarget(ElastiCacheAsyncClient client, ElastiCacheConfig config) {
        this.elastiCache = service(client, config);
    }

    /**
     * The service behind a client.
     *
     * @param client one that sends no change again by itself
     */
    public static AwsService<ElastiCacheAsyncClient> service(ElastiCacheAsyncClient client, ElastiCacheConfig config) {
        return new AwsService<>(
                client,
                new AwsFailures("ElastiCache", ElastiCacheRefusals.TABLE),
                config.readTimeout(),
                config.writeTimeout(),
                config.attemptTimeout());
    }

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.CACHE_CLUSTER;
    }

    @Override
    public Uni<List<Database>> databases() {
        return elastiCache
                .reading(Caches::all)
                .map(all -> all.values().stream().map(Cache::database).toList());
    }

    @Override
    public Uni<Map<String, Database>> findDatabases(Set<String> names) {
        return ofCaches(names, Cache::database);
    }

    @Override
    public Uni<Map<String, RestoreWindow>> restoreWindows(Set<String> names) {
        return ofCaches(names, Cache::window);
    }

    private <T> Uni<Map<String, T>> ofCaches(Set<String> names, Function<Cache, T> mapping) {
        return elastiCache.reading(work -> Caches.find(work, names)).map(found -> {
            Map<String, T> mapped = new HashMap<>();
            found.forEach((name, cache) -> mapped.put(name, mapping.apply(cache)));
            return mapped;
        });
    }

    @Override
    public Uni<Map<String, List<Tag>>> tags(Set<String> names) {
        return elastiCache
                .reading(work -> Caches.find(work, names)
                        .chain(found -> work.each(
                                found.entrySet(),
                                each -> CacheTags.of(work, each.getValue().arn()))))
                .map(found -> {
                    Map<String, List<Tag>> tags = new HashMap<>();
                    found.forEach((each, ofIt) -> tags.put(each.getKey(), ofIt));
                    return tags;
                });
    }

    @Override
    public Uni<List<Snapshot>> snapshots(@Nullable String database) {
        DatabaseId cache = database == null ? null : Cache.id(database);
        return elastiCache.reading(work -> CacheSnapshots.all(work, cache));
    }

    @Override
    public Uni<Map<String, Snapshot>> findSnapshots(Set<String> keys) {
        return elastiCache.reading(work -> CacheSnapshots.find(work, keys));
    }

    @Override
    public Uni<Map<String, List<Tag>>> snapshotTags(Set<String> keys) {
        return elastiCache.reading(work -> CacheSnapshots.tags(work, keys));
    }

    @Override
    public List<String> problems(Change change) {
        return CacheNames.problems(change);
    }

    @Override
    public List<String> problems(Change change, Database database) {
        return CacheChecks.problems(change, database);
    }

    @Override
    public Uni<DatabaseId> check(FleetChange change) {
        return elastiCache.reading(work -> CacheChecks.check(work, change));
    }

    @Override
    public Uni<RestoreOutline> outline(Change.Restore restore) {
        return elastiCache.reading(work -> CacheOutline.of(work, restore));
    }

    @Override
    public Uni<@Nullable String> begin(String operation, Change change) {
        return elastiCache.changing(work -> CacheChanges.begin(work, operation, change));
    }

    @Override
    public Uni<Progress> look(String operation, Change change, @Nullable String key) {
        return elastiCache.changing(work -> CacheProgress.look(work, operation, change, key));
    }

    @Override
    public Uni<List<Reapplied>> reapply(Change.Restore restore) {
        return elastiCache.changing(work -> CacheReapply.reapply(work, restore));
    }
}
