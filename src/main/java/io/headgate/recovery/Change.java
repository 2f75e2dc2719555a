package io.headgate.recovery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a mutation asks for. Two that are equal ask for the same. */
public sealed interface Change
        permits Change.CreateSnapshot, Change.DeleteSnapshot, Change.Restore, Change.SetBackupPolicy, FleetChange {

    /** The kind of database that it is about. */
    DatabaseKind kind();

    /** What it is called in the API. */
    OperationKind operationKind();

    /** What no two operations may be about at once, as a text that names it. */
    String subject();

    /** A manual snapshot of a database. */
    record CreateSnapshot(DatabaseId database, String name, List<Tag> tags) implements Change {

        public CreateSnapshot {
            name = database.kind().canonical(name);
            tags = List.copyOf(tags);
        }

        @Override
        public DatabaseKind kind() {
            return database.kind();
        }

        @Override
        public OperationKind operationKind() {
            return OperationKind.CREATE_SNAPSHOT;
        }

        @Override
        public String subject() {
            // DB snapshot identifiers are unique in an account and region; a DynamoDB backup's name is its table's own.
            return "snapshot " + name
                    + (database.kind() == DatabaseKind.DYNAMODB_TABLE ? " of " + database : " of " + kind().prefix());
        }
    }

    /** The deletion of a manual snapshot. */
    record DeleteSnapshot(SnapshotId snapshot) implements Change {
        @Override
        public DatabaseKind kind() {
            return snapshot.kind();
        }

        @Override
        public OperationKind operationKind() {
            return OperationKind.DELETE_SNAPSHOT;
        }

        @Override
        public String subject() {
            return "the deletion of " + snapshot;
        }
    }

    /** A new database from something kept. */
    sealed interface Restore extends Change {

        /** What is created; a database of this name must not exist. */
        DatabaseId target();

        /** Tags of the new database. */
        List<Tag> tags();

        /** Whether settings that AWS does not restore are set again as the source has them. */
        boolean reapply();

        @Override
        default DatabaseKind kind() {
            return target().kind();
        }

        @Override
        default String subject() {
            return target().toString();
        }
    }

    /** A new database with what a snapshot holds. */
    record RestoreSnapshot(SnapshotId snapshot, DatabaseId target, List<Tag> tags, boolean reapply) implements Restore {

        public RestoreSnapshot {
            tags = List.copyOf(tags);
        }

        @Override
        public OperationKind operationKind() {
            return OperationKind.RESTORE_SNAPSHOT;
        }
    }

    /**
     * A new database with what another one held at a past second.
     *
     * @param time the second; {@code null} is the latest that can be restored
     */
    record RestoreToPointInTime(
            DatabaseId source, DatabaseId target, @Nullable Instant time, List<Tag> tags, boolean reapply)
            implements Restore {

        public RestoreToPointInTime {
            tags = List.copyOf(tags);
        }

        @Override
        public OperationKind operationKind() {
            return OperationKind.RESTORE_TO_POINT_IN_TIME;
        }
    }

    /** How long backups are retained, which switches point-in-time recovery on where it is off. */
    record SetBackupPolicy(DatabaseId database, int retentionDays) implements Change {

        @Override
        public DatabaseKind kind() {
            return database.kind();
        }

        @Override
        public OperationKind operationKind() {
            return OperationKind.SET_BACKUP_POLICY;
        }

        @Override
        public String subject() {
            return "the backup policy of " + database;
        }
    }
}
