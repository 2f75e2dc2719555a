package io.headgate.fleet.rds;

import io.headgate.fleet.AutomatedBackup;
import io.headgate.fleet.DatabaseDetails;
import io.headgate.fleet.DatabaseDetails.Member;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.aurora.AuroraClusters;
import io.headgate.recovery.rds.RdsInstances;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterAutomatedBackup;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBInstanceAutomatedBackup;
import software.amazon.awssdk.services.rds.model.DBInstanceStatusInfo;
import software.amazon.awssdk.services.rds.model.MasterUserSecret;
import software.amazon.awssdk.services.rds.model.RestoreWindow;

/** What RDS says of DB instances, DB clusters and their automated backups, as the fleet has it. */
final class Details {

    private static final String REPLICATION = "read replication";

    private Details() {}

    static DatabaseDetails of(DBInstance instance) {
        String source = instance.readReplicaSourceDBInstanceIdentifier();
        return new DatabaseDetails(
                instance.dbInstanceClass(),
                RdsInstances.isMember(instance) ? null : instance.allocatedStorage(),
                instance.storageType(),
                instance.iops(),
                instance.storageEncrypted(),
                instance.deletionProtection(),
                instance.publiclyAccessible(),
                instance.availabilityZone(),
                instance.secondaryAvailabilityZone(),
                instance.masterUsername(),
                secret(instance.masterUserSecret()),
                null,
                List.of(),
                // A source in another region has its ARN here, and is not among the databases.
                source == null || source.isEmpty() || source.startsWith("arn:") ? null : RdsInstances.id(source),
                instance.statusInfos().stream()
                        .filter(info -> REPLICATION.equals(info.statusType()))
                        .map(DBInstanceStatusInfo::status)
                        .findFirst()
                        .orElse(null),
                pending(instance.pendingModifiedValues()),
                List.of());
    }

    static DatabaseDetails of(DBCluster cluster) {
        return new DatabaseDetails(
                null,
                null,
                cluster.storageType(),
                cluster.iops(),
                cluster.storageEncrypted(),
                cluster.deletionProtection(),
                cluster.publiclyAccessible(),
                null,
                null,
                cluster.masterUsername(),
                secret(cluster.masterUserSecret()),
                cluster.readerEndpoint() == null ? null : cluster.readerEndpoint() + ":" + cluster.port(),
                cluster.dbClusterMembers().stream()
                        .map(member -> new Member(
                                RdsInstances.id(member.dbInstanceIdentifier()),
                                Boolean.TRUE.equals(member.isClusterWriter()),
                                member.promotionTier()))
                        .toList(),
                null,
                null,
                pending(cluster.pendingModifiedValues()),
                List.of());
    }

    static AutomatedBackup of(DBInstanceAutomatedBackup backup) {
        return backup(
                RdsInstances.id(backup.dbInstanceIdentifier()),
                backup.dbInstanceAutomatedBackupsArn(),
                backup.engine(),
                backup.status(),
                backup.backupRetentionPeriod(),
                backup.restoreWindow(),
                backup.encrypted());
    }

    static AutomatedBackup of(DBClusterAutomatedBackup backup) {
        return backup(
                AuroraClusters.id(backup.dbClusterIdentifier()),
                backup.dbClusterAutomatedBackupsArn(),
                backup.engine(),
                backup.status(),
                backup.backupRetentionPeriod(),
                backup.restoreWindow(),
                backup.storageEncrypted());
    }

    private static AutomatedBackup backup(
            DatabaseId database,
            @Nullable String arn,
            @Nullable String engine,
            @Nullable String status,
            @Nullable Integer days,
            @Nullable RestoreWindow window,
            @Nullable Boolean encrypted) {
        Instant earliest = window == null ? null : window.earliestTime();
        Instant latest = window == null ? null : window.latestTime();
        return new AutomatedBackup(
                database,
                arn,
                engine,
                Objects.requireNonNullElse(status, "unknown"),
                days,
                earliest,
                latest,
                encrypted);
    }

    private static @Nullable String secret(@Nullable MasterUserSecret secret) {
        return secret == null ? null : secret.secretArn();
    }

    /** The names of the values that are pending, never what they are: a password can be among them. */
    private static List<String> pending(@Nullable SdkPojo values) {
        return values == null
                ? List.of()
                : values.sdkFields().stream()
                        .filter(field -> isSet(field.getValueOrDefault(values)))
                        .map(SdkField::memberName)
                        .sorted()
                        .toList();
    }

    private static boolean isSet(@Nullable Object value) {
        return value != null
                && !(value instanceof List<?> list && list.isEmpty())
                && !(value instanceof Map<?, ?> map && map.isEmpty());
    }
}
