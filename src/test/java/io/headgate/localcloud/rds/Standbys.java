package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalCloudException;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.PostgresStandby;
import io.headgate.localcloud.SynchronousStandby;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The standbys of Multi-AZ DB instances: made, watched, replaced when they are lost, and promoted when their primary is. A
 * server that crashes without one is started again. See
 * <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html">Failing over a Multi-AZ DB
 * instance</a>.
 */
final class Standbys {

    private static final long MILLIS_BETWEEN_LOOKS = 100;

    private final Account account;
    private final Work work;

    Standbys(Account account, Work work) {
        this.account = account;
        this.work = work;
    }

    void start() {
        work.watch(MILLIS_BETWEEN_LOOKS, this::look);
    }

    /** Gives a database the standby that it is to have, or takes it away, and goes on then. */
    void establish(Database database, Runnable then) {
        LocalPostgres server = database.server;
        boolean isWanted = database.is("MultiAZ") && database.kind == Kind.INSTANCE;
        if (server == null || isWanted == (database.standby != null)) {
            becomes(database, isWanted);
            then.run();
            return;
        }
        work.<@Nullable SynchronousStandby>enqueue(
                database,
                () -> isWanted ? made(database, server) : removed(database),
                standby -> {
                    database.standby = standby;
                    becomes(database, isWanted);
                    then.run();
                },
                then);
    }

    private SynchronousStandby made(Database database, LocalPostgres server) {
        return SynchronousStandby.of(server, account.newStandbyDirectory(database));
    }

    private static @Nullable SynchronousStandby removed(Database database) {
        remove(database);
        return null;
    }

    private static void becomes(Database database, boolean multiAz) {
        if (multiAz && !database.multiAz) {
            database.attributes.put("SecondaryAvailabilityZone", otherZone(database));
        }
        if (!multiAz) {
            database.attributes.remove("SecondaryAvailabilityZone");
        }
        database.multiAz = multiAz;
    }

    private static String otherZone(Database database) {
        String zone = database.attributes.get("AvailabilityZone");
        return DatabaseXml.ZONES.get(0).equals(zone) ? DatabaseXml.ZONES.get(1) : DatabaseXml.ZONES.get(0);
    }

    /** Promotes the standby, which is made first where there is none, and makes another one then. */
    void failOver(Database database) {
        LocalPostgres server = database.server;
        List<Database> replicas = account.replicasOf(database);
        database.becomes(Database.REBOOTING);
        account.events.add(database, "failover", "Multi-AZ instance failover started");
        work.enqueue(
                database,
                readers(database),
                () -> {
                    SynchronousStandby standby = database.standby;
                    if (server != null) {
                        (standby == null || standby.isLost() ? made(database, server) : standby).takeOver();
                        keepLog(server, replicas);
                    }
                    return database;
                },
                this::failedOver,
                () -> {
                    database.standby = null;
                    database.becomes(server != null && server.isRunning() ? Database.AVAILABLE : "failed");
                });
    }

    /** Completes when nobody copies the database or reads its log any more who has begun to. */
    private CompletableFuture<Void> readers(Database database) {
        return CompletableFuture.allOf(
                Backups.readers(database.bases),
                CompletableFuture.allOf(account.replicasOf(database).stream()
                        .map(replica -> replica.work)
                        .toArray(CompletableFuture[]::new)));
    }

    /** The promoted server does not know yet who reads its log. */
    private static void keepLog(LocalPostgres server, List<Database> replicas) {
        try (Connection administrator = server.connectAsAdministrator()) {
            for (Database each : replicas) {
                PostgresStandby replica = each.replica;
                if (replica != null) {
                    replica.keepLog(administrator);
                }
            }
        } catch (SQLException e) {
            throw new LocalCloudException("Cannot keep the log for read replicas: " + e.getMessage(), e);
        }
    }

    private void failedOver(Database database) {
        database.standby = null;
        String zone = database.attributes.getOrDefault("AvailabilityZone", DatabaseXml.ZONES.get(0));
        database.attributes.put(
                "AvailabilityZone", database.attributes.getOrDefault("SecondaryAvailabilityZone", otherZone(database)));
        database.attributes.put("SecondaryAvailabilityZone", zone);
        database.becomes(Database.AVAILABLE);
        account.events.add(database, "failover", "Multi-AZ instance failover completed");
        establish(database, () -> {});
    }

    private void look() {
        List<Database> watched;
        synchronized (account) {
            watched = account.databases(Kind.INSTANCE).stream()
                    .filter(each -> !each.status.equals(Database.DELETING))
                    .toList();
        }
        watched.forEach(this::look);
    }

    private void look(Database database) {
        SynchronousStandby standby;
        synchronized (account) {
            standby = database.standby;
        }
        if (standby != null && standby.isLost()) {
            synchronized (account) {
                if (database.standby == standby) {
                    database.standby = null;
                }
            }
        }
        synchronized (account) {
            LocalPostgres server = database.server;
            if (!database.work.isDone() || server == null) {
                return;
            }
            if (server.hasCrashed() && database.standby != null) {
                failOver(database);
            } else if (server.hasCrashed()) {
                restart(database, server);
            } else if (server.isRunning()) {
                establish(database, () -> {});
            }
        }
    }

    private void restart(Database database, LocalPostgres server) {
        work.enqueue(
                database,
                () -> {
                    server.start();
                    return database;
                },
                restarted -> account.events.add(database, "recovery", "Recovery of the DB instance is complete"),
                () -> {});
    }

    /** Ends a database's standby, if there is one, and removes its files. */
    static void remove(Database database) {
        SynchronousStandby standby = database.standby;
        if (standby != null) {
            standby.remove();
        }
    }
}
