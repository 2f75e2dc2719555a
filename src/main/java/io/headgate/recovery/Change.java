package io.headgate.recovery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a mutation asks for. Two that are equal ask for the same. */
public sealed interface Change {

    /** The kind of database that it is about. */
    DatabaseKind kind();

    /** A manual snapshot of a database. */
    record CreateSnapshot(DatabaseId database, String name, List<Tag> tags) implements Change {
        @Override
        public DatabaseKind kind() {
            return database.kind();
        }
    }

    /** The deletion of a manual snapshot. */
    record DeleteSnapshot(SnapshotId snapshot) implements Change {
        @Override
        public DatabaseKind kind() {
            return snapshot.kind();
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
    }

    /** A new database with what a snapshot holds. */
    record RestoreSnapshot(SnapshotId snapshot, DatabaseId target, List<Tag> tags, boolean reapply)
            implements Restore {}

    /**
     * A new database with what another one held at a past second.
     *
     * @param time the second; {@code null} is the latest that can be restored
     */
    record RestoreToPointInTime(
            DatabaseId source, DatabaseId target, @Nullable Instant time, List<Tag> tags, boolean reapply)
            implements Restore {}

    /** How long backups are retained, which switches point-in-time recovery on where it is off. */
    record SetBackupPolicy(DatabaseId database, int retentionDays) implements Change {
        @Override
        public DatabaseKind kind() {
            return database.kind();
        }
    }
}
