package io.headgate.recovery.aurora;

import io.headgate.recovery.Reapplied;
import io.headgate.recovery.rds.RdsSetting;
import io.headgate.recovery.rds.RdsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.ModifyDbClusterRequest;
import software.amazon.awssdk.services.rds.model.Tag;

/** The settings of a DB cluster that a restore should have kept. */
final class AuroraSettings implements RdsSettings<DBCluster, ModifyDbClusterRequest.Builder> {

    @Override
    public String thing() {
        return "DB cluster";
    }

    @Override
    public String arn(DBCluster cluster) {
        return cluster.dbClusterArn();
    }

    @Override
    public List<Tag> tags(DBCluster cluster) {
        return cluster.tagList();
    }

    @Override
    public List<RdsSetting<ModifyDbClusterRequest.Builder>> compare(DBCluster source, DBCluster target) {
        List<String> securityGroups = AuroraClusters.securityGroups(source);
        return List.of(
                RdsSetting.of(
                        "security groups",
                        securityGroups,
                        AuroraClusters.securityGroups(target),
                        null,
                        request -> request.vpcSecurityGroupIds(securityGroups)),
                RdsSetting.of("subnet group", source.dbSubnetGroup(), target.dbSubnetGroup(), null, null),
                RdsSetting.of(
                        "cluster parameter group",
                        source.dbClusterParameterGroup(),
                        target.dbClusterParameterGroup(),
                        null,
                        request -> request.dbClusterParameterGroupName(source.dbClusterParameterGroup())),
                RdsSetting.of(
                        "backup retention",
                        source.backupRetentionPeriod(),
                        target.backupRetentionPeriod(),
                        null,
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
                        request -> request.copyTagsToSnapshot(source.copyTagsToSnapshot())));
    }

    @Override
    public ModifyDbClusterRequest.Builder modification(DBCluster target) {
        return ModifyDbClusterRequest.builder()
                .dbClusterIdentifier(target.dbClusterIdentifier())
                .applyImmediately(true);
    }

    @Override
    public CompletionStage<?> send(RdsAsyncClient rds, ModifyDbClusterRequest.Builder modification) {
        return rds.modifyDBCluster(modification.build());
    }

    @Override
    public String byHand() {
        return "security groups, cluster parameter group and tags";
    }

    @Override
    public List<Reapplied> leftToPeople(DBCluster source) {
        List<Reapplied> left = new ArrayList<>();
        if (source.dbClusterMembers().size() > 1) {
            left.add(new Reapplied("readers", false, "add them to the new cluster when it has taken over"));
        }
        left.add(new Reapplied(
                "CloudWatch alarms", false, "they name the source: create them for the new cluster in CloudWatch"));
        return left;
    }
}
