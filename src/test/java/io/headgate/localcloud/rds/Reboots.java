package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalPostgres;
import java.util.function.BiConsumer;

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
                throw RdsError.invalidCombination(
                        "Force failover is not possible: " + database.identifier + " is not Multi-AZ.");
            }
            standbys.failOver(database);
        } else {
            restart(database);
        }
        writer.accept(xml, database);
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
                restarted -> restarted.becomes(Database.AVAILABLE),
                () -> database.becomes("failed"));
    }
}
