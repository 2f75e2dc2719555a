package io.headgate.fleet;

import io.headgate.recovery.DatabaseId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What AWS tells of a database beside what its recovery needs; {@code null} where its kind has no such thing.
 *
 * @param storageGib how much storage it has
 * @param masterUserSecret the ARN of the secret that has the master user's password, where AWS manages it
 * @param readerEndpoint host and port for reads
 * @param members the instances of a cluster
 * @param replicaOf what a read replica replicates
 * @param replicationStatus whether a read replica receives what its source commits, in AWS's word
 * @param nodes the nodes of a cache
 * @param pendingChanges names of what is asked for and not there yet, as AWS has them
 */
public record DatabaseDetails(
        @Nullable String instanceClass,
        @Nullable Integer storageGib,
        @Nullable String storageType,
        @Nullable Integer iops,
        @Nullable Boolean encrypted,
        @Nullable Boolean deletionProtection,
        @Nullable Boolean publiclyAccessible,
        @Nullable String availabilityZone,
        @Nullable String secondaryAvailabilityZone,
        @Nullable String masterUsername,
        @Nullable String masterUserSecret,
        @Nullable String readerEndpoint,
        List<Member> members,
        @Nullable DatabaseId replicaOf,
        @Nullable String replicationStatus,
        List<String> pendingChanges,
        List<Node> nodes) {

    /**
     * An instance of a cluster.
     *
     * @param writer whether it takes writes
     * @param promotionTier which takes over first: the one with the lowest
     */
    public record Member(
            DatabaseId database, boolean writer, @Nullable Integer promotionTier) {}

    /**
     * A node of a cache.
     *
     * @param name of the member of a replication group, or the number of a cache cluster's node
     * @param shard which ElastiCache calls node group; {@code null} of a cache cluster
     * @param role in AWS's word, {@code primary} or {@code replica}; {@code null} where it tells none, as with cluster mode
     * @param endpoint host and port
     */
    public record Node(
            String name,
            @Nullable String shard,
            @Nullable String role,
            @Nullable String availabilityZone,
            @Nullable String endpoint) {}

    /** Of a database of which nothing is known. */
    public static final DatabaseDetails NONE = new DatabaseDetails(
            null, null, null, null, null, null, null, null, null, null, null, null, List.of(), null, null, List.of(),
            List.of());

    /** Of a cache. */
    public static DatabaseDetails ofCache(
            @Nullable String nodeType,
            boolean encrypted,
            @Nullable String availabilityZone,
            @Nullable String readerEndpoint,
            List<Node> nodes) {
        return new DatabaseDetails(
                nodeType,
                null,
                null,
                null,
                encrypted,
                null,
                null,
                availabilityZone,
                null,
                null,
                null,
                readerEndpoint,
                List.of(),
                null,
                null,
                List.of(),
                nodes);
    }
}
