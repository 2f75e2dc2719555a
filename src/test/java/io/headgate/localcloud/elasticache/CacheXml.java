package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.query.XmlResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Caches and snapshots as ElastiCache writes them.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Types.html">Data types</a>
 */
final class CacheXml {

    private static final String LOCALHOST = "127.0.0.1";
    private static final String NODE = "0001";
    private static final int REDIS_PORT = 6379;
    private static final long MEGABYTE = 1 << 20;

    void group(XmlResponse xml, LocalCache group) {
        xml.element("ReplicationGroup", () -> {
            xml.text("ReplicationGroupId", group.identifier);
            xml.text("Description", group.attributes.get("ReplicationGroupDescription"));
            xml.text("Status", group.status);
            xml.list("MemberClusters", group.nodes(), node -> xml.text("ClusterId", node.identifier));
            xml.list("NodeGroups", group.shards, shard -> shard(xml, group, shard));
            xml.text("AutomaticFailover", group.automaticFailover ? "enabled" : "disabled");
            xml.text("MultiAZ", group.multiAz ? "enabled" : "disabled");
            xml.text("SnapshotRetentionLimit", group.retentionDays);
            xml.text("SnapshotWindow", group.snapshotWindow());
            if (group.clusterMode && !group.status.equals(LocalCache.CREATING)) {
                endpoint(xml, "ConfigurationEndpoint", group.port());
            }
            xml.text("ClusterEnabled", group.clusterMode);
            xml.text("ClusterMode", group.clusterMode ? "enabled" : "disabled");
            xml.text("CacheNodeType", group.attributes.get("CacheNodeType"));
            xml.text("Engine", group.engine);
            encryption(xml, group);
            xml.text("ReplicationGroupCreateTime", group.created);
            xml.text("ARN", group.arn());
        });
    }

    private static void shard(XmlResponse xml, LocalCache group, Shard shard) {
        xml.element("NodeGroup", () -> {
            xml.text("NodeGroupId", shard.name);
            xml.text("Status", group.status);
            xml.text("Slots", shard.slots);
            if (group.status.equals(LocalCache.CREATING)) {
                return;
            }
            if (!group.clusterMode) {
                endpoint(xml, "PrimaryEndpoint", group.port());
            }
            xml.list(
                    "NodeGroupMembers",
                    shard.nodes,
                    node -> xml.element("NodeGroupMember", () -> {
                        xml.text("CacheClusterId", node.identifier);
                        xml.text("CacheNodeId", NODE);
                        xml.text("PreferredAvailabilityZone", node.zone);
                        if (!group.clusterMode) {
                            endpoint(xml, "ReadEndpoint", node.port());
                            xml.text("CurrentRole", node == shard.primary ? "primary" : "replica");
                        }
                    }));
        });
    }

    void cluster(XmlResponse xml, LocalCache cluster) {
        cluster(xml, cluster, null, false);
    }

    /** @param member the node of a replication group; {@code null} of a cluster of its own */
    void cluster(XmlResponse xml, LocalCache cache, @Nullable CacheNode member, boolean withNodes) {
        xml.element("CacheCluster", () -> {
            xml.text("CacheClusterId", member == null ? cache.identifier : member.identifier);
            if (member == null && cache.isMemcached()) {
                endpoint(xml, "ConfigurationEndpoint", cache.port());
            }
            xml.text("CacheNodeType", cache.attributes.get("CacheNodeType"));
            xml.text("Engine", cache.engine);
            xml.text("EngineVersion", cache.engineVersion);
            xml.text("CacheClusterStatus", cache.status);
            List<CacheNode> nodes = member == null ? cache.nodes() : List.of(member);
            xml.text("NumCacheNodes", nodes.size());
            xml.text("PreferredAvailabilityZone", nodes.get(0).zone);
            xml.text("CacheClusterCreateTime", cache.created);
            xml.element("CacheParameterGroup", () -> {
                xml.text(
                        "CacheParameterGroupName",
                        cache.attributes.getOrDefault("CacheParameterGroupName", parameterGroup(cache)));
                xml.text("ParameterApplyStatus", "in-sync");
            });
            xml.text("CacheSubnetGroupName", cache.attributes.getOrDefault("CacheSubnetGroupName", "default"));
            if (withNodes) {
                xml.list(
                        "CacheNodes",
                        nodes,
                        node -> xml.element("CacheNode", () -> {
                            xml.text("CacheNodeId", member == null ? node.identifier : NODE);
                            xml.text("CacheNodeStatus", cache.status);
                            xml.text("CacheNodeCreateTime", node.created);
                            endpoint(xml, "Endpoint", node.port());
                            xml.text("CustomerAvailabilityZone", node.zone);
                        }));
            }
            xml.list(
                    "SecurityGroups",
                    cache.securityGroups,
                    group -> xml.element("member", () -> {
                        xml.text("SecurityGroupId", group);
                        xml.text("Status", "active");
                    }));
            if (member != null) {
                xml.text("ReplicationGroupId", cache.identifier);
            }
            xml.text("SnapshotRetentionLimit", cache.retentionDays);
            xml.text("SnapshotWindow", cache.snapshotWindow());
            encryption(xml, cache);
            xml.text("ARN", member == null ? cache.arn() : CacheAccount.arn("cluster", member.identifier));
        });
    }

    private static String parameterGroup(LocalCache cache) {
        String major = cache.engineVersion.substring(0, cache.engineVersion.indexOf('.'));
        return cache.isMemcached()
                ? "default.memcached1.6"
                : "default." + cache.engine + major + (cache.clusterMode ? CacheSettings.CLUSTER_MODE : "");
    }

    void snapshot(XmlResponse xml, CacheSnapshot snapshot) {
        LocalCache source = snapshot.source;
        xml.element("Snapshot", () -> {
            xml.text("SnapshotName", snapshot.name);
            xml.text(source.isGroup ? "ReplicationGroupId" : "CacheClusterId", source.identifier);
            xml.text("SnapshotStatus", snapshot.status);
            xml.text("SnapshotSource", snapshot.automatic ? "automated" : "manual");
            xml.text("CacheNodeType", source.attributes.get("CacheNodeType"));
            xml.text("Engine", source.engine);
            xml.text("EngineVersion", source.engineVersion);
            xml.text("NumCacheNodes", 1);
            xml.text("Port", REDIS_PORT);
            xml.text(
                    "CacheParameterGroupName",
                    source.attributes.getOrDefault("CacheParameterGroupName", parameterGroup(source)));
            xml.text("CacheSubnetGroupName", source.attributes.getOrDefault("CacheSubnetGroupName", "default"));
            xml.text("SnapshotRetentionLimit", source.retentionDays);
            xml.text("SnapshotWindow", source.snapshotWindow());
            xml.text("NumNodeGroups", snapshot.parts.size());
            xml.text("AutomaticFailover", source.automaticFailover ? "enabled" : "disabled");
            if (snapshot.created != null) {
                xml.list(
                        "NodeSnapshots",
                        snapshot.parts,
                        part -> xml.element("NodeSnapshot", () -> {
                            xml.text("CacheClusterId", part.node.identifier);
                            xml.text("NodeGroupId", part.shard);
                            xml.text("CacheNodeId", NODE);
                            xml.text("CacheSize", Math.max(1, part.bytes / MEGABYTE) + " MB");
                            xml.text("SnapshotCreateTime", snapshot.created);
                        }));
            }
            xml.text("ARN", snapshot.arn());
        });
    }

    private static void encryption(XmlResponse xml, LocalCache cache) {
        for (String name : List.of("AtRestEncryptionEnabled", "TransitEncryptionEnabled")) {
            xml.text(name, cache.attributes.getOrDefault(name, "false"));
        }
    }

    private static void endpoint(XmlResponse xml, String name, @Nullable Integer port) {
        if (port != null) {
            xml.element(name, () -> {
                xml.text("Address", LOCALHOST);
                xml.text("Port", port);
            });
        }
    }
}
