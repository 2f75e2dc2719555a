package io.headgate.fleet.rds;

import io.headgate.aws.AwsWork;
import io.headgate.error.GatewayException;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.DatabaseSettings;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateDatabase;
import io.headgate.recovery.FleetChange.CreateReadReplica;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.FleetChange.ModifyDatabase;
import io.headgate.recovery.FleetChange.PromoteReadReplica;
import io.headgate.recovery.rds.RdsInstances;
import io.headgate.recovery.rds.RdsSnapshots;
import io.smallrye.mutiny.Uni;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;

/** Whether DB instances are in the state that a change needs. */
final class InstanceChecks {

    private InstanceChecks() {}

    /** Gives the database that the change is about. */
    static Uni<DatabaseId> check(AwsWork<RdsAsyncClient> rds, FleetChange change) {
        if (change instanceof CreateReadReplica replica) {
            return replica(rds, replica);
        }
        String id = change.database().toString();
        return RdsInstances.LISTING.find(rds, change.database().name()).chain(found -> {
            if (change instanceof CreateDatabase) {
                FleetRefusals.requireFree(found, id);
                return Uni.createFrom().item(change.database());
            }
            DBInstance instance = FleetRefusals.existing(found, id);
            if (change instanceof DeleteDatabase delete) {
                return deletion(rds, delete, instance);
            }
            FleetRefusals.requireNotBusy(id, instance.dbInstanceStatus());
            if (change instanceof ModifyDatabase modify) {
                modification(modify, instance);
            } else if (change instanceof FailoverDatabase) {
                failover(id, instance);
            } else if (change instanceof PromoteReadReplica) {
                FleetRefusals.require(isReplica(instance), id + " is no read replica");
            }
            return Uni.createFrom().item(change.database());
        });
    }

    static boolean isReplica(DBInstance instance) {
        String source = instance.readReplicaSourceDBInstanceIdentifier();
        return source != null && !source.isEmpty();
    }

    private static void modification(ModifyDatabase modify, DBInstance instance) {
        DatabaseSettings settings = modify.settings();
        Engine engine = Engine.find(instance.engine());
        if (RdsInstances.isMember(instance)) {
            boolean isOfCluster = modify.password() != null
                    || modify.managedPassword()
                    || settings.retentionDays() != null
                    || settings.engineVersion() != null
                    || settings.storageGib() != null
                    || settings.storageType() != null
                    || settings.iops() != null
                    || settings.multiAz() != null
                    || settings.securityGroups() != null
                    || settings.deletionProtection() != null;
            if (isOfCluster) {
                throw GatewayException.invalidArgument(modify.database() + " belongs to a cluster, which has these"
                        + " settings: modify aurora:" + instance.dbClusterIdentifier());
            }
        }
        if (engine != null) {
            FleetRefusals.refuse(FleetRules.problems(engine, modify.password()));
            FleetRefusals.requireMajorAllowed(modify, engine, instance.engineVersion());
            if (Boolean.TRUE.equals(settings.multiAz()) && !engine.standby()) {
                throw GatewayException.invalidArgument(engine.name() + " can't be Multi-AZ");
            }
        }
        Integer storage = settings.storageGib();
        int current = Objects.requireNonNullElse(instance.allocatedStorage(), 0);
        if (storage != null && storage < current) {
            throw GatewayException.invalidArgument("storageGib is " + storage + ", and " + modify.database() + " has "
                    + current + ": storage only grows");
        }
        String type = Objects.requireNonNullElse(instance.storageType(), "");
        if (storage != null && storage > current && settings.iops() == null && FleetRules.PROVISIONED.contains(type)) {
            throw GatewayException.invalidArgument("storage of the type " + type + " grows with iops beside it: "
                    + modify.database() + " has " + instance.iops() + ", which can be given again");
        }
    }

    private static void failover(String id, DBInstance instance) {
        FleetRefusals.require(
                !RdsInstances.isMember(instance),
                id + " belongs to a cluster: fail over aurora:" + instance.dbClusterIdentifier());
        FleetRefusals.require(
                Boolean.TRUE.equals(instance.multiAZ()),
                id + " is not Multi-AZ, so nothing can take over: modify it with multiAz: true first");
    }

    private static Uni<DatabaseId> deletion(AwsWork<RdsAsyncClient> rds, DeleteDatabase delete, DBInstance instance) {
        String id = delete.database().toString();
        FleetRefusals.require(!"deleting".equals(instance.dbInstanceStatus()), id + " is being deleted already");
        FleetRefusals.requireUnprotected(id, instance.deletionProtection());
        String snapshot = delete.finalSnapshot();
        if (snapshot == null) {
            return Uni.createFrom().item(delete.database());
        }
        if (isReplica(instance) || RdsInstances.isMember(instance)) {
            throw GatewayException.invalidArgument(
                    "a read replica and an instance of a cluster leave no snapshot: leave out finalSnapshot");
        }
        return RdsSnapshots.LISTING.find(rds, snapshot).map(found -> {
            FleetRefusals.requireNoSnapshot(found, snapshot);
            return delete.database();
        });
    }

    private static Uni<DatabaseId> replica(AwsWork<RdsAsyncClient> rds, CreateReadReplica replica) {
        if (replica.source().kind() == DatabaseKind.AURORA_CLUSTER) {
            return ClusterChecks.reader(rds, replica);
        }
        if (replica.source().kind() != DatabaseKind.RDS_INSTANCE) {
            throw GatewayException.invalidArgument(replica.source() + " has no read replicas");
        }
        return Uni.combine()
                .all()
                .unis(
                        RdsInstances.LISTING.find(rds, replica.source().name()),
                        RdsInstances.LISTING.find(rds, replica.database().name()))
                .with((source, taken) -> {
                    requireSource(replica.source().toString(), source);
                    FleetRefusals.requireFree(taken, replica.database().toString());
                    return replica.source();
                });
    }

    private static void requireSource(String id, @Nullable DBInstance found) {
        DBInstance source = FleetRefusals.existing(found, id);
        Engine engine = Engine.find(source.engine());
        if (RdsInstances.isMember(source)) {
            throw GatewayException.invalidArgument(
                    id + " belongs to a cluster: name aurora:" + source.dbClusterIdentifier() + " as the source");
        }
        FleetRefusals.require(engine == null || engine.replicas(), source.engine() + " has no read replicas");
        FleetRefusals.require(
                Objects.requireNonNullElse(source.backupRetentionPeriod(), 0) > 0 || isReplica(source),
                id + " has no automated backups, which read replicas need: set a backup policy first");
        FleetRefusals.requireNotBusy(id, source.dbInstanceStatus());
    }
}
