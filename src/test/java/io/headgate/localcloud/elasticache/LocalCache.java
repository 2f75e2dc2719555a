package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.TcpFront;
import io.headgate.localcloud.query.QueryError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A replication group, or a cache cluster that belongs to none. Whoever reads or changes it holds the {@link CacheAccount}'s
 * lock.
 */
final class LocalCache implements AutoCloseable {

    static final String AVAILABLE = "available";
    static final String CREATING = "creating";
    static final String MODIFYING = "modifying";
    static final String SNAPSHOTTING = "snapshotting";
    static final String DELETING = "deleting";
    static final String FAILED = "create-failed";

    private static final String WINDOW = "03:00-04:00";

    final boolean isGroup;
    final String identifier;
    final String engine;
    final String engineVersion;
    final Instant created;
    final List<Shard> shards = new ArrayList<>();

    /** What was asked for and does nothing here, by the names of the API. */
    final Map<String, String> attributes = new LinkedHashMap<>();

    final Map<String, String> tags = new TreeMap<>();
    List<String> securityGroups = List.of();
    String status = CREATING;
    int retentionDays;

    /** When the last daily snapshot was begun, or daily snapshots were turned on. */
    Instant daily;

    boolean automaticFailover;
    boolean multiAz;

    /** Whether it is the cloud's own server, which goes with the cloud. */
    boolean permanent;

    /** Whether it is a Redis Cluster, whose keys are spread over shards by their hash. */
    boolean clusterMode;

    /**
     * What leads clients to the primary, whichever that is, where there are replicas; with cluster mode, to a primary that tells
     * of the others.
     */
    @Nullable
    TcpFront front;

    LocalCache(boolean isGroup, String identifier, String engine, String engineVersion, Instant created) {
        this.isGroup = isGroup;
        this.identifier = identifier;
        this.engine = engine;
        this.engineVersion = engineVersion;
        this.created = created;
        this.daily = created;
    }

    boolean isMemcached() {
        return engine.equals("memcached");
    }

    List<CacheNode> nodes() {
        return shards.stream().flatMap(shard -> shard.nodes.stream()).toList();
    }

    String arn() {
        return CacheAccount.arn(isGroup ? "replicationgroup" : "cluster", identifier);
    }

    /** Where clients find the primary; {@code null} while there is none. */
    @Nullable
    Integer port() {
        return front != null
                ? Integer.valueOf(front.port())
                : shards.get(0).primary.port();
    }

    /** When daily snapshots are taken, {@code 03:00-04:00} in UTC. */
    String snapshotWindow() {
        return attributes.getOrDefault("SnapshotWindow", WINDOW);
    }

    void requireAvailable() {
        if (!status.equals(AVAILABLE)) {
            throw new QueryError(
                    isGroup ? "InvalidReplicationGroupState" : "InvalidCacheClusterState",
                    400,
                    identifier + " is " + status + ".");
        }
    }

    @Override
    public void close() {
        TcpFront endpoint = front;
        if (endpoint != null) {
            endpoint.close();
        }
        if (!permanent) {
            nodes().forEach(CacheNode::close);
        }
    }
}
