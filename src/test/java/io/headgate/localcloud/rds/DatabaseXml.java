package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalDynamoDb;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.query.XmlResponse;
import java.util.List;
import java.util.Map;

/** DB instances and DB clusters as the API writes them. */
final class DatabaseXml {

    static final List<String> ZONES =
            List.of(LocalDynamoDb.REGION + "a", LocalDynamoDb.REGION + "b", LocalDynamoDb.REGION + "c");

    private static final String ADDRESS = "127.0.0.1";
    private static final String HOSTED_ZONE = "Z00000000000000000000";
    private static final List<String> COMMON = List.of(
            "AllocatedStorage",
            "AutoMinorVersionUpgrade",
            "BackupRetentionPeriod",
            "CharacterSetName",
            "CopyTagsToSnapshot",
            "DeletionProtection",
            "Engine",
            "EngineVersion",
            "Iops",
            "KmsKeyId",
            "MasterUsername",
            "NetworkType",
            "PreferredBackupWindow",
            "PreferredMaintenanceWindow",
            "PubliclyAccessible",
            "StorageEncrypted",
            "StorageThroughput",
            "StorageType");
    private static final List<String> OF_INSTANCES = List.of(
            "AvailabilityZone",
            "CACertificateIdentifier",
            "DBInstanceClass",
            "DBName",
            "LicenseModel",
            "MaxAllocatedStorage",
            "PromotionTier",
            "SecondaryAvailabilityZone");

    private final Account account;

    DatabaseXml(Account account) {
        this.account = account;
    }

    void write(XmlResponse xml, Database database) {
        xml.element(database.kind.noun, () -> {
            xml.text(database.kind.identifierParameter(), database.identifier);
            xml.text(database.kind.noun + "Arn", database.arn());
            xml.text(database.kind.resourceIdElement, database.resourceId);
            xml.text(database.kind.createTimeElement, database.created);
            xml.text("LatestRestorableTime", account.latestRestorable(database));
            xml.text("IAMDatabaseAuthenticationEnabled", database.attributes.get("EnableIAMDatabaseAuthentication"));
            COMMON.forEach(name -> xml.text(name, database.attributes.get(name)));
            xml.list(
                    "VpcSecurityGroups",
                    List.of(database.attributes
                            .getOrDefault("VpcSecurityGroupIds", "sg-00000000")
                            .split(",", -1)),
                    group -> xml.element("VpcSecurityGroupMembership", () -> {
                        xml.text("VpcSecurityGroupId", group);
                        xml.text("Status", "active");
                    }));
            xml.tags(database.tags);
            String secret = database.secretArn;
            if (secret != null) {
                xml.element("MasterUserSecret", () -> {
                    xml.text("SecretArn", secret);
                    xml.text("SecretStatus", database.status.equals(Database.CREATING) ? "creating" : "active");
                });
            }
            if (database.kind == Kind.INSTANCE) {
                writeInstance(xml, database);
            } else {
                writeCluster(xml, database);
            }
        });
    }

    private void writeInstance(XmlResponse xml, Database instance) {
        Map<String, String> attributes = instance.attributes;
        xml.text("DBInstanceStatus", instance.status);
        xml.text("MultiAZ", instance.multiAz);
        OF_INSTANCES.forEach(name -> xml.text(name, attributes.get(name)));
        LocalPostgres server = instance.serving();
        if (server != null) {
            xml.element("Endpoint", () -> {
                xml.text("Address", ADDRESS);
                xml.text("Port", server.port());
                xml.text("HostedZoneId", HOSTED_ZONE);
            });
        }
        xml.text("DbInstancePort", 0);
        Database cluster = instance.cluster;
        xml.text("DBClusterIdentifier", cluster == null ? null : cluster.identifier);
        xml.list("DBSecurityGroups", List.<String>of(), group -> {});
        xml.list(
                "ReadReplicaDBInstanceIdentifiers",
                account.replicasOf(instance),
                replica -> xml.text("ReadReplicaDBInstanceIdentifier", replica.identifier));
        Database source = instance.replicaOf;
        if (source != null) {
            xml.text("ReadReplicaSourceDBInstanceIdentifier", source.identifier);
            xml.element(
                    "StatusInfos",
                    () -> xml.element("DBInstanceStatusInfo", () -> {
                        xml.text("StatusType", "read replication");
                        xml.text("Normal", instance.replicates);
                        xml.text("Status", instance.replicates ? "replicating" : "connecting");
                    }));
        }
        xml.element(
                "PendingModifiedValues",
                () -> xml.text("MultiAZ", instance.is("MultiAZ") == instance.multiAz ? null : instance.is("MultiAZ")));
        xml.list(
                "DBParameterGroups",
                List.of(parameterGroup(attributes, "DBParameterGroupName")),
                group -> xml.element("DBParameterGroup", () -> {
                    xml.text("DBParameterGroupName", group);
                    xml.text("ParameterApplyStatus", "in-sync");
                }));
        xml.list(
                "OptionGroupMemberships",
                List.of(optionGroup(attributes)),
                group -> xml.element("OptionGroupMembership", () -> {
                    xml.text("OptionGroupName", group);
                    xml.text("Status", "in-sync");
                }));
        xml.element("DBSubnetGroup", () -> {
            xml.text("DBSubnetGroupName", attributes.get("DBSubnetGroupName"));
            xml.text("DBSubnetGroupDescription", attributes.get("DBSubnetGroupName"));
            xml.text("VpcId", "vpc-00000000");
            xml.text("SubnetGroupStatus", "Complete");
        });
    }

    private void writeCluster(XmlResponse xml, Database cluster) {
        Map<String, String> attributes = cluster.attributes;
        xml.text("Status", cluster.status);
        xml.text("MultiAZ", attributes.get("MultiAZ"));
        xml.text("DatabaseName", attributes.get("DatabaseName"));
        xml.text("DBClusterInstanceClass", attributes.get("DBClusterInstanceClass"));
        xml.text("EngineMode", attributes.getOrDefault("EngineMode", "provisioned"));
        xml.text("EarliestRestorableTime", account.earliestRestorable(cluster));
        LocalPostgres server = cluster.server;
        if (server != null) {
            xml.text("Endpoint", ADDRESS);
            xml.text("ReaderEndpoint", ADDRESS);
            xml.text("Port", server.port());
            xml.text("HostedZoneId", HOSTED_ZONE);
        }
        xml.text("DBClusterParameterGroup", parameterGroup(attributes, "DBClusterParameterGroupName"));
        xml.text("DBSubnetGroup", attributes.get("DBSubnetGroupName"));
        xml.list("AvailabilityZones", ZONES, zone -> xml.text("AvailabilityZone", zone));
        xml.list("ReadReplicaIdentifiers", List.<String>of(), replica -> {});
        xml.list(
                "DBClusterMembers",
                cluster.members,
                member -> xml.element("DBClusterMember", () -> {
                    xml.text("DBInstanceIdentifier", member.identifier);
                    xml.text("IsClusterWriter", member == cluster.members.get(0));
                    xml.text("DBClusterParameterGroupStatus", "in-sync");
                    xml.text("PromotionTier", member.attributes.getOrDefault("PromotionTier", "1"));
                }));
    }

    static String optionGroup(Map<String, String> attributes) {
        return attributes.getOrDefault(
                "OptionGroupName", "default:" + family(attributes).replace('.', '-'));
    }

    private static String parameterGroup(Map<String, String> attributes, String name) {
        return attributes.getOrDefault(name, "default." + family(attributes));
    }

    /** The engine and its major version, like {@code postgres17}. */
    private static String family(Map<String, String> attributes) {
        String version = attributes.getOrDefault("EngineVersion", "");
        String[] parts = version.split("\\.", -1);
        String engine = attributes.getOrDefault("Engine", "");
        return engine + (Engines.runs(engine) ? parts[0] : parts.length > 1 ? parts[0] + "." + parts[1] : version);
    }
}
