package io.headgate.recovery.rds;

import io.headgate.error.GatewayException;
import io.headgate.recovery.Reapplied;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.ModifyDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.PendingModifiedValues;

/**
 * A setting of a DB instance that a restore should have kept.
 *
 * @param wanted what the source has
 * @param isSame whether the new DB instance has it, or is about to
 * @param change sets it as the source has it
 */
record RdsSetting(
        String name, @Nullable Object wanted, boolean isSame, Consumer<ModifyDbInstanceRequest.Builder> change) {

    /** All settings, each as the source has it and as the new DB instance has it. */
    static List<RdsSetting> compare(DBInstance source, DBInstance target) {
        PendingModifiedValues pending = target.pendingModifiedValues() == null
                ? PendingModifiedValues.builder().build()
                : target.pendingModifiedValues();
        List<String> securityGroups = RdsInstances.securityGroups(source);
        String subnetGroup = RdsInstances.subnetGroup(source);
        String parameterGroup = RdsInstances.parameterGroup(source);
        String optionGroup = RdsInstances.optionGroup(source);
        return List.of(
                of(
                        "security groups",
                        securityGroups,
                        RdsInstances.securityGroups(target),
                        null,
                        request -> request.vpcSecurityGroupIds(securityGroups)),
                of(
                        "subnet group",
                        subnetGroup,
                        RdsInstances.subnetGroup(target),
                        pending.dbSubnetGroupName(),
                        request -> request.dbSubnetGroupName(subnetGroup)),
                of(
                        "parameter group",
                        parameterGroup,
                        RdsInstances.parameterGroup(target),
                        null,
                        request -> request.dbParameterGroupName(parameterGroup)),
                of(
                        "option group",
                        optionGroup,
                        RdsInstances.optionGroup(target),
                        null,
                        request -> request.optionGroupName(optionGroup)),
                of(
                        "Multi-AZ",
                        source.multiAZ(),
                        target.multiAZ(),
                        pending.multiAZ(),
                        request -> request.multiAZ(source.multiAZ())),
                of(
                        "backup retention",
                        source.backupRetentionPeriod(),
                        target.backupRetentionPeriod(),
                        pending.backupRetentionPeriod(),
                        request -> request.backupRetentionPeriod(source.backupRetentionPeriod())),
                of(
                        "deletion protection",
                        source.deletionProtection(),
                        target.deletionProtection(),
                        null,
                        request -> request.deletionProtection(source.deletionProtection())),
                of(
                        "copying of tags to snapshots",
                        source.copyTagsToSnapshot(),
                        target.copyTagsToSnapshot(),
                        null,
                        request -> request.copyTagsToSnapshot(source.copyTagsToSnapshot())),
                of(
                        "public access",
                        source.publiclyAccessible(),
                        target.publiclyAccessible(),
                        null,
                        request -> request.publiclyAccessible(source.publiclyAccessible())));
    }

    private static RdsSetting of(
            String name,
            @Nullable Object wanted,
            @Nullable Object current,
            @Nullable Object pending,
            Consumer<ModifyDbInstanceRequest.Builder> change) {
        boolean isSame = wanted == null || Objects.equals(wanted, pending == null ? current : pending);
        return new RdsSetting(name, wanted, isSame, change);
    }

    Reapplied unchanged() {
        return new Reapplied(name, true, wanted == null ? "the source has none" : "as the source: " + wanted);
    }

    Reapplied changed() {
        return new Reapplied(name, true, "being set as the source: " + wanted);
    }

    Reapplied refused(GatewayException refusal) {
        return new Reapplied(name, false, refusal.getMessage());
    }
}
