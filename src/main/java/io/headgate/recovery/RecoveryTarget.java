package io.headgate.recovery;

import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The databases of one kind and how they are recovered: the port that RDS, Aurora, DynamoDB and ElastiCache stand behind.
 *
 * <p>Reads go through all of AWS's pages and fail with UNAVAILABLE, DEADLINE_EXCEEDED or RESOURCE_EXHAUSTED when AWS does
 * not answer, FAILED_PRECONDITION when it does not let Headgate ask. Every failure is a {@link
 * io.headgate.error.GatewayException}; what AWS reported carries AWS's code.
 *
 * <p>A change is {@linkplain #begin begun} by one request, and then {@linkplain #look looked for} until it is made. Both
 * can be called by another replica, after a crash, and in doubt: {@code look} tells what the operation made from what
 * anybody else did, so that nothing is made twice.
 */
public interface RecoveryTarget {

    DatabaseKind kind();

    /** All databases of this kind, by name. */
    Uni<List<Database>> databases();

    /** The databases of these names; the names of none are missing. */
    Uni<Map<String, Database>> findDatabases(Set<String> names);

    /** The restorable windows of the databases of these names; the names of none are missing. */
    Uni<Map<String, RestoreWindow>> restoreWindows(Set<String> names);

    /** The tags of the databases of these names; the names of none are missing. */
    Uni<Map<String, List<Tag>>> tags(Set<String> names);

    /** The snapshots of a database, which may be gone, or of all; in any order, automated ones included. */
    Uni<List<Snapshot>> snapshots(@Nullable String database);

    /** The snapshots of these {@linkplain SnapshotId#key() keys}; the keys of none are missing. */
    Uni<Map<String, Snapshot>> findSnapshots(Set<String> keys);

    /** The tags of the snapshots of these keys that {@linkplain Snapshot#tags() do not have them}; the keys of none are missing. */
    default Uni<Map<String, List<Tag>>> snapshotTags(Set<String> keys) {
        return Uni.createFrom().item(Map.of());
    }

    /**
     * Why AWS would refuse a change for its form alone: a name, a tag or a number that is not allowed; none when it would
     * not. Does not ask AWS.
     */
    List<String> problems(Change change);

    /** Why AWS would refuse a change for what its database is; none when it would not. Does not ask AWS. */
    default List<String> problems(Change change, Database database) {
        return List.of();
    }

    /**
     * Whether things are in the state that a change of the fleet needs. Fails with NOT_FOUND, ALREADY_EXISTS,
     * INVALID_ARGUMENT or FAILED_PRECONDITION where AWS would refuse it.
     *
     * @return the database that it is about: of a read replica, its source
     */
    default Uni<DatabaseId> check(FleetChange change) {
        return Uni.createFrom()
                .failure(GatewayException.invalidArgument(kind() + " are neither created nor changed here"));
    }

    /** What a restore would do; its problems are those of the state that things are in, which its form does not show. */
    Uni<RestoreOutline> outline(Change.Restore restore);

    /**
     * Sends a change to AWS in one request that is not repeated unless it certainly never arrived, or AWS said that it was
     * asked too often. Completes when AWS accepted it. Fails with OUTCOME_UNKNOWN when the answer was lost, UNAVAILABLE or
     * RESOURCE_EXHAUSTED when AWS was not reached or took no more requests (nothing was changed, and it may be begun
     * again), and any other code when AWS refused it for good.
     *
     * @param operation the id of the operation, which what is created bears as a tag where AWS lets it
     * @return AWS's key of a snapshot that is being made, be it a database's last, as {@link SnapshotId#key()} has it; for
     *     other changes {@code null}, or what a look is to know of the answer
     */
    Uni<@Nullable String> begin(String operation, Change change);

    /**
     * Looks how far a change has come that was begun, or may have been.
     *
     * @param key what {@link #begin} or an earlier look gave, {@code null} when that was lost
     */
    Uni<Progress> look(String operation, Change change, @Nullable String key);

    /**
     * Sets what a change of the fleet can't ask for in its one request. What it made is there and available. It may be called
     * again after a failure or a crash; what is set already stays. Fails with UNAVAILABLE, and a message that says what it
     * waits for, where AWS is not ready for it yet.
     */
    default Uni<Void> complete(FleetChange change) {
        return Uni.createFrom().voidItem();
    }

    /**
     * Sets the tags of a restored database and, where {@linkplain Change.Restore#reapply() asked for}, what AWS does not
     * restore. The database is there and available. It may be called again after a failure or a crash; what is set already
     * stays. A setting that can't be set is reported, and fails nothing.
     */
    Uni<List<Reapplied>> reapply(Change.Restore restore);
}
