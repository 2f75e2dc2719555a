package io.headgate.fleet.rds;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.DatabaseSettings;
import io.headgate.recovery.FleetChange.CreateDatabase;
import io.headgate.recovery.FleetChange.CreateReadReplica;
import io.headgate.recovery.Progress;
import io.headgate.recovery.aurora.AuroraClusters;
import io.headgate.recovery.rds.RdsInstances;
import io.headgate.recovery.rds.RdsOutcomes;
import io.headgate.recovery.rds.RdsStates;
import io.headgate.recovery.rds.RdsTags;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterMember;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * The DB instances of a cluster. Those of a new one are named after it, {@code mycluster-1} and so on; the first that is made
 * becomes the writer.
 */
final class ClusterMembers {

    private static final int CLUSTER_MADE = 40;
    private static final int ALL = 100;

    private ClusterMembers() {}

    static List<String> names(CreateDatabase create) {
        return IntStream.rangeClosed(1, create.readers() + 1)
                .mapToObj(n -> create.database().name() + "-" + n)
                .toList();
    }

    /** How far the members of a new cluster are made, which are asked for where they are missing: the writer first. */
    static Uni<Progress> look(AwsWork<RdsAsyncClient> rds, String operation, CreateDatabase create, DBCluster cluster) {
        List<String> names = names(create);
        return RdsInstances.LISTING.find(rds, names).chain(found -> {
            List<String> missing =
                    names.stream().filter(name -> !found.containsKey(name)).toList();
            if (missing.isEmpty()) {
                return Uni.createFrom().item(progress(found, cluster));
            }
            List<String> next = found.containsKey(names.get(0)) ? missing : names.subList(0, 1);
            return AwsWork.together(next.stream()
                            .map(name -> create(rds, operation, create, name))
                            .toList())
                    .<Progress>map(created -> new Progress.Running(CLUSTER_MADE, null))
                    .onFailure(AwsFailures::isFinal)
                    .recoverWithItem(e -> outcome((GatewayException) e, cluster));
        });
    }

    private static Uni<?> create(AwsWork<RdsAsyncClient> rds, String operation, CreateDatabase create, String name) {
        DatabaseSettings settings = create.settings();
        return rds.repeatableChange(client -> client.createDBInstance(request -> request.dbInstanceIdentifier(name)
                .dbClusterIdentifier(create.database().name())
                .engine(create.engine())
                .dbInstanceClass(settings.instanceClass())
                .publiclyAccessible(settings.publiclyAccessible())
                .tags(RdsTags.of(operation, create.tags()))));
    }

    /** What a refusal means: that it is there already is what a look wants, and the next one looks at it. */
    private static Progress outcome(GatewayException refusal, DBCluster cluster) {
        return refusal.code() == ErrorCode.ALREADY_EXISTS
                ? new Progress.Running(CLUSTER_MADE, null)
                : new Progress.Failed(
                        refusal.code(),
                        "DB cluster " + cluster.dbClusterIdentifier() + " is made, but not all of its instances: "
                                + refusal.getMessage(),
                        refusal.awsErrorCode());
    }

    private static Progress progress(Map<String, DBInstance> members, DBCluster cluster) {
        int ready = 0;
        for (DBInstance member : members.values()) {
            String thing = "DB instance " + member.dbInstanceIdentifier();
            if (!cluster.dbClusterIdentifier().equals(member.dbClusterIdentifier())) {
                return RdsOutcomes.taken(thing);
            }
            Progress failure = RdsStates.failure(thing, member.dbInstanceStatus());
            if (failure != null) {
                return failure;
            }
            ready += RdsStates.isReady(member.dbInstanceStatus()) ? 1 : 0;
        }
        return ready == members.size()
                ? new Progress.Done(null)
                : new Progress.Running(CLUSTER_MADE + (ALL - CLUSTER_MADE) * ready / members.size(), null);
    }

    /** A further reader, of the writer's class where no other is asked for. */
    static Uni<@Nullable String> addReader(AwsWork<RdsAsyncClient> rds, String operation, CreateReadReplica replica) {
        DatabaseSettings settings = replica.settings();
        return rds.beforeChange(AuroraClusters.LISTING
                        .find(rds, replica.source().name())
                        .map(found ->
                                FleetRefusals.existing(found, replica.source().toString()))
                        .chain(cluster -> instanceClass(rds, cluster, settings.instanceClass())
                                .map(instanceClass -> Map.entry(cluster, instanceClass))))
                .chain(source -> rds.change(client -> client.createDBInstance(request -> request.dbInstanceIdentifier(
                                replica.database().name())
                        .dbClusterIdentifier(replica.source().name())
                        .engine(source.getKey().engine())
                        .dbInstanceClass(source.getValue())
                        .dbParameterGroupName(settings.parameterGroup())
                        .publiclyAccessible(settings.publiclyAccessible())
                        .tags(RdsTags.of(operation, replica.tags())))))
                .map(made -> null);
    }

    private static Uni<String> instanceClass(AwsWork<RdsAsyncClient> rds, DBCluster cluster, @Nullable String asked) {
        String writer = AuroraClusters.writer(cluster);
        if (asked != null || writer == null) {
            return Uni.createFrom().item(asked == null ? "" : asked).map(ClusterMembers::requireClass);
        }
        return RdsInstances.LISTING
                .find(rds, writer)
                .map(found -> requireClass(found == null ? "" : String.valueOf(found.dbInstanceClass())));
    }

    private static String requireClass(String instanceClass) {
        if (instanceClass.isEmpty()) {
            throw GatewayException.invalidArgument(
                    "the cluster has no writer whose class a reader could have: give" + " instanceClass");
        }
        return instanceClass;
    }

    static List<String> names(DBCluster cluster) {
        return cluster.dbClusterMembers().stream()
                .map(DBClusterMember::dbInstanceIdentifier)
                .toList();
    }
}
