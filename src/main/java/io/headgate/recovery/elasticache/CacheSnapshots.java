package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.elasticache.model.NodeSnapshot;
import software.amazon.awssdk.services.elasticache.model.SnapshotNotFoundException;

/** Snapshots: how ElastiCache lists them, and what it says of them. */
final class CacheSnapshots {

    /** As many as ElastiCache takes. */
    private static final int PAGE = 50;

    private static final Pattern SIZE = Pattern.compile("(\\d+) ?([KMGT]?)B");
    private static final List<String> UNITS = List.of("", "K", "M", "G", "T");
    private static final int STEP = 1024;

    private CacheSnapshots() {}

    /** The one of a name, {@code null} when there is none. */
    static Uni<software.amazon.awssdk.services.elasticache.model.@Nullable Snapshot> find(
            AwsWork<ElastiCacheAsyncClient> elastiCache, String name) {
        if (!CacheNames.mayBeSnapshot(name)) {
            return Uni.createFrom().nullItem();
        }
        return elastiCache
                .find(
                        client -> client.describeSnapshots(request -> request.snapshotName(name)),
                        SnapshotNotFoundException.class)
                .map(page -> page == null || page.snapshots().isEmpty()
                        ? null
                        : page.snapshots().get(0));
    }

    /** Those of some names; the names of none are missing. */
    static Uni<Map<String, Snapshot>> find(AwsWork<ElastiCacheAsyncClient> elastiCache, Set<String> names) {
        return elastiCache.each(
                names, name -> find(elastiCache, name).map(found -> found == null ? null : snapshot(found)));
    }

    /** Those of a cache, which may be gone, or of all. */
    static Uni<List<Snapshot>> all(AwsWork<ElastiCacheAsyncClient> elastiCache, @Nullable DatabaseId cache) {
        return listed(elastiCache)
                .map(all -> all.stream()
                        .filter(snapshot -> cache == null || source(snapshot).equals(cache))
                        .map(CacheSnapshots::snapshot)
                        .toList());
    }

    /** The tags of those of some names, one request each; the names of none are missing. */
    static Uni<Map<String, List<Tag>>> tags(AwsWork<ElastiCacheAsyncClient> elastiCache, Set<String> names) {
        return arns(elastiCache, names)
                .chain(arns -> elastiCache.each(arns.keySet(), name -> CacheTags.of(elastiCache, arns.get(name))));
    }

    private static Uni<Map<String, String>> arns(AwsWork<ElastiCacheAsyncClient> elastiCache, Set<String> names) {
        return names.size() == 1
                ? elastiCache.each(
                        names, name -> find(elastiCache, name).map(found -> found == null ? null : found.arn()))
                : listed(elastiCache).map(all -> {
                    Map<String, String> arns = new HashMap<>();
                    all.forEach(snapshot -> arns.put(snapshot.snapshotName(), snapshot.arn()));
                    arns.keySet().retainAll(names);
                    return arns;
                });
    }

    private static Uni<List<software.amazon.awssdk.services.elasticache.model.Snapshot>> listed(
            AwsWork<ElastiCacheAsyncClient> elastiCache) {
        return elastiCache
                .pages(
                        (client, marker) -> client.describeSnapshots(
                                request -> request.marker(marker).maxRecords(PAGE)),
                        DescribeSnapshotsResponse::marker)
                .map(pages -> pages.stream()
                        .flatMap(page -> page.snapshots().stream())
                        .toList());
    }

    private static Snapshot snapshot(software.amazon.awssdk.services.elasticache.model.Snapshot snapshot) {
        return new Snapshot(
                new SnapshotId(DatabaseKind.CACHE_CLUSTER, snapshot.snapshotName()),
                snapshot.snapshotName(),
                source(snapshot),
                Objects.requireNonNullElse(snapshot.snapshotStatus(), "unknown"),
                !"manual".equals(snapshot.snapshotSource()),
                createdAt(snapshot.nodeSnapshots()),
                size(snapshot.nodeSnapshots()),
                null,
                null);
    }

    /** What it was made of. */
    static DatabaseId source(software.amazon.awssdk.services.elasticache.model.Snapshot snapshot) {
        return Cache.id(snapshot.replicationGroupId(), snapshot.cacheClusterId());
    }

    /** ElastiCache tells no time while it makes one. */
    private static Instant createdAt(List<NodeSnapshot> nodes) {
        return nodes.stream()
                .map(NodeSnapshot::snapshotCreateTime)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElseGet(() -> Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    /** ElastiCache tells sizes as {@code 16 MB}. */
    private static @Nullable Long size(List<NodeSnapshot> nodes) {
        long bytes = 0;
        for (NodeSnapshot node : nodes) {
            Matcher size = SIZE.matcher(String.valueOf(node.cacheSize()));
            if (!size.matches()) {
                return null;
            }
            bytes += Long.parseLong(size.group(1)) * (long) Math.pow(STEP, UNITS.indexOf(size.group(2)));
        }
        return nodes.isEmpty() ? null : bytes;
    }
}
