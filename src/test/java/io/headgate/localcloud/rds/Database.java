package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.PostgresStandby;
import io.headgate.localcloud.SynchronousStandby;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A DB instance or a DB cluster. Whoever reads or changes it holds the {@link Account}'s lock. */
final class Database {

    static final String CREATING = "creating";
    static final String AVAILABLE = "available";
    static final String BACKING_UP = "backing-up";
    static final String DELETING = "deleting";
    static final String REBOOTING = "rebooting";

    /** What the local cloud says about a database that is a record alone. */
    static final Map<String, String> METADATA_ONLY = Map.of("headgate:local", "metadata only: no server runs");

    final Kind kind;
    final String resourceId;
    final Instant created;

    /** Whether it stays as long as the cloud does. */
    boolean permanent;

    /** What clients set, by the API's name of the element: those of the request are the same as those of the response. */
    final Map<String, String> attributes = new TreeMap<>();

    final Map<String, String> tags = new LinkedHashMap<>();

    /** Base backups from which a time can be recovered, the oldest first. */
    final List<Snapshot> bases = new ArrayList<>();

    /** Of a cluster: its DB instances, the writer first. */
    final List<Database> members = new ArrayList<>();

    String identifier;
    String status = CREATING;

    /** Of an instance in a cluster. */
    @Nullable
    Database cluster;

    /** Where there is one: neither while it starts, nor for other engines. */
    @Nullable
    LocalPostgres server;

    /** Of a Multi-AZ instance, while there is one. */
    @Nullable
    SynchronousStandby standby;

    /** Whether it is Multi-AZ: from when it has its first standby, also while that is replaced. */
    boolean multiAz;

    /** Of a read replica: what it replicates. */
    @Nullable
    Database replicaOf;

    /** Of a read replica, once it has a server. */
    @Nullable
    PostgresStandby replica;

    /** Of a read replica: how far it is behind. */
    final Lag lag = new Lag();

    /** Of a read replica: whether its source streams to it. */
    boolean replicates;

    /** The secret that has the master user's password, where RDS manages it. */
    @Nullable
    String secretArn;

    /** When it was deleted, its automated backups being kept. */
    @Nullable
    Instant retainedSince;

    /** Completes when all its work so far is done. */
    CompletableFuture<Void> work = CompletableFuture.completedFuture(null);

    Database(Kind kind, String identifier, String resourceId, Instant created) {
        this.kind = kind;
        this.identifier = identifier;
        this.resourceId = resourceId;
        this.created = created;
    }

    String arn() {
        return kind.arn(identifier);
    }

    String engine() {
        return attributes.getOrDefault("Engine", "");
    }

    boolean runs() {
        return Engines.runs(engine());
    }

    boolean is(String attribute) {
        return "true".equals(attributes.get(attribute));
    }

    /** The server behind it, which is the cluster's for an instance in a cluster. */
    @Nullable
    LocalPostgres serving() {
        return cluster == null ? server : cluster.server;
    }

    int retentionDays() {
        return Integer.parseInt(attributes.getOrDefault("BackupRetentionPeriod", "0"));
    }

    /** Whether it has automated backups of its own: a cluster keeps those of its instances. */
    boolean isBackedUp() {
        return cluster == null && retentionDays() > 0;
    }

    /** Moves on, unless it is going away. */
    void becomes(String next) {
        if (!status.equals(DELETING)) {
            status = next;
        }
    }

    void requireAvailable() {
        if (!status.equals(AVAILABLE)) {
            throw kind.invalidState(
                    kind.words() + " " + identifier + " is not in available state. It is " + status + ".");
        }
    }

    /** The values of a filter. */
    @Nullable
    Set<String> values(String filter) {
        if (filter.equals("db-cluster-id") && kind == Kind.INSTANCE) {
            return cluster == null ? Set.of() : Set.of(cluster.identifier, cluster.arn());
        }
        if (filter.equals(kind.identifierFilter())) {
            return Set.of(identifier, arn());
        }
        if (filter.equals(kind.resourceIdFilter())) {
            return Set.of(resourceId);
        }
        return switch (filter) {
            case "engine" -> Set.of(engine());
            case "domain", "clone-group-id" -> Set.of();
            default -> null;
        };
    }
}
