package io.headgate.recovery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database as AWS describes it.
 *
 * @param engine AWS's name of the engine, such as {@code postgres}, {@code aurora-postgresql} or {@code dynamodb}
 * @param status AWS's word, such as {@code available} or {@code ACTIVE}
 * @param endpoint host and port, {@code mydb.abc.eu-west-1.rds.amazonaws.com:5432}; {@code null} while there is none
 * @param multiAz whether it has a standby in another zone; {@code null} where the kind has no such thing
 * @param cluster the cluster that it belongs to, which is recovered as a whole; {@code null} where it belongs to none
 */
public record Database(
        DatabaseId id,
        @Nullable String arn,
        @Nullable String engine,
        @Nullable String engineVersion,
        String status,
        @Nullable String endpoint,
        @Nullable Boolean multiAz,
        List<DatabaseId> readReplicas,
        @Nullable DatabaseId cluster) {

    /** One that belongs to no cluster. */
    public Database(
            DatabaseId id,
            @Nullable String arn,
            @Nullable String engine,
            @Nullable String engineVersion,
            String status,
            @Nullable String endpoint,
            @Nullable Boolean multiAz,
            List<DatabaseId> readReplicas) {
        this(id, arn, engine, engineVersion, status, endpoint, multiAz, readReplicas, null);
    }

    /** What is known of a database that is gone while a snapshot of it is left. */
    public static Database deleted(DatabaseId id) {
        return new Database(id, null, null, null, "deleted", null, null, List.of());
    }

    /** Why it is not recovered by itself; {@code null} where it is. */
    @Nullable
    String belonging() {
        return cluster == null
                ? null
                : id + " belongs to a cluster, which is backed up and restored as a whole: name " + cluster;
    }
}
