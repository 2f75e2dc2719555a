package io.headgate.localcloud.rds;

import io.headgate.localcloud.query.Listing;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The actions on snapshots of DB instances and DB clusters. */
final class Snapshots {

    private static final Set<String> TYPES = Set.of("automated", "manual", "shared", "public", "awsbackup");
    private static final Set<String> INSTANCE_FILTERS =
            Set.of("db-instance-id", "db-snapshot-id", "dbi-resource-id", "snapshot-type", "engine");
    private static final Set<String> CLUSTER_FILTERS =
            Set.of("db-cluster-id", "db-cluster-snapshot-id", "snapshot-type", "engine");

    private final Account account;
    private final Work work;
    private final Backups backups;
    private final BiConsumer<XmlResponse, Snapshot> writer;

    Snapshots(Account account, Work work, Backups backups, BiConsumer<XmlResponse, Snapshot> writer) {
        this.account = account;
        this.work = work;
        this.backups = backups;
        this.writer = writer;
    }

    void create(Kind kind, QueryRequest request, XmlResponse xml) {
        String identifier = Identifiers.ofSnapshot(request, kind.snapshotIdentifierParameter());
        Database source = account.database(kind, request.require(kind.identifierParameter()));
        if (source.cluster != null) {
            throw QueryError.invalidValue(
                    "The specified instance is a member of a cluster and a snapshot cannot be created"
                            + " directly. Please use the CreateDBClusterSnapshot API instead.");
        }
        if (source.replicaOf != null) {
            throw kind.invalidState("In the local cloud a read replica is not backed up: back its source up.");
        }
        Map<String, String> tags = request.tags();
        account.requireFreeSnapshot(kind, identifier);
        source.requireAvailable();
        writer.accept(xml, take(source, identifier, tags));
    }

    /** Takes a manual snapshot. */
    Snapshot take(Database source, String identifier, Map<String, String> tags) {
        account.requireFreeSnapshot(source.kind, identifier);
        Snapshot snapshot = new Snapshot(source, identifier, false, account.clock.now());
        snapshot.tags.putAll(tags);
        backups.take(snapshot, source, account::newSnapshotDirectory, () -> {});
        return snapshot;
    }

    void describe(Kind kind, QueryRequest request, XmlResponse xml) {
        String type = request.find("SnapshotType");
        if (type != null && !TYPES.contains(type)) {
            throw QueryError.invalidValue("Invalid snapshot type: " + type);
        }
        String database = request.find(kind.identifierParameter());
        String resourceId = request.find(kind.resourceIdElement);
        List<Snapshot> sought = sought(kind, request.find(kind.snapshotIdentifierParameter())).stream()
                .filter(each -> type == null || each.type().equals(type))
                .filter(each -> database == null || each.sourceIdentifier.equals(Identifiers.sought(database)))
                .filter(each -> resourceId == null || each.sourceResourceId.equalsIgnoreCase(resourceId))
                .toList();
        Set<String> filters = kind == Kind.INSTANCE ? INSTANCE_FILTERS : CLUSTER_FILTERS;
        Listing.of(sought, request, each -> each.identifier, filters, Snapshot::values)
                .write(xml, kind.snapshotNoun + "s", each -> writer.accept(xml, each));
    }

    private Collection<Snapshot> sought(Kind kind, @Nullable String identifier) {
        return identifier == null ? account.snapshots(kind) : List.of(account.snapshot(kind, identifier));
    }

    void delete(Kind kind, QueryRequest request, XmlResponse xml) {
        Snapshot snapshot = account.snapshot(kind, request.require(kind.snapshotIdentifierParameter()));
        if (snapshot.automated) {
            throw kind.invalidSnapshotState("Only manual snapshots may be deleted: " + snapshot.identifier);
        }
        if (snapshot.status.equals(Database.CREATING)) {
            throw kind.invalidSnapshotState("The snapshot " + snapshot.identifier + " is being created.");
        }
        account.remove(snapshot);
        snapshot.status = "deleted";
        work.remove(snapshot.readers, snapshot::removeFiles);
        writer.accept(xml, snapshot);
    }
}
