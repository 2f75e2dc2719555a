package io.headgate.fleet.rds;

import io.headgate.aws.CloudWatch;
import io.headgate.aws.CloudWatch.Metric;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.rds.RdsInstances;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * How far replicas are behind, as RDS reports it to CloudWatch each minute: {@code ReplicaLag} of read replicas in seconds, -1
 * where replication is broken, and {@code AuroraReplicaLag} of readers in milliseconds.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html">CloudWatch metrics of RDS</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html">CloudWatch
 *     metrics of Aurora</a>
 */
final class ReplicaLags {

    private static final String OF_READERS = "AuroraReplicaLag";
    private static final double MILLIS = 1000;

    private final CloudWatch cloudWatch;

    ReplicaLags(CloudWatch cloudWatch) {
        this.cloudWatch = cloudWatch;
    }

    /** The lags of those that replicate, in seconds. */
    Uni<Map<DatabaseId, Double>> of(Map<String, DBInstance> instances) {
        Map<Metric, DatabaseId> metrics = new HashMap<>();
        instances.forEach((name, instance) -> {
            String metric = metric(instance);
            if (metric != null) {
                metrics.put(new Metric("AWS/RDS", metric, "DBInstanceIdentifier", name), RdsInstances.id(name));
            }
        });
        if (metrics.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return cloudWatch.latest(List.copyOf(metrics.keySet())).map(values -> {
            Map<DatabaseId, Double> lags = new HashMap<>();
            metrics.forEach((metric, id) -> {
                Double value = values.get(metric);
                if (value != null && value >= 0) {
                    lags.put(id, metric.name().equals(OF_READERS) ? value / MILLIS : value);
                }
            });
            return lags;
        });
    }

    private static @Nullable String metric(DBInstance instance) {
        if (RdsInstances.isMember(instance)) {
            return OF_READERS;
        }
        return InstanceChecks.isReplica(instance) ? "ReplicaLag" : null;
    }
}
