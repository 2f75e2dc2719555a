package io.headgate.recovery.aurora;

import io.headgate.recovery.Reapplied;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.ModifyDbClusterRequest;

/**
 * A setting of a DB cluster that a restore should have kept.
 *
 * @param wanted what the source has
 * @param isSame whether the new DB cluster has it
 * @param change sets it as the source has it; {@code null} where RDS does not change it in a cluster that is there
 */
record AuroraSetting(
        String name,
        @Nullable Object wanted,
        boolean isSame,
        @Nullable Consumer<ModifyDbClusterRequest.Builder> change) {

    /** All settings, each as the source has it and as the new DB cluster has it. */
    static List<AuroraSetting> compare(DBCluster source, DBCluster target) {
        List<String> securityGroups = AuroraClusters.securityGroups(source);
        return List.of(
                of(
                        "security groups",
                        securityGroups,
                        AuroraClusters.securityGroups(target),
                        request -> request.vpcSecurityGroupIds(securityGroups)),
                of("subnet group", source.dbSubnetGroup(), target.dbSubnetGroup(), null),
                of(
                        "cluster parameter group",
                        source.dbClusterParameterGroup(),
                        target.dbClusterParameterGroup(),
                        request -> request.dbClusterParameterGroupName(source.dbClusterParameterGroup())),
                of(
                        "backup retention",
                        source.backupRetentionPeriod(),
                        target.backupRetentionPeriod(),
                        request -> request.backupRetentionPeriod(source.backupRetentionPeriod())),
                of(
                        "deletion protection",
                        source.deletionProtection(),
                        target.deletionProtection(),
                        request -> request.deletionProtection(source.deletionProtection())),
                of(
                        "copying of tags to snapshots",
                        source.copyTagsToSnapshot(),
                        target.copyTagsToSnapshot(),
                        request -> request.copyTagsToSnapshot(source.copyTagsToSnapshot())));
    }

    private static AuroraSetting of(
            String name,
            @Nullable Object wanted,
            @Nullable Object current,
            @Nullable Consumer<ModifyDbClusterRequest.Builder> change) {
        return new AuroraSetting(name, wanted, wanted == null || Objects.equals(wanted, current), change);
    }

    /**
     * How it went.
     *
     * @param refusal why RDS did not change what differs, {@code null} when it did
     */
    Reapplied outcome(@Nullable String refusal) {
        if (isSame) {
            return new Reapplied(name, true, wanted == null ? "the source has none" : "as the source: " + wanted);
        }
        if (change == null) {
            return new Reapplied(
                    name, false, "RDS does not change it afterwards; the source has " + wanted + ": restore again");
        }
        return refusal == null
                ? new Reapplied(name, true, "being set as the source: " + wanted)
                : new Reapplied(name, false, refusal);
    }
}
