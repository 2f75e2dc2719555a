package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.query.Listing;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The actions on snapshots, each of which is a file in Redis's own form. */
final class Snapshots {

    private static final int LONGEST_NAME = 255;
    private static final String LAST = "FinalSnapshotIdentifier";
    private static final int PAGE = 50;
    private static final long MILLIS_BETWEEN_CHECKS = 500;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm").withZone(ZoneOffset.UTC);

    private final CacheAccount account;
    private final CacheXml writer;

    Snapshots(CacheAccount account, CacheXml writer) {
        this.account = account;
        this.writer = writer;
    }

    void create(QueryRequest request, XmlResponse xml) {
        String name = CacheSettings.name(request, "SnapshotName", LONGEST_NAME);
        String group = request.find("ReplicationGroupId");
        LocalCache source = group != null ? account.group(group) : account.cluster(request.require("CacheClusterId"));
        CacheSnapshot snapshot = planned(name, false, source);
        source.requireAvailable();
        snapshot.tags.putAll(request.tags());
        take(snapshot);
        writer.snapshot(xml, snapshot);
    }

    private void take(CacheSnapshot snapshot) {
        LocalCache source = snapshot.source;
        account.snapshots.put(snapshot.name, snapshot);
        source.status = LocalCache.SNAPSHOTTING;
        account.work(
                "snapshot " + snapshot.name,
                () -> {
                    snapshot.parts.forEach(CacheSnapshot.Part::write);
                    return snapshot;
                },
                done -> {
                    finish(done);
                    source.status = LocalCache.AVAILABLE;
                    account.tell(source, "Snapshot succeeded for snapshot with ID '" + done.name + "'");
                },
                () -> {
                    snapshot.status = "failed";
                    if (snapshot.automatic) {
                        remove(snapshot);
                    }
                    source.status = LocalCache.AVAILABLE;
                });
    }

    /** Takes daily snapshots from now on, when their caches' windows begin, and deletes them when their time has come. */
    void start() {
        account.repeat(MILLIS_BETWEEN_CHECKS, () -> {
            Instant now = account.clock.now();
            account.groups.values().forEach(group -> takeDaily(group, now));
            account.clusters.values().forEach(cluster -> takeDaily(cluster, now));
            for (CacheSnapshot each : account.snapshots.values()) {
                if (each.automatic
                        && each.created != null
                        && each.created
                                .plus(Duration.ofDays(each.source.retentionDays))
                                .isBefore(now)
                        && each.status.equals(LocalCache.AVAILABLE)) {
                    remove(each);
                }
            }
        });
    }

    private void takeDaily(LocalCache cache, Instant now) {
        if (cache.retentionDays > 0
                && cache.status.equals(LocalCache.AVAILABLE)
                && windowBegan(cache, now).isAfter(cache.daily)
                && cache.shards.stream()
                        .allMatch(shard -> shard.primary.running().isRunning())) {
            cache.daily = now;
            take(planned("automatic." + cache.identifier + "-" + DAY.format(now), true, cache));
        }
    }

    private static Instant windowBegan(LocalCache cache, Instant now) {
        String window = cache.snapshotWindow();
        ZonedDateTime today =
                now.atZone(ZoneOffset.UTC).with(LocalTime.parse(window.substring(0, window.indexOf('-'))));
        return (today.toInstant().isAfter(now) ? today.minusDays(1) : today).toInstant();
    }

    /** A snapshot that can be made, which is not in the account yet. */
    private CacheSnapshot planned(String name, boolean automatic, LocalCache source) {
        if (source.isMemcached()) {
            throw new QueryError(
                    "SnapshotFeatureNotSupportedFault",
                    400,
                    "Snapshot feature is not supported for the memcached engine.");
        }
        account.requireFreeSnapshot(name);
        return new CacheSnapshot(
                name,
                automatic,
                source,
                source.shards.stream()
                        .map(shard -> new CacheSnapshot.Part(
                                shard.name,
                                shard.primary,
                                account.newPlace("snapshot-%s-%s.rdb".formatted(name, shard.name))))
                        .toList());
    }

    /** Deletes a cache and its daily snapshots, after a last snapshot where the request asks for one. */
    void delete(LocalCache cache, QueryRequest request, Map<String, LocalCache> all) {
        cache.requireAvailable();
        CacheSnapshot last =
                request.has(LAST) ? planned(CacheSettings.name(request, LAST, LONGEST_NAME), false, cache) : null;
        cache.status = LocalCache.DELETING;
        account.work(
                "the deletion of " + cache.identifier,
                () -> {
                    if (last != null) {
                        last.parts.forEach(CacheSnapshot.Part::write);
                    }
                    cache.close();
                    return cache;
                },
                deleted -> {
                    if (last != null) {
                        account.snapshots.put(last.name, last);
                        finish(last);
                    }
                    all.remove(cache.identifier);
                    account.snapshots.values().stream()
                            .filter(each -> each.automatic && each.source == cache)
                            .forEach(this::remove);
                },
                () -> cache.status = LocalCache.AVAILABLE);
    }

    private void finish(CacheSnapshot snapshot) {
        snapshot.created = account.clock.now();
        snapshot.status = LocalCache.AVAILABLE;
    }

    void describe(QueryRequest request, XmlResponse xml) {
        String name = request.find("SnapshotName");
        String group = request.find("ReplicationGroupId");
        String cluster = request.find("CacheClusterId");
        String source = request.find("SnapshotSource");
        Collection<CacheSnapshot> named = name == null ? account.snapshots.values() : List.of(account.snapshot(name));
        List<CacheSnapshot> sought = named.stream()
                .filter(each -> group == null || isOf(each, true, group))
                .filter(each -> cluster == null || isOf(each, false, cluster))
                .filter(each -> source == null || source.equals(each.automatic ? "system" : "user"))
                .toList();
        Listing.of(sought, request, each -> each.name, PAGE)
                .write(xml, "Snapshots", each -> writer.snapshot(xml, each));
    }

    private static boolean isOf(CacheSnapshot snapshot, boolean isGroup, @Nullable String name) {
        return snapshot.source.isGroup == isGroup
                && snapshot.source.identifier.equals(String.valueOf(name).toLowerCase(Locale.ROOT));
    }

    void delete(QueryRequest request, XmlResponse xml) {
        CacheSnapshot snapshot = account.snapshot(request.require("SnapshotName"));
        if (!snapshot.status.equals(LocalCache.AVAILABLE) && !snapshot.status.equals("failed")) {
            throw new QueryError("InvalidSnapshotState", 400, "Snapshot " + snapshot.name + " is " + snapshot.status);
        }
        remove(snapshot);
        writer.snapshot(xml, snapshot);
    }

    private void remove(CacheSnapshot snapshot) {
        snapshot.status = LocalCache.DELETING;
        account.work(
                "the deletion of snapshot " + snapshot.name,
                () -> {
                    snapshot.parts.forEach(CacheSnapshot.Part::remove);
                    return snapshot;
                },
                deleted -> account.snapshots.remove(deleted.name),
                () -> snapshot.status = LocalCache.AVAILABLE);
    }
}
