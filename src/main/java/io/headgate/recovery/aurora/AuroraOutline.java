package io.headgate.recovery.aurora;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.RestoreOutline;
import io.headgate.recovery.rds.RdsInstances;
import io.headgate.recovery.rds.RdsNames;
import io.headgate.recovery.rds.RdsStates;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterSnapshot;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * What a restore of a DB cluster would do. RDS gives the new one the default security group and, from a snapshot, the
 * default subnet group and parameter groups, no tags and no readers, unless it is told otherwise.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-restore-snapshot.html">Restoring from a DB
 *     cluster snapshot</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-pitr.html">Restoring a DB cluster to a
 *     specified time</a>
 */
final class AuroraOutline {

    private static final List<String> OF_A_SOURCE_THAT_IS_GONE =
            List.of("security groups", "subnet group", "cluster parameter group", "tags");

    private AuroraOutline() {}

    static Uni<RestoreOutline> of(AwsWork<RdsAsyncClient> rds, Restore restore) {
        String member = AuroraMember.name(restore.target().name());
        return AuroraSource.of(rds, restore)
                .chain(source -> member(rds, member).map(taken -> outline(restore, source, taken)));
    }

    /** The member's name can't be looked up where RDS would not take it. */
    private static Uni<@Nullable DBInstance> member(AwsWork<RdsAsyncClient> rds, String name) {
        return RdsNames.mayBeDatabase(name)
                ? RdsInstances.LISTING.find(rds, name)
                : Uni.createFrom().nullItem();
    }

    private static RestoreOutline outline(Restore restore, AuroraSource source, @Nullable DBInstance taken) {
        List<String> problems = new ArrayList<>();
        if (taken != null) {
            problems.add("a DB instance " + taken.dbInstanceIdentifier()
                    + " exists, which is the name that the new cluster's instance would have: choose another target");
        }
        DBClusterSnapshot snapshot = source.snapshot();
        DBCluster cluster = source.cluster();
        if (restore instanceof RestoreSnapshot) {
            if (snapshot != null && !RdsStates.isReady(snapshot.status())) {
                problems.add("the snapshot is " + snapshot.status() + ": only an available one can be restored");
            }
        } else if (cluster != null && RdsStates.isNoSource(cluster.status())) {
            problems.add("the source is " + cluster.status() + ": wait until it is available");
        }
        String target = restore.target().name();
        String engine = source.engine() == null ? "" : " (" + source.engine() + " " + source.engineVersion() + ")";
        return new RestoreOutline(
                List.of(
                        "DB cluster " + target + engine,
                        "DB instance " + AuroraMember.name(target) + " (" + AuroraMember.instanceClass(source)
                                + "), its writer"),
                notRestored(restore, source),
                problems);
    }

    private static List<String> notRestored(Restore restore, AuroraSource source) {
        List<String> left = new ArrayList<>();
        DBCluster cluster = source.cluster();
        if (cluster == null) {
            left.addAll(OF_A_SOURCE_THAT_IS_GONE);
        } else {
            if (!restore.reapply()) {
                addSettings(cluster, left);
            }
            if (cluster.dbClusterMembers().size() > 1) {
                left.add("readers: the new cluster has one instance, the source "
                        + cluster.dbClusterMembers().size());
            }
            if (!cluster.associatedRoles().isEmpty()) {
                left.add("IAM roles of the DB cluster");
            }
        }
        left.add("custom endpoints and auto scaling of readers");
        left.add("CloudWatch alarms and event subscriptions");
        return left;
    }

    /** Each is named, also where there is nothing to lose: whoever reads a plan must not have to guess. */
    private static void addSettings(DBCluster cluster, List<String> left) {
        addNamed("security groups", String.join(", ", AuroraClusters.securityGroups(cluster)), left);
        addNamed("subnet group", cluster.dbSubnetGroup(), left);
        addNamed("cluster parameter group", cluster.dbClusterParameterGroup(), left);
        addOn("tags", !cluster.tagList().isEmpty(), left);
        addOn("deletion protection", Boolean.TRUE.equals(cluster.deletionProtection()), left);
        addOn("copying of tags to snapshots", Boolean.TRUE.equals(cluster.copyTagsToSnapshot()), left);
    }

    private static void addNamed(String thing, @Nullable String name, List<String> left) {
        left.add(name == null || name.isEmpty() ? thing + ": the source has none" : thing + " " + name);
    }

    private static void addOn(String thing, boolean isOn, List<String> left) {
        left.add(isOn ? thing : thing + ": the source has none");
    }
}
