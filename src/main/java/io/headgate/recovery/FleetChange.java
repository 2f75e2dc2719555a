package io.headgate.recovery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change of a database itself: it is made, changed, moved or deleted. No two of one database go on at once. */
public sealed interface FleetChange extends Change {

    /** The database that it makes, changes or deletes. */
    DatabaseId database();

    @Override
    default DatabaseKind kind() {
        return database().kind();
    }

    @Override
    default String subject() {
        return database().toString();
    }

    /** The password that the caller gave, {@code null} when none. */
    default @Nullable Password password() {
        return null;
    }

    /**
     * A new database: a DB instance, or an Aurora cluster with a writer and readers.
     *
     * @param databaseName of the database within it, {@code null} for the engine's own
     * @param password of the master user; {@code null} lets AWS make one and keep it in Secrets Manager
     * @param encrypted {@code null} leaves it to AWS
     * @param readers how many readers a cluster has beside its writer
     */
    record CreateDatabase(
            DatabaseId database,
            String engine,
            DatabaseSettings settings,
            @Nullable String databaseName,
            @Nullable Integer port,
            String masterUsername,
            @Nullable Password password,
            @Nullable Boolean encrypted,
            @Nullable String kmsKey,
            @Nullable String subnetGroup,
            int readers,
            List<Tag> tags)
            implements FleetChange {

        public CreateDatabase {
            tags = List.copyOf(tags);
        }

        @Override
        public OperationKind operationKind() {
            return OperationKind.CREATE_DATABASE;
        }
    }

    /**
     * Other settings of a database.
     *
     * @param password a new one of the master user
     * @param managedPassword whether AWS is to make one and keep it in Secrets Manager
     * @param immediately now, or in the next maintenance window
     */
    record ModifyDatabase(
            DatabaseId database,
            DatabaseSettings settings,
            @Nullable Password password,
            boolean managedPassword,
            boolean allowMajorVersionUpgrade,
            boolean immediately)
            implements FleetChange {

        @Override
        public OperationKind operationKind() {
            return OperationKind.MODIFY_DATABASE;
        }
    }

    /**
     * The end of a database.
     *
     * @param skipFinalSnapshot whether nothing of it stays
     * @param finalSnapshot the name of its last snapshot; {@code null} for one that is made of the database's and the
     *     operation's
     * @param deleteAutomatedBackups whether its automated backups go with it, or stay until their retention ends
     */
    record DeleteDatabase(
            DatabaseId database,
            boolean skipFinalSnapshot,
            @Nullable String finalSnapshot,
            boolean deleteAutomatedBackups)
            implements FleetChange {

        private static final int LONGEST_NAME = 63;
        private static final String FINAL = "-final-";
        private static final int TIME_DIGITS = 11;

        public DeleteDatabase {
            finalSnapshot = finalSnapshot == null ? null : database.kind().canonical(finalSnapshot);
        }

        @Override
        public OperationKind operationKind() {
            return OperationKind.DELETE_DATABASE;
        }

        /** The name of the snapshot that an operation makes last, {@code null} when it makes none. */
        public @Nullable String finalSnapshot(String operation) {
            if (skipFinalSnapshot || finalSnapshot != null) {
                return finalSnapshot;
            }
            String name = operation.substring(operation.indexOf(':') + 1);
            String end = FINAL + name.substring(0, Math.min(TIME_DIGITS, name.length()));
            String begin = database.name();
            return (begin.length() + end.length() > LONGEST_NAME
                                    ? begin.substring(0, LONGEST_NAME - end.length())
                                    : begin)
                            .replaceFirst("-$", "")
                    + end;
        }
    }

    /** A restart of a database's server. */
    record RebootDatabase(DatabaseId database) implements FleetChange {
        @Override
        public OperationKind operationKind() {
            return OperationKind.REBOOT_DATABASE;
        }
    }

    /**
     * The standby of a DB instance, or a reader of a cluster, takes over.
     *
     * @param to the reader that becomes the writer, {@code null} for the one that AWS chooses
     */
    record FailoverDatabase(DatabaseId database, @Nullable String to) implements FleetChange {

        public FailoverDatabase {
            to = to == null ? null : database.kind().canonical(to);
        }

        @Override
        public OperationKind operationKind() {
            return OperationKind.FAILOVER_DATABASE;
        }
    }

    /**
     * A read replica of a DB instance, or a reader of a cluster.
     *
     * @param database the new DB instance
     */
    record CreateReadReplica(DatabaseId source, DatabaseId database, DatabaseSettings settings, List<Tag> tags)
            implements FleetChange {

        public CreateReadReplica {
            tags = List.copyOf(tags);
        }

        @Override
        public OperationKind operationKind() {
            return OperationKind.CREATE_READ_REPLICA;
        }
    }

    /**
     * A read replica becomes a database of its own.
     *
     * @param retentionDays how long its automated backups are kept, {@code null} for AWS's default
     */
    record PromoteReadReplica(DatabaseId database, @Nullable Integer retentionDays) implements FleetChange {
        @Override
        public OperationKind operationKind() {
            return OperationKind.PROMOTE_READ_REPLICA;
        }
    }

    /**
     * A new table of DynamoDB.
     *
     * @param recoveryDays how many days back it can be restored; {@code null} leaves point-in-time recovery off
     */
    record CreateTable(
            DatabaseId database, TableForm form, @Nullable Integer recoveryDays, List<Tag> tags)
            implements FleetChange {

        public CreateTable {
            tags = List.copyOf(tags);
        }

        @Override
        public OperationKind operationKind() {
            return OperationKind.CREATE_TABLE;
        }
    }

    /**
     * A table of DynamoDB changes.
     *
     * @param update the one thing of it that does
     */
    record ModifyTable(DatabaseId database, TableUpdate update) implements FleetChange {

        @Override
        public OperationKind operationKind() {
            return OperationKind.MODIFY_TABLE;
        }

        /** An index is filled for hours, while DynamoDB takes other changes of its table, and its deletion. */
        @Override
        public String subject() {
            if (update instanceof TableUpdate.CreateIndex creation) {
                return "index " + creation.index().name() + " of " + database;
            }
            return update instanceof TableUpdate.DeleteIndex deletion
                    ? "the deletion of index " + deletion.index() + " of " + database
                    : database.toString();
        }
    }

    /** The end of a table of DynamoDB and of all its items. */
    record DeleteTable(DatabaseId database) implements FleetChange {
        @Override
        public OperationKind operationKind() {
            return OperationKind.DELETE_TABLE;
        }
    }
}
