package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.query.Listing;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
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
        CacheSnapshot snapshot = planned(name, source);
        source.requireAvailable();
        snapshot.tags.putAll(request.tags());
        account.snapshots.put(name, snapshot);
        source.status = LocalCache.SNAPSHOTTING;
        account.work(
                "snapshot " + name,
                () -> {
                    snapshot.parts.forEach(CacheSnapshot.Part::write);
                    return snapshot;
                },
                done -> {
                    finish(done);
                    source.status = LocalCache.AVAILABLE;
                    account.tell(source, "Snapshot succeeded for snapshot with ID '" + name + "'");
                },
                () -> {
                    snapshot.status = "failed";
                    source.status = LocalCache.AVAILABLE;
                });
        writer.snapshot(xml, snapshot);
    }

    /** A snapshot that can be made, which is not in the account yet. */
    private CacheSnapshot planned(String name, LocalCache source) {
        if (source.isMemcached()) {
            throw new QueryError(
                    "SnapshotFeatureNotSupportedFault",
                    400,
                    "Snapshot feature is not supported for the memcached engine.");
        }
        account.requireFreeSnapshot(name);
        return new CacheSnapshot(
                name,
                source,
                source.shards.stream()
                        .map(shard -> new CacheSnapshot.Part(
                                shard.name,
                                shard.primary,
                                account.newPlace("snapshot-%s-%s.rdb".formatted(name, shard.name))))
                        .toList());
    }

    /** Deletes a cache, after a last snapshot where the request asks for one. */
    void delete(LocalCache cache, QueryRequest request, Map<String, LocalCache> all) {
        cache.requireAvailable();
        CacheSnapshot last = request.has(LAST) ? planned(CacheSettings.name(request, LAST, LONGEST_NAME), cache) : null;
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
                .filter(each -> !"system".equals(source))
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
        snapshot.status = LocalCache.DELETING;
        account.work(
                "the deletion of snapshot " + snapshot.name,
                () -> {
                    snapshot.parts.forEach(CacheSnapshot.Part::remove);
                    return snapshot;
                },
                deleted -> account.snapshots.remove(deleted.name),
                () -> snapshot.status = LocalCache.AVAILABLE);
        writer.snapshot(xml, snapshot);
    }
}
