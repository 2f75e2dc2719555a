package io.headgate.recovery.aurora;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Progress;
import io.headgate.recovery.rds.RdsInstances;
import io.headgate.recovery.rds.RdsOutcomes;
import io.headgate.recovery.rds.RdsStates;
import io.headgate.recovery.rds.RdsTags;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * The one DB instance of a restored DB cluster. Aurora restores the storage alone; without an instance nothing can be
 * queried. It is named after the cluster, {@code <target>-1}, and has the class of the source's writer or, where that can't
 * be known any more, {@value #CLASS}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html">RestoreDBClusterToPointInTime</a>
 */
final class AuroraMember {

    /** What stands behind the cluster's name. */
    static final String SUFFIX = "-1";

    static final String CLASS = "db.t4g.medium";

    private static final int CLUSTER_MADE = 50;

    private AuroraMember() {}

    static String name(String cluster) {
        return cluster + SUFFIX;
    }

    static String instanceClass(AuroraSource source) {
        DBInstance writer = source.writer();
        return writer == null || writer.dbInstanceClass() == null ? CLASS : writer.dbInstanceClass();
    }

    /** How far the member is made, which is asked for where it is missing. */
    static Uni<Progress> look(AwsWork<RdsAsyncClient> rds, String operation, Restore restore, DBCluster cluster) {
        String name = name(restore.target().name());
        return RdsInstances.LISTING
                .find(rds, name)
                .chain(member -> member == null
                        ? AuroraSource.of(rds, restore)
                                .chain(source -> create(rds, operation, restore, cluster, source))
                        : Uni.createFrom().item(progress(member, cluster)));
    }

    private static Uni<Progress> create(
            AwsWork<RdsAsyncClient> rds, String operation, Restore restore, DBCluster cluster, AuroraSource source) {
        DBInstance model = restore.reapply() ? source.writer() : null;
        return rds.repeatableChange(client -> client.createDBInstance(request -> request.dbInstanceIdentifier(
                                name(restore.target().name()))
                        .dbClusterIdentifier(cluster.dbClusterIdentifier())
                        .engine(cluster.engine())
                        .dbInstanceClass(instanceClass(source))
                        .dbParameterGroupName(parameterGroup(model))
                        .publiclyAccessible(model == null ? null : model.publiclyAccessible())
                        .tags(RdsTags.of(operation, restore.tags()))))
                .<Progress>map(created -> new Progress.Running(CLUSTER_MADE, null))
                .onFailure(AwsFailures::isFinal)
                .recoverWithItem(e -> outcome((GatewayException) e, cluster));
    }

    /** What a refusal means: that it is there already is what a look wants, and the next one looks at it. */
    private static Progress outcome(GatewayException refusal, DBCluster cluster) {
        if (refusal.code() == ErrorCode.ALREADY_EXISTS) {
            return new Progress.Running(CLUSTER_MADE, null);
        }
        return new Progress.Failed(
                refusal.code(),
                "DB cluster " + cluster.dbClusterIdentifier() + " is restored, but has no DB instance: "
                        + refusal.getMessage(),
                refusal.awsErrorCode());
    }

    private static Progress progress(DBInstance member, DBCluster cluster) {
        String thing = "DB instance " + member.dbInstanceIdentifier();
        if (!cluster.dbClusterIdentifier().equals(member.dbClusterIdentifier())) {
            return RdsOutcomes.taken(thing);
        }
        String status = member.dbInstanceStatus();
        if (RdsStates.isReady(status)) {
            return new Progress.Done(null);
        }
        Progress failure = RdsStates.failure(thing, status);
        return failure != null ? failure : new Progress.Running(CLUSTER_MADE + RdsStates.percent(status) / 2, null);
    }

    private static @Nullable String parameterGroup(@Nullable DBInstance model) {
        return model == null ? null : RdsInstances.parameterGroup(model);
    }
}
