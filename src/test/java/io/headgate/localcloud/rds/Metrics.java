package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalCloudException;
import io.headgate.localcloud.PostgresStandby;
import io.headgate.localcloud.elasticache.ElastiCache;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * CloudWatch's action that tells how far replicas lag, at this very moment instead of once a minute. See <a
 * href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html">GetMetricData</a>.
 */
final class Metrics {

    private static final String NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/";

    static final String ACTION = "GetMetricData";

    private static final String NO_REPLICATION = "-1.0";

    private final Account account;
    private final ElastiCache elastiCache;

    Metrics(Account account, ElastiCache elastiCache) {
        this.account = account;
        this.elastiCache = elastiCache;
    }

    /** Asks the servers themselves, so without the account's lock. */
    String answer(QueryRequest request) {
        request.require("StartTime");
        request.require("EndTime");
        return XmlResponse.of(
                NAMESPACE,
                ACTION,
                xml -> xml.element("MetricDataResults", () -> {
                    for (int n = 1; request.has("MetricDataQueries.member." + n + ".Id"); n++) {
                        write(request, "MetricDataQueries.member." + n + ".", xml);
                    }
                }));
    }

    private void write(QueryRequest request, String query, XmlResponse xml) {
        String metric = query + "MetricStat.Metric.";
        String name = request.require(metric + "MetricName");
        String of = request.require(metric + "Dimensions.member.1.Value");
        String value = switch (request.require(metric + "Namespace") + " "
                + request.require(metric + "Dimensions.member.1.Name")) {
            case "AWS/RDS DBInstanceIdentifier" -> value(name, of);
            case "AWS/ElastiCache CacheClusterId" -> ofCache(name, of);
            default -> null;
        };
        xml.element("member", () -> {
            xml.text("Id", request.require(query + "Id"));
            xml.text("Label", name);
            xml.element("Timestamps", () -> xml.text("member", value == null ? null : account.clock.now()));
            xml.element("Values", () -> xml.text("member", value));
            xml.text("StatusCode", "Complete");
        });
    }

    private @Nullable String ofCache(String name, String node) {
        OptionalInt lag = name.equals("ReplicationLag") ? elastiCache.replicationLag(node) : OptionalInt.empty();
        return lag.isPresent() ? String.valueOf((double) lag.getAsInt()) : null;
    }

    private @Nullable String value(String name, String identifier) {
        PostgresStandby replica;
        Lag lag;
        synchronized (account) {
            Database database = account.find(Kind.INSTANCE, identifier).orElse(null);
            if (database == null) {
                return null;
            }
            Database cluster = database.cluster;
            if (name.equals("AuroraReplicaLag")) {
                // The instances of a cluster share one server.
                return cluster == null || cluster.members.get(0) == database ? null : "0.0";
            }
            if (!name.equals("ReplicaLag") || database.replicaOf == null) {
                return null;
            }
            replica = database.replica;
            lag = database.lag;
            if (replica == null || !database.replicates) {
                return database.runs() ? NO_REPLICATION : "0.0";
            }
        }
        try {
            return String.valueOf(lag.look(replica));
        } catch (LocalCloudException e) {
            return NO_REPLICATION;
        }
    }
}
