package io.headgate.localcloud.rds;

import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What clients set of a database and read back: checked where a wrong value would mislead, and otherwise kept as it came.
 * Defaults are those of <a
 * href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html">CreateDBInstance</a> and <a
 * href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html">CreateDBCluster</a>.
 */
final class Attributes {

    private static final String RETENTION = "BackupRetentionPeriod";
    static final int LONGEST_RETENTION_DAYS = 35;

    private static final Set<String> FLAGS = Set.of(
            "AutoMinorVersionUpgrade",
            "CopyTagsToSnapshot",
            "DeletionProtection",
            "EnableIAMDatabaseAuthentication",
            "MultiAZ",
            "PubliclyAccessible",
            "StorageEncrypted");

    private static final List<String> KEPT = List.of(
            "AvailabilityZone",
            "CACertificateIdentifier",
            "CharacterSetName",
            "DBClusterInstanceClass",
            "DBClusterParameterGroupName",
            "DBInstanceClass",
            "DBParameterGroupName",
            "DBSubnetGroupName",
            "EngineMode",
            "Iops",
            "KmsKeyId",
            "LicenseModel",
            "MaxAllocatedStorage",
            "NetworkType",
            "OptionGroupName",
            "PreferredBackupWindow",
            "PreferredMaintenanceWindow",
            "PromotionTier",
            "StorageThroughput",
            "StorageType");

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("AutoMinorVersionUpgrade", "true"),
            Map.entry("CopyTagsToSnapshot", "false"),
            Map.entry("DBSubnetGroupName", "default"),
            Map.entry("DeletionProtection", "false"),
            Map.entry("EnableIAMDatabaseAuthentication", "false"),
            Map.entry("MultiAZ", "false"),
            Map.entry("NetworkType", "IPV4"),
            Map.entry("PreferredBackupWindow", "03:00-03:30"),
            Map.entry("PreferredMaintenanceWindow", "sun:04:00-sun:04:30"),
            Map.entry("PubliclyAccessible", "false"),
            Map.entry("StorageEncrypted", "false"));

    /** What a restored database does not take over: it begins with the defaults. */
    private static final List<String> NOT_RESTORED = List.of(
            "CopyTagsToSnapshot",
            "DBClusterParameterGroupName",
            "DBParameterGroupName",
            "DBSubnetGroupName",
            "DeletionProtection",
            "MultiAZ",
            "OptionGroupName",
            "SecondaryAvailabilityZone",
            "VpcSecurityGroupIds");

    private Attributes() {}

    static void ofNew(Database database, QueryRequest request, Account account) {
        String engine = request.require("Engine");
        Map<String, String> attributes = database.attributes;
        attributes.put("Engine", engine);
        attributes.put(
                "EngineVersion",
                Engines.runs(engine)
                        ? account.postgresVersion
                        : or(request.find("EngineVersion"), Engines.version(engine)));
        attributes.put(RETENTION, "1");
        attributes.put("LicenseModel", Engines.license(engine));
        attributes.put("AllocatedStorage", Engines.isAurora(engine) ? "1" : "20");
        if (database.kind == Kind.INSTANCE) {
            attributes.put("AvailabilityZone", DatabaseXml.ZONES.get(0));
            attributes.put("CACertificateIdentifier", "rds-ca-rsa2048-g1");
        }
        attributes.put("StorageType", Engines.isAurora(engine) ? "aurora" : request.has("Iops") ? "io1" : "gp3");
        for (String name : List.of("MasterUsername", database.kind.databaseNameParameter())) {
            String value = request.find(name);
            if (value != null && !value.isEmpty()) {
                attributes.put(name, value);
            }
        }
        if (database.kind == Kind.INSTANCE && request.has("AvailabilityZone") && request.isTrue("MultiAZ")) {
            throw QueryError.invalidCombination(
                    "Requesting a specific availability zone is not valid for Multi-AZ instances.");
        }
        change(database, request);
    }

    /** Takes what the request sets; what neither it nor anything before set gets its default. */
    static void change(Database database, QueryRequest request) {
        int shortestRetention = database.kind == Kind.CLUSTER ? 1 : 0;
        request.integer(RETENTION, shortestRetention, LONGEST_RETENTION_DAYS)
                .ifPresent(days -> database.attributes.put(RETENTION, days.toString()));
        request.integer("AllocatedStorage", 1, 65536)
                .ifPresent(
                        size -> database.attributes.put("AllocatedStorage", Integer.toString(grown(database, size))));
        for (String flag : FLAGS) {
            if (request.has(flag)) {
                database.attributes.put(flag, String.valueOf(request.isTrue(flag)));
            }
        }
        for (String name : KEPT) {
            String value = request.find(name);
            if (value != null && !value.isEmpty()) {
                database.attributes.put(name, value);
            }
        }
        List<String> groups = request.strings("VpcSecurityGroupIds", "VpcSecurityGroupId");
        if (!groups.isEmpty()) {
            database.attributes.put("VpcSecurityGroupIds", String.join(",", groups));
        }
        DEFAULTS.forEach(database.attributes::putIfAbsent);
    }

    /** RDS rounds what grows by less than a tenth up. */
    private static int grown(Database database, int size) {
        int current = Integer.parseInt(database.attributes.getOrDefault("AllocatedStorage", "0"));
        return size > current && database.status.equals(Database.AVAILABLE)
                ? Math.max(size, (current * 11 + 9) / 10)
                : size;
    }

    /**
     * What a restored database is like: the source, with default security and parameter groups, in one zone and without
     * protection unless the request says otherwise. See <a
     * href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html">
     * RestoreDBInstanceToPointInTime</a>.
     */
    static void restore(Database restored, Map<String, String> source, QueryRequest request) {
        String engine = request.find("Engine");
        if (engine != null && !engine.equals(source.get("Engine"))) {
            throw QueryError.invalidValue(
                    "The engine " + engine + " is not compatible with the source's engine " + source.get("Engine"));
        }
        restored.attributes.putAll(source);
        NOT_RESTORED.forEach(restored.attributes::remove);
        change(restored, request);
    }

    /** What an instance in a cluster has of the cluster. */
    static void takeFromCluster(Database member, Database cluster) {
        for (String name : List.of(
                RETENTION, "AllocatedStorage", "EngineVersion", "MasterUsername", "StorageEncrypted", "StorageType")) {
            String value = cluster.attributes.get(name);
            if (value != null) {
                member.attributes.put(name, value);
            }
        }
    }

    /** The database to create within a new one. */
    static @Nullable String databaseName(QueryRequest request, Database database) {
        String parameter = database.kind.databaseNameParameter();
        String name = request.find(parameter);
        if (name == null || name.isEmpty()) {
            return null;
        }
        if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,62}") || name.startsWith("template") || name.equals("rdsadmin")) {
            throw QueryError.invalidValue(
                    parameter + " must begin with a letter and contain only alphanumeric characters.");
        }
        return name;
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
