package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.util.Comparator;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The action that restarts the server of a DB instance, or lets its standby take over. See <a
 * href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBInstance.html">RebootDBInstance</a>.
 */
final class Reboots {

    private final Account account;
    private final Work work;
    private final Standbys standbys;
    private final BiConsumer<XmlResponse, Database> writer;

    Reboots(Account account, Work work, Standbys standbys, BiConsumer<XmlResponse, Database> writer) {
        this.account = account;
        this.work = work;
        this.standbys = standbys;
        this.writer = writer;
    }

    void reboot(QueryRequest request, XmlResponse xml) {
        Database database = account.database(Kind.INSTANCE, request.require("DBInstanceIdentifier"));
        database.requireAvailable();
        if (request.isTrue("ForceFailover")) {
            if (!database.multiAz) {
                throw QueryError.invalidCombination(
                        "Force failover is not possible: " + database.identifier + " is not Multi-AZ.");
            }
            standbys.failOver(database);
        } else {
            restart(database);
        }
        writer.accept(xml, database);
    }

    /** Another instance of a cluster becomes its writer; as all share one server, that crashes and comes back. */
    void failOver(QueryRequest request, XmlResponse xml) {
        Database cluster = account.database(Kind.CLUSTER, request.require("DBClusterIdentifier"));
        cluster.requireAvailable();
        if (cluster.members.size() < 2) {
            throw Kind.CLUSTER.invalidState(
                    "Cannot failover cluster " + cluster.identifier + ": it must have at least two instances.");
        }
        Database next = nextWriter(cluster, request.find("TargetDBInstanceIdentifier"));
        LocalPostgres server = cluster.server;
        cluster.becomes("failing-over");
        work.enqueue(
                cluster,
                () -> {
                    if (server != null) {
                        server.crash();
                        server.start();
                    }
                    return cluster;
                },
                failedOver -> {
                    if (cluster.members.remove(next)) {
                        cluster.members.add(0, next);
                    }
                    cluster.becomes(Database.AVAILABLE);
                    account.events.add(cluster, "failover", "Completed failover to DB instance: " + next.identifier);
                },
                () -> cluster.becomes("failed"));
        writer.accept(xml, cluster);
    }

    private static Database nextWriter(Database cluster, @Nullable String target) {
        if (target == null) {
            return cluster.members.subList(1, cluster.members.size()).stream()
                    .min(Comparator.comparing(member -> member.attributes.getOrDefault("PromotionTier", "1")))
                    .orElseThrow();
        }
        Database next = cluster.members.stream()
                .filter(member -> member.identifier.equals(Identifiers.sought(target)))
                .findFirst()
                .orElseThrow(() -> Kind.INSTANCE.notFound(target));
        if (next == cluster.members.get(0)) {
            throw Kind.CLUSTER.invalidState(target + " is the writer already.");
        }
        return next;
    }

    private void restart(Database database) {
        LocalPostgres server = database.serving();
        database.becomes(Database.REBOOTING);
        work.enqueue(
                database.cluster == null ? database : database.cluster,
                () -> {
                    if (server != null) {
                        server.restart();
                    }
                    return database;
                },
                restarted -> {
                    restarted.becomes(Database.AVAILABLE);
                    account.events.add(restarted, "availability", "DB instance restarted");
                },
                () -> database.becomes("failed"));
    }
}
