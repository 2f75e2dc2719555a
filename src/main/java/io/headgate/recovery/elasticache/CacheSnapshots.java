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
                names,
                name -> find(elastiCache, name)
                        .chain(found -> found == null ? Uni.createFrom().nullItem() : tagged(elastiCache, found)));
    }

    /** Those of a cache, which may be gone, or of all. */
    static Uni<List<Snapshot>> all(AwsWork<ElastiCacheAsyncClient> elastiCache, @Nullable DatabaseId cache) {
        return elastiCache
                .pages(
                        (client, marker) -> client.describeSnapshots(
                                request -> request.marker(marker).maxRecords(PAGE)),
                        DescribeSnapshotsResponse::marker)
                .chain(pages -> AwsWork.together(pages.stream()
                        .flatMap(page -> page.snapshots().stream())
                        .filter(snapshot -> cache == null || source(snapshot).equals(cache))
                        .map(snapshot -> tagged(elastiCache, snapshot))
                        .toList()));
    }

    private static Uni<Snapshot> tagged(
            AwsWork<ElastiCacheAsyncClient> elastiCache,
            software.amazon.awssdk.services.elasticache.model.Snapshot snapshot) {
        return CacheTags.of(elastiCache, snapshot.arn()).map(tags -> snapshot(snapshot, tags));
    }

    private static Snapshot snapshot(
            software.amazon.awssdk.services.elasticache.model.Snapshot snapshot, List<Tag> tags) {
        return new Snapshot(
                new SnapshotId(DatabaseKind.CACHE_CLUSTER, snapshot.snapshotName()),
                snapshot.snapshotName(),
                source(snapshot),
                Objects.requireNonNullElse(snapshot.snapshotStatus(), "unknown"),
                !"manual".equals(snapshot.snapshotSource()),
                createdAt(snapshot.nodeSnapshots()),
                size(snapshot.nodeSnapshots()),
                null,
                tags);
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
