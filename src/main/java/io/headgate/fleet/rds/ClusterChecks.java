package io.headgate.fleet.rds;

import io.headgate.aws.AwsWork;
import io.headgate.error.GatewayException;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseSettings;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateDatabase;
import io.headgate.recovery.FleetChange.CreateReadReplica;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.FleetChange.ModifyDatabase;
import io.headgate.recovery.aurora.AuroraClusters;
import io.headgate.recovery.aurora.AuroraSnapshots;
import io.headgate.recovery.rds.RdsInstances;
import io.smallrye.mutiny.Uni;
import java.util.List;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;

/** Whether Aurora clusters are in the state that a change needs. */
final class ClusterChecks {

    private ClusterChecks() {}

    /** Gives the database that the change is about. */
    static Uni<DatabaseId> check(AwsWork<RdsAsyncClient> rds, FleetChange change) {
        String id = change.database().toString();
        return AuroraClusters.LISTING.find(rds, change.database().name()).chain(found -> {
            if (change instanceof CreateDatabase create) {
                FleetRefusals.requireFree(found, id);
                return members(rds, create);
            }
            DBCluster cluster =
                    FleetRefusals.existing(found != null && AuroraClusters.isAurora(found.engine()) ? found : null, id);
            if (change instanceof DeleteDatabase delete) {
                return deletion(rds, delete, cluster);
            }
            FleetRefusals.requireNotBusy(id, cluster.status());
            if (change instanceof ModifyDatabase modify) {
                Engine engine = Engine.find(cluster.engine());
                if (engine != null) {
                    FleetRefusals.refuse(FleetRules.problems(engine, modify.password()));
                    FleetRefusals.requireMajorAllowed(modify, engine, cluster.engineVersion());
                }
            } else if (change instanceof FailoverDatabase failover) {
                failover(failover, cluster);
            }
            return Uni.createFrom().item(change.database());
        });
    }

    private static Uni<DatabaseId> members(AwsWork<RdsAsyncClient> rds, CreateDatabase create) {
        return RdsInstances.LISTING.find(rds, ClusterMembers.names(create)).map(taken -> {
            taken.keySet().forEach(name -> FleetRefusals.requireFree(name, "rds:" + name));
            return create.database();
        });
    }

    private static Uni<DatabaseId> deletion(AwsWork<RdsAsyncClient> rds, DeleteDatabase delete, DBCluster cluster) {
        String id = delete.database().toString();
        FleetRefusals.require(!"deleting".equals(cluster.status()), id + " is being deleted already");
        FleetRefusals.requireUnprotected(id, cluster.deletionProtection());
        String snapshot = delete.finalSnapshot();
        return snapshot == null
                ? Uni.createFrom().item(delete.database())
                : AuroraSnapshots.LISTING.find(rds, snapshot).map(found -> {
                    FleetRefusals.requireNoSnapshot(found, snapshot);
                    return delete.database();
                });
    }

    private static void failover(FailoverDatabase failover, DBCluster cluster) {
        String id = failover.database().toString();
        List<String> members = ClusterMembers.names(cluster);
        FleetRefusals.require(
                members.size() > 1, id + " has no reader that could take over: create a read replica of it first");
        String to = failover.to();
        if (to != null) {
            if (!members.contains(to)) {
                throw GatewayException.invalidArgument(to + " is no instance of " + id + ": it has " + members);
            }
            FleetRefusals.require(!to.equals(AuroraClusters.writer(cluster)), to + " is the writer already");
        }
    }

    /** Whether a cluster can have a reader of a name. */
    static Uni<DatabaseId> reader(AwsWork<RdsAsyncClient> rds, CreateReadReplica replica) {
        String id = replica.source().toString();
        if (hasOwnStorage(replica.settings())) {
            throw GatewayException.invalidArgument(
                    "a reader shares its cluster's storage and zones: leave out storageGib, storageType, iops, multiAz,"
                            + " securityGroups and deletionProtection");
        }
        return Uni.combine()
                .all()
                .unis(
                        AuroraClusters.LISTING.find(rds, replica.source().name()),
                        RdsInstances.LISTING.find(rds, replica.database().name()))
                .with((found, taken) -> {
                    DBCluster cluster = FleetRefusals.existing(found, id);
                    FleetRefusals.requireNotBusy(id, cluster.status());
                    FleetRefusals.require(
                            cluster.dbClusterMembers().size() < FleetRules.MOST_MEMBERS,
                            id + " has " + FleetRules.MOST_MEMBERS + " instances, which is the most");
                    FleetRefusals.requireFree(taken, replica.database().toString());
                    return replica.source();
                });
    }

    private static boolean hasOwnStorage(DatabaseSettings settings) {
        return settings.storageGib() != null
                || settings.storageType() != null
                || settings.iops() != null
                || settings.multiAz() != null
                || settings.securityGroups() != null
                || settings.deletionProtection() != null;
    }
}
