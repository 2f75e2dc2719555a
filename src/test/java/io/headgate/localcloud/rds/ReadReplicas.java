package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalCloudException;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.PostgresStandby;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The read replicas of DB instances: created, promoted, and made anew where they can't follow their source any more. See <a
 * href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html">Working with DB instance read
 * replicas</a>.
 */
final class ReadReplicas {

    private static final Logger LOG = Logger.getLogger(ReadReplicas.class);
    private static final int MOST_OF_A_SOURCE = 15;
    private static final long MILLIS_BETWEEN_LOOKS = 1000;
    private static final int LOOKS_UNTIL_REBUILT = 5;

    private final Account account;
    private final Work work;
    private final Backups backups;
    private final Map<Database, Integer> looksInVain = new HashMap<>();

    ReadReplicas(Account account, Work work, Backups backups) {
        this.account = account;
        this.work = work;
        this.backups = backups;
    }

    void start() {
        work.watch(MILLIS_BETWEEN_LOOKS, this::look);
    }

    void create(QueryRequest request, XmlResponse xml, BiConsumer<XmlResponse, Database> writer) {
        String identifier = Identifiers.ofDatabase(request, "DBInstanceIdentifier");
        Database source = account.database(Kind.INSTANCE, request.require("SourceDBInstanceIdentifier"));
        requireSource(source);
        if (request.isTrue("MultiAZ")) {
            throw QueryError.invalidCombination(
                    "In the local cloud a read replica is not Multi-AZ until it is promoted.");
        }
        account.requireFree(Kind.INSTANCE, identifier);
        Database replica = account.newDatabase(Kind.INSTANCE, identifier);
        Attributes.restore(replica, source.attributes, request);
        replica.attributes.put("BackupRetentionPeriod", "0");
        replica.tags.putAll(request.tags());
        if (!replica.runs()) {
            replica.tags.putAll(Database.METADATA_ONLY);
        }
        replica.replicaOf = source;
        account.add(replica);
        LocalPostgres server = source.server;
        Path directory = account.directoryOf(replica);
        work.<@Nullable PostgresStandby>enqueue(
                replica,
                source.work,
                () -> server == null ? null : PostgresStandby.of(server, directory, slot(replica)),
                standby -> {
                    replica.replica = standby;
                    replica.server = standby == null ? null : standby.server();
                    replica.replicates = true;
                    replica.becomes(Database.AVAILABLE);
                    account.events.add(replica, "creation", "DB instance created");
                },
                () -> replica.becomes("failed"));
        writer.accept(xml, replica);
    }

    private void requireSource(Database source) {
        if (source.cluster != null) {
            throw QueryError.invalidCombination("The source is a member of a DB cluster. Create a DB instance in it.");
        }
        source.requireAvailable();
        if (source.retentionDays() == 0) {
            throw Kind.INSTANCE.invalidState(
                    "Automated backups are not enabled for this database instance. To enable"
                            + " automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.");
        }
        if (account.replicasOf(source).size() >= MOST_OF_A_SOURCE) {
            throw new QueryError(
                    "InstanceQuotaExceeded", 400, "A DB instance has at most " + MOST_OF_A_SOURCE + " read replicas.");
        }
    }

    private static String slot(Database replica) {
        return replica.resourceId.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    void promote(QueryRequest request, XmlResponse xml, BiConsumer<XmlResponse, Database> writer) {
        Database replica = account.database(Kind.INSTANCE, request.require("DBInstanceIdentifier"));
        if (replica.replicaOf == null) {
            throw Kind.INSTANCE.invalidState("DB Instance " + replica.identifier + " is not a read replica.");
        }
        replica.requireAvailable();
        int days = request.integer("BackupRetentionPeriod", 0, Attributes.LONGEST_RETENTION_DAYS)
                .orElse(1);
        promote(replica, days);
        writer.accept(xml, replica);
    }

    private void promote(Database replica, int retentionDays) {
        replica.becomes("modifying");
        work.enqueue(
                replica,
                () -> {
                    PostgresStandby standby = replica.replica;
                    if (standby != null) {
                        standby.promote();
                    }
                    return replica;
                },
                promoted -> {
                    promoted.replicaOf = null;
                    promoted.replica = null;
                    account.events.add(promoted, "read replica", "Replication on the read replica was terminated");
                    promoted.attributes.put("BackupRetentionPeriod", Integer.toString(retentionDays));
                    backups.backUp(promoted);
                },
                () -> replica.becomes(Database.AVAILABLE));
    }

    /** Promotes the read replicas of a source that is deleted, as AWS does in a source's own region. */
    void release(Database source) {
        account.replicasOf(source).forEach(each -> promote(each, 1));
    }

    private void look() {
        List<Database> replicas;
        synchronized (account) {
            replicas = account.databases(Kind.INSTANCE).stream()
                    .filter(each -> each.replica != null && each.status.equals(Database.AVAILABLE))
                    .toList();
        }
        looksInVain.keySet().retainAll(replicas);
        replicas.forEach(this::look);
    }

    private void look(Database replica) {
        PostgresStandby standby;
        synchronized (account) {
            standby = replica.replica;
        }
        if (standby == null
                || !standby.source().isRunning()
                || !standby.server().isRunning()) {
            return;
        }
        boolean replicates = follows(standby);
        if (replicates) {
            lookAtLag(replica, standby);
        }
        int inVain = replicates || isPaused(standby) ? 0 : looksInVain.getOrDefault(replica, 0) + 1;
        looksInVain.put(replica, inVain);
        synchronized (account) {
            replica.replicates = replicates;
            if (inVain >= LOOKS_UNTIL_REBUILT && replica.work.isDone()) {
                looksInVain.remove(replica);
                Database source = replica.replicaOf;
                work.enqueue(
                        replica,
                        source == null ? replica.work : source.work,
                        () -> {
                            standby.rebuild();
                            return replica;
                        },
                        rebuilt -> rebuilt.replicates = true,
                        () -> {});
            }
        }
    }

    /** The source may go away any time. */
    private static void lookAtLag(Database replica, PostgresStandby standby) {
        try {
            replica.lag.look(standby);
        } catch (LocalCloudException e) {
            LOG.debug("lag not known", e);
        }
    }

    /** One that shows nothing new on purpose need not follow a source that was replaced meanwhile. */
    private static boolean isPaused(PostgresStandby standby) {
        try {
            return standby.isReplayPaused();
        } catch (LocalCloudException e) {
            return false;
        }
    }

    private static boolean follows(PostgresStandby standby) {
        try (Connection administrator = standby.source().connectAsAdministrator()) {
            return standby.follows(administrator);
        } catch (SQLException e) {
            return false;
        }
    }
}
