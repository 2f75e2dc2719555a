package io.headgate.recovery.rds;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.RestoreOutline;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

/**
 * What a restore of a DB instance would do. RDS gives the new one the default security group, subnet group and parameter
 * group, one zone, and no tags, unless it is told otherwise.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html">Restoring to a DB
 *     instance</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html">Restoring a DB instance to a specified
 *     time</a>
 */
final class RdsOutline {

    private static final int LONGEST_SQL_SERVER = 15;

    /** What the source may have when nobody can ask it any more. */
    private static final List<String> OF_A_SOURCE_THAT_IS_GONE =
            List.of("security groups", "subnet group", "parameter group", "option group", "Multi-AZ", "tags");

    private final Restore restore;
    private final RdsSource source;

    private RdsOutline(Restore restore, RdsSource source) {
        this.restore = restore;
        this.source = source;
    }

    static Uni<RestoreOutline> of(AwsWork<RdsAsyncClient> rds, Restore restore) {
        return RdsSource.of(rds, restore).map(source -> {
            RdsOutline outline = new RdsOutline(restore, source);
            return new RestoreOutline(List.of(outline.created()), outline.notRestored(), outline.problems());
        });
    }

    private String created() {
        DBInstance instance = source.instance();
        String what = Stream.of(engine(), instance == null ? null : instance.dbInstanceClass())
                .filter(Objects::nonNull)
                .reduce((a, b) -> a + ", " + b)
                .map(text -> " (" + text + ")")
                .orElse("");
        boolean isMultiAz = restore.reapply() && instance != null && Boolean.TRUE.equals(instance.multiAZ());
        return "DB instance " + restore.target().name() + what + ", " + (isMultiAz ? "Multi-AZ" : "single-AZ");
    }

    private @Nullable String engine() {
        DBSnapshot snapshot = source.snapshot();
        if (snapshot != null) {
            return snapshot.engine() + " " + snapshot.engineVersion();
        }
        DBInstance instance = source.instance();
        return instance == null ? null : instance.engine() + " " + instance.engineVersion();
    }

    private List<String> notRestored() {
        List<String> left = new ArrayList<>();
        DBInstance instance = source.instance();
        if (instance == null) {
            left.addAll(OF_A_SOURCE_THAT_IS_GONE);
        } else {
            if (!restore.reapply()) {
                addSettings(instance, left);
            }
            if (!instance.readReplicaDBInstanceIdentifiers().isEmpty()) {
                left.add("read replicas " + String.join(", ", instance.readReplicaDBInstanceIdentifiers()));
            }
            addIf(
                    instance.monitoringInterval() != null && instance.monitoringInterval() > 0,
                    "Enhanced Monitoring",
                    left);
            addIf(Boolean.TRUE.equals(instance.performanceInsightsEnabled()), "Performance Insights", left);
            addIf(!instance.associatedRoles().isEmpty(), "IAM roles of the DB instance", left);
        }
        left.add("CloudWatch alarms and event subscriptions");
        return left;
    }

    /** Each is named, also where there is nothing to lose: whoever reads a plan must not have to guess. */
    private static void addSettings(DBInstance instance, List<String> left) {
        addNamed("security groups", String.join(", ", RdsInstances.securityGroups(instance)), left);
        addNamed("subnet group", RdsInstances.subnetGroup(instance), left);
        addNamed("parameter group", RdsInstances.parameterGroup(instance), left);
        addNamed("option group", RdsInstances.optionGroup(instance), left);
        addOn("Multi-AZ", Boolean.TRUE.equals(instance.multiAZ()), left);
        addOn("tags", !instance.tagList().isEmpty(), left);
        addOn("deletion protection", Boolean.TRUE.equals(instance.deletionProtection()), left);
        addOn("copying of tags to snapshots", Boolean.TRUE.equals(instance.copyTagsToSnapshot()), left);
    }

    private static void addNamed(String thing, @Nullable String name, List<String> left) {
        left.add(name == null || name.isEmpty() ? thing + ": the source has none" : thing + " " + name);
    }

    private static void addOn(String thing, boolean isOn, List<String> left) {
        left.add(isOn ? thing : thing + ": the source has none");
    }

    private static void addIf(boolean condition, String what, List<String> left) {
        if (condition) {
            left.add(what);
        }
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        DBSnapshot snapshot = source.snapshot();
        DBInstance instance = source.instance();
        if (restore instanceof RestoreSnapshot) {
            if (snapshot != null && !RdsStates.AVAILABLE.equals(snapshot.status())) {
                problems.add("the snapshot is " + snapshot.status() + ": only an available one can be restored");
            }
        } else if (instance != null && RdsStates.isNoSource(instance.dbInstanceStatus())) {
            problems.add("the source is " + instance.dbInstanceStatus() + ": wait until it is available");
        }
        String engine = engine();
        if (engine != null
                && engine.startsWith("sqlserver")
                && restore.target().name().length() > LONGEST_SQL_SERVER) {
            problems.add("target has " + restore.target().name().length() + " characters; SQL Server allows 1 to "
                    + LONGEST_SQL_SERVER);
        }
        return problems;
    }
}
