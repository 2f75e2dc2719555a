package io.headgate.recovery.elasticache;

import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.RestoreWindow;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.model.AutomaticFailoverStatus;
import software.amazon.awssdk.services.elasticache.model.CacheCluster;
import software.amazon.awssdk.services.elasticache.model.Endpoint;
import software.amazon.awssdk.services.elasticache.model.MultiAZStatus;
import software.amazon.awssdk.services.elasticache.model.NodeGroup;
import software.amazon.awssdk.services.elasticache.model.NodeGroupMember;
import software.amazon.awssdk.services.elasticache.model.ReplicationGroup;
import software.amazon.awssdk.services.elasticache.model.SecurityGroupMembership;

/**
 * What ElastiCache calls a replication group or, where it belongs to none, a cache cluster.
 *
 * @param group the replication group; {@code null} of a cache cluster that belongs to none
 * @param cluster the cache cluster or, of a replication group, one of its members; {@code null} while there is none
 */
public record Cache(
        @Nullable ReplicationGroup group, @Nullable CacheCluster cluster) {

    static final String AVAILABLE = "available";
    static final String CREATING = "creating";
    static final String DELETING = "deleting";

    private static final String MEMCACHED = "memcached";
    private static final String PRIMARY = "primary";

    /** The id of the cache of a name. */
    public static DatabaseId id(String name) {
        return new DatabaseId(DatabaseKind.CACHE_CLUSTER, name);
    }

    /** The id of what a member or a cache cluster belongs to. */
    static DatabaseId id(@Nullable String group, @Nullable String cluster) {
        return id(group != null ? group : String.valueOf(cluster));
    }

    String name() {
        return group != null
                ? group.replicationGroupId()
                : Objects.requireNonNull(cluster).cacheClusterId();
    }

    /** As messages name it. */
    String thing() {
        return (group != null ? "replication group " : "cache cluster ") + name();
    }

    @Nullable
    String arn() {
        return group != null ? group.arn() : Objects.requireNonNull(cluster).arn();
    }

    String status() {
        return Objects.requireNonNullElse(
                group != null ? group.status() : Objects.requireNonNull(cluster).cacheClusterStatus(), "unknown");
    }

    boolean isAvailable() {
        return status().equals(AVAILABLE);
    }

    static boolean isMemcached(@Nullable String engine) {
        return MEMCACHED.equals(engine);
    }

    boolean isMemcached() {
        return cluster != null && isMemcached(cluster.engine());
    }

    /** Whether its keys are spread over shards by their hash. */
    boolean isClusterMode() {
        return group != null && Boolean.TRUE.equals(group.clusterEnabled());
    }

    boolean hasAutomaticFailover() {
        return group != null
                && (group.automaticFailover() == AutomaticFailoverStatus.ENABLED
                        || group.automaticFailover() == AutomaticFailoverStatus.ENABLING);
    }

    boolean isMultiAz() {
        return group != null && group.multiAZ() == MultiAZStatus.ENABLED;
    }

    int retentionDays() {
        Integer days = group != null
                ? group.snapshotRetentionLimit()
                : Objects.requireNonNull(cluster).snapshotRetentionLimit();
        return Objects.requireNonNullElse(days, 0);
    }

    /** The shards of a replication group, which ElastiCache calls node groups; none of a cache cluster. */
    public List<NodeGroup> shards() {
        return group == null ? List.of() : group.nodeGroups();
    }

    /** How many nodes each shard has beside its primary. */
    int replicas() {
        return shards().stream()
                .mapToInt(shard -> shard.nodeGroupMembers().size() - 1)
                .max()
                .orElse(0);
    }

    /**
     * The member that takes the writes of a shard; {@code null} while that can't be told. With cluster mode ElastiCache tells
     * nobody's role.
     */
    @Nullable
    String primary(String shard) {
        return shards().stream()
                .filter(each -> shard.equals(each.nodeGroupId()))
                .flatMap(each -> each.nodeGroupMembers().stream())
                .filter(member -> PRIMARY.equals(member.currentRole()))
                .map(NodeGroupMember::cacheClusterId)
                .findFirst()
                .orElse(null);
    }

    /** The member that daily snapshots are taken of, a replica where there is one; {@code null} with cluster mode. */
    @Nullable
    String snapshottingMember() {
        if (group == null || isClusterMode()) {
            return null;
        }
        if (group.snapshottingClusterId() != null) {
            return group.snapshottingClusterId();
        }
        List<NodeGroupMember> members = shards().stream()
                .flatMap(shard -> shard.nodeGroupMembers().stream())
                .toList();
        return members.stream()
                .filter(member -> !PRIMARY.equals(member.currentRole()))
                .findFirst()
                .or(() -> members.stream().findFirst())
                .map(NodeGroupMember::cacheClusterId)
                .orElse(null);
    }

    @Nullable
    String snapshotWindow() {
        return group != null
                ? group.snapshotWindow()
                : Objects.requireNonNull(cluster).snapshotWindow();
    }

    public boolean isEncryptedAtRest() {
        return Boolean.TRUE.equals(
                group != null
                        ? group.atRestEncryptionEnabled()
                        : Objects.requireNonNull(cluster).atRestEncryptionEnabled());
    }

    boolean isEncryptedInTransit() {
        return Boolean.TRUE.equals(
                group != null
                        ? group.transitEncryptionEnabled()
                        : Objects.requireNonNull(cluster).transitEncryptionEnabled());
    }

    /** The VPC security groups, in order. */
    List<String> securityGroups() {
        return cluster == null
                ? List.of()
                : cluster.securityGroups().stream()
                        .map(SecurityGroupMembership::securityGroupId)
                        .sorted()
                        .toList();
    }

    @Nullable
    String parameterGroup() {
        return cluster == null || cluster.cacheParameterGroup() == null
                ? null
                : cluster.cacheParameterGroup().cacheParameterGroupName();
    }

    Database database() {
        return new Database(
                id(name()),
                arn(),
                cluster != null
                        ? cluster.engine()
                        : Objects.requireNonNull(group).engine(),
                cluster == null ? null : cluster.engineVersion(),
                status(),
                endpoint(),
                isMemcached() ? null : isMultiAz(),
                List.of());
    }

    /** Snapshots alone bring a cache back, never a time between them. */
    RestoreWindow window() {
        return new RestoreWindow(false, isMemcached() ? null : retentionDays(), null, null);
    }

    private @Nullable String endpoint() {
        if (group != null) {
            Endpoint primary = shards().isEmpty() ? null : shards().get(0).primaryEndpoint();
            return text(group.configurationEndpoint() != null ? group.configurationEndpoint() : primary);
        }
        CacheCluster single = Objects.requireNonNull(cluster);
        if (single.configurationEndpoint() != null) {
            return text(single.configurationEndpoint());
        }
        return single.cacheNodes().isEmpty()
                ? null
                : text(single.cacheNodes().get(0).endpoint());
    }

    /** Host and port, {@code null} while there is none. */
    public static @Nullable String text(@Nullable Endpoint endpoint) {
        return endpoint == null || endpoint.address() == null ? null : endpoint.address() + ":" + endpoint.port();
    }
}
