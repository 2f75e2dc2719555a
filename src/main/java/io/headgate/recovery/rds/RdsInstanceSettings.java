package io.headgate.recovery.rds;

import io.headgate.recovery.Reapplied;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.ModifyDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.PendingModifiedValues;
import software.amazon.awssdk.services.rds.model.Tag;

/** The settings of a DB instance that a restore should have kept. */
final class RdsInstanceSettings implements RdsSettings<DBInstance, ModifyDbInstanceRequest.Builder> {

    @Override
    public String thing() {
        return "DB instance";
    }

    @Override
    public String arn(DBInstance instance) {
        return instance.dbInstanceArn();
    }

    @Override
    public List<Tag> tags(DBInstance instance) {
        return instance.tagList();
    }

    @Override
    public List<RdsSetting<ModifyDbInstanceRequest.Builder>> compare(DBInstance source, DBInstance target) {
        PendingModifiedValues pending = target.pendingModifiedValues() == null
                ? PendingModifiedValues.builder().build()
                : target.pendingModifiedValues();
        List<String> securityGroups = RdsInstances.securityGroups(source);
        String subnetGroup = RdsInstances.subnetGroup(source);
        String parameterGroup = RdsInstances.parameterGroup(source);
        String optionGroup = RdsInstances.optionGroup(source);
        return List.of(
                RdsSetting.of(
                        "security groups",
                        securityGroups,
                        RdsInstances.securityGroups(target),
                        null,
                        request -> request.vpcSecurityGroupIds(securityGroups)),
                RdsSetting.of(
                        "subnet group",
                        subnetGroup,
                        RdsInstances.subnetGroup(target),
                        pending.dbSubnetGroupName(),
                        request -> request.dbSubnetGroupName(subnetGroup)),
                RdsSetting.of(
                        "parameter group",
                        parameterGroup,
                        RdsInstances.parameterGroup(target),
                        null,
                        request -> request.dbParameterGroupName(parameterGroup)),
                RdsSetting.of(
                        "option group",
                        optionGroup,
                        RdsInstances.optionGroup(target),
                        null,
                        request -> request.optionGroupName(optionGroup)),
                RdsSetting.of(
                        "Multi-AZ",
                        source.multiAZ(),
                        target.multiAZ(),
                        pending.multiAZ(),
                        request -> request.multiAZ(source.multiAZ())),
                RdsSetting.of(
                        "backup retention",
                        source.backupRetentionPeriod(),
                        target.backupRetentionPeriod(),
                        pending.backupRetentionPeriod(),
                        request -> request.backupRetentionPeriod(source.backupRetentionPeriod())),
                RdsSetting.of(
                        "deletion protection",
                        source.deletionProtection(),
                        target.deletionProtection(),
                        null,
                        request -> request.deletionProtection(source.deletionProtection())),
                RdsSetting.of(
                        "copying of tags to snapshots",
                        source.copyTagsToSnapshot(),
                        target.copyTagsToSnapshot(),
                        null,
                        request -> request.copyTagsToSnapshot(source.copyTagsToSnapshot())),
                RdsSetting.of(
                        "public access",
                        source.publiclyAccessible(),
                        target.publiclyAccessible(),
                        null,
                        request -> request.publiclyAccessible(source.publiclyAccessible())));
    }

    @Override
    public ModifyDbInstanceRequest.Builder modification(DBInstance target) {
        return ModifyDbInstanceRequest.builder()
                .dbInstanceIdentifier(target.dbInstanceIdentifier())
                .applyImmediately(true);
    }

    @Override
    public CompletionStage<?> send(RdsAsyncClient rds, ModifyDbInstanceRequest.Builder modification) {
        return rds.modifyDBInstance(modification.build());
    }

    @Override
    public String byHand() {
        return "security groups, parameter group, Multi-AZ and tags";
    }

    @Override
    public List<Reapplied> leftToPeople(DBInstance source) {
        List<Reapplied> left = new ArrayList<>();
        if (!source.readReplicaDBInstanceIdentifiers().isEmpty()) {
            left.add(
                    new Reapplied("read replicas", false, "create them of the new DB instance when it has taken over"));
        }
        left.add(new Reapplied(
                "CloudWatch alarms", false, "they name the source: create them for the new DB instance in CloudWatch"));
        return left;
    }
}
