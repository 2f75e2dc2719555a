package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.query.Listing;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The actions that create, describe, change and delete DB instances and DB clusters. */
final class Databases {

    private static final Set<String> INSTANCE_FILTERS =
            Set.of("db-instance-id", "db-cluster-id", "dbi-resource-id", "engine", "domain");
    private static final Set<String> CLUSTER_FILTERS =
            Set.of("db-cluster-id", "db-cluster-resource-id", "engine", "domain", "clone-group-id");
    private static final Set<String> OF_THE_CLUSTER = Set.of(
            "MasterUsername",
            "MasterUserPassword",
            "DBName",
            "AllocatedStorage",
            "BackupRetentionPeriod",
            "StorageEncrypted");

    private final Account account;
    private final Work work;
    private final Backups backups;
    private final Standbys standbys;
    private final ReadReplicas replicas;
    private final Snapshots snapshots;
    private final BiConsumer<XmlResponse, Database> writer;

    Databases(
            Account account,
            Work work,
            Backups backups,
            Standbys standbys,
            ReadReplicas replicas,
            Snapshots snapshots,
            BiConsumer<XmlResponse, Database> writer) {
        this.account = account;
        this.work = work;
        this.backups = backups;
        this.standbys = standbys;
        this.replicas = replicas;
        this.snapshots = snapshots;
        this.writer = writer;
    }

    void create(Kind kind, QueryRequest request, XmlResponse xml) {
        String identifier = Identifiers.ofDatabase(request, kind.identifierParameter());
        String engine = Engines.checked(request.require("Engine"));
        if (kind == Kind.INSTANCE) {
            request.require("DBInstanceClass");
        }
        Database database = account.newDatabase(kind, identifier);
        Attributes.ofNew(database, request, account);
        database.tags.putAll(request.tags());
        if (!database.runs()) {
            database.tags.putAll(Database.METADATA_ONLY);
        }
        String cluster = kind == Kind.INSTANCE ? request.find("DBClusterIdentifier") : null;
        account.requireFree(kind, identifier);
        if (cluster != null) {
            join(database, account.database(Kind.CLUSTER, cluster), request);
        } else if (kind == Kind.INSTANCE && Engines.isAurora(engine)) {
            throw QueryError.invalidCombination("The engine " + engine + " needs a DBClusterIdentifier.");
        } else {
            start(database, request);
        }
        account.add(database);
        writer.accept(xml, database);
    }

    private void join(Database member, Database cluster, QueryRequest request) {
        if (!cluster.engine().equals(member.engine())) {
            throw QueryError.invalidCombination("The engine name requested for your DB instance (" + member.engine()
                    + ") doesn't match the engine name of your DB cluster (" + cluster.engine() + ").");
        }
        for (String parameter : OF_THE_CLUSTER) {
            if (request.has(parameter)) {
                throw QueryError.invalidCombination("The requested DB instance will be a member of a DB cluster. Set "
                        + parameter + " for the DB cluster.");
            }
        }
        if (!cluster.status.equals(Database.BACKING_UP)) {
            cluster.requireAvailable();
        }
        member.cluster = cluster;
        cluster.members.add(member);
        Attributes.takeFromCluster(member, cluster);
        work.enqueue(member, () -> member, this::joined, () -> {});
    }

    private void joined(Database member) {
        member.becomes(Database.AVAILABLE);
        account.events.add(member, "creation", "DB instance created");
    }

    private void start(Database database, QueryRequest request) {
        String master = Passwords.master(request);
        String password = request.isTrue("ManageMasterUserPassword")
                ? managed(database, master, request)
                : Passwords.ofMaster(request, database.engine());
        String name = Attributes.databaseName(request, database);
        Path directory = account.directoryOf(database);
        boolean runs = database.runs();
        work.<@Nullable LocalPostgres>enqueue(
                database,
                () -> runs ? Servers.started(directory, master, password, name) : null,
                server -> {
                    database.server = server;
                    account.events.add(database, "creation", database.kind.words() + " created");
                    standbys.establish(database, () -> backups.backUp(database));
                },
                () -> database.becomes("failed"));
    }

    /** A password that RDS makes and keeps in Secrets Manager. */
    private String managed(Database database, String master, QueryRequest request) {
        if (request.has("MasterUserPassword")) {
            throw QueryError.invalidCombination(
                    "You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled.");
        }
        String password = Identifiers.unique();
        String name = "rds!" + database.resourceId.toLowerCase(Locale.ROOT);
        database.secretArn =
                account.secrets.put(name, "{\"username\":\"" + master + "\",\"password\":\"" + password + "\"}");
        return password;
    }

    private void forgetSecret(Database database) {
        String arn = database.secretArn;
        if (arn != null) {
            account.secrets.remove(arn);
            database.secretArn = null;
        }
    }

    void describe(Kind kind, QueryRequest request, XmlResponse xml) {
        String identifier = request.find(kind.identifierParameter());
        var sought = identifier == null ? account.databases(kind) : List.of(account.database(kind, identifier));
        Set<String> filters = kind == Kind.INSTANCE ? INSTANCE_FILTERS : CLUSTER_FILTERS;
        Listing.of(sought, request, each -> each.identifier, filters, Database::values)
                .write(xml, kind.noun + "s", each -> writer.accept(xml, each));
    }

    /** Changes at once, also what AWS leaves to the next maintenance window. */
    void modify(Kind kind, QueryRequest request, XmlResponse xml) {
        Database database = account.database(kind, request.require(kind.identifierParameter()));
        database.requireAvailable();
        String master = database.attributes.getOrDefault("MasterUsername", "");
        requireVersion(database, request.find("EngineVersion"));
        if (database.secretArn != null
                && request.has("MasterUserPassword")
                && request.isTrue("ManageMasterUserPassword", true)) {
            throw QueryError.invalidCombination(
                    "You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled.");
        }
        String password = request.isTrue("ManageMasterUserPassword")
                ? managed(database, master, request)
                : request.has("MasterUserPassword") ? Passwords.ofMaster(request, database.engine()) : null;
        if (request.has("ManageMasterUserPassword") && !request.isTrue("ManageMasterUserPassword")) {
            forgetSecret(database);
        }
        if (database.cluster != null && (password != null || request.has("BackupRetentionPeriod"))) {
            throw QueryError.invalidCombination(
                    "The DB instance is a member of a DB cluster. Modify the DB cluster instead.");
        }
        if (database.replicaOf != null && (request.isTrue("MultiAZ") || request.has("BackupRetentionPeriod"))) {
            throw QueryError.invalidCombination(
                    "In the local cloud a read replica has neither a standby nor backups until it is promoted.");
        }
        if (database.permanent && request.has("DeletionProtection") && !request.isTrue("DeletionProtection")) {
            throw QueryError.invalidCombination(database.identifier + " stays as long as the local cloud does.");
        }
        String renamed = "New" + kind.identifierParameter();
        if (request.has(renamed)) {
            account.rename(database, Identifiers.ofDatabase(request, renamed));
        }
        Map<String, String> before = Map.copyOf(database.attributes);
        Attributes.change(database, request);
        database.becomes("modifying");
        LocalPostgres server = database.server;
        if (password != null) {
            account.events.add(database, "configuration change", "Reset master credentials");
        }
        work.enqueue(
                database,
                () -> {
                    if (password != null && server != null) {
                        Servers.changePassword(server, master, password);
                    }
                    return database;
                },
                changed -> changed(changed, before),
                () -> database.becomes(Database.AVAILABLE));
        writer.accept(xml, database);
    }

    /** Another version of PostgreSQL than the one that runs here can't be had. */
    private static void requireVersion(Database database, @Nullable String version) {
        String current = database.attributes.getOrDefault("EngineVersion", "");
        if (version == null || version.equals(current) || current.startsWith(version + ".")) {
            return;
        }
        if (database.runs()) {
            throw QueryError.invalidCombination(
                    "Cannot upgrade " + database.engine() + " from " + current + " to " + version);
        }
        database.attributes.put("EngineVersion", version);
    }

    /** The standby comes and goes with Multi-AZ, backups with the retention period. */
    private void changed(Database database, Map<String, String> before) {
        standbys.establish(database, () -> changedWithStandby(database, before));
    }

    private void changedWithStandby(Database database, Map<String, String> before) {
        tell(database, before, "DBInstanceClass", "DB instance class");
        tell(database, before, "AllocatedStorage", "allocated storage");
        tell(
                database,
                before,
                "MultiAZ",
                database.is("MultiAZ")
                        ? "convert to a Multi-AZ DB instance"
                        : "convert to a standard (Single-AZ) DB instance");
        if (!database.isBackedUp()) {
            backups.remove(database, database.bases);
        }
        if (database.isBackedUp() && database.bases.isEmpty()) {
            backups.backUp(database);
        } else {
            database.becomes(Database.AVAILABLE);
        }
    }

    private void tell(Database database, Map<String, String> before, String attribute, String modification) {
        if (!Objects.equals(before.get(attribute), database.attributes.get(attribute))) {
            account.events.add(database, "configuration change", "Finished applying modification to " + modification);
        }
    }

    void delete(Kind kind, QueryRequest request, XmlResponse xml) {
        Database database = account.database(kind, request.require(kind.identifierParameter()));
        if (database.status.equals(Database.DELETING)) {
            throw kind.invalidState(kind.words() + " " + database.identifier + " is already being deleted.");
        }
        if (database.is("DeletionProtection")) {
            throw QueryError.invalidCombination("Cannot delete protected "
                    + (kind == Kind.INSTANCE ? "DB Instance" : "Cluster")
                    + ", please disable deletion protection and try again.");
        }
        if (!database.members.isEmpty()) {
            throw kind.invalidState("Cluster cannot be deleted, it still contains DB instances in non-deleting state.");
        }
        if (database.cluster == null && database.replicaOf == null) {
            takeFinalSnapshot(database, request);
        }
        boolean keepsBackups =
                !request.isTrue("DeleteAutomatedBackups", true) && database.isBackedUp() && !database.bases.isEmpty();
        replicas.release(database);
        forgetSecret(database);
        database.status = Database.DELETING;
        if (database.cluster != null) {
            leave(database, database.cluster);
        } else if (keepsBackups) {
            backups.retire(database);
        } else {
            backups.removeServer(database, () -> removed(database));
        }
        writer.accept(xml, database);
    }

    private void leave(Database member, Database cluster) {
        cluster.members.remove(member);
        work.enqueue(member, () -> member, this::removed, () -> account.remove(member));
    }

    private void removed(Database database) {
        account.remove(database);
        account.events.add(database, "deletion", database.kind.words() + " deleted");
    }

    private void takeFinalSnapshot(Database database, QueryRequest request) {
        String parameter = "FinalDBSnapshotIdentifier";
        boolean skips = request.isTrue("SkipFinalSnapshot");
        if (!skips && !request.has(parameter)) {
            throw QueryError.invalidCombination(parameter + " is required unless SkipFinalSnapshot is specified.");
        }
        if (skips && request.has(parameter)) {
            throw QueryError.invalidCombination(parameter + " can't be specified together with SkipFinalSnapshot.");
        }
        if (!skips) {
            String status = database.status;
            if (status.equals("failed") || status.equals("incompatible-restore")) {
                throw database.kind.invalidState("A final snapshot of a " + database.kind.words() + " in " + status
                        + " state can't be taken: specify SkipFinalSnapshot.");
            }
            snapshots.take(database, Identifiers.ofSnapshot(request, parameter), Map.of());
        }
    }
}
