package io.headgate.recovery;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The operations of all replicas: the port behind which their record is kept. What is recorded stays, also what was
 * recorded before: each change of an operation's state is an entry of its own.
 *
 * <p>One replica at a time drives an operation: the holder of its lease. The lease has no time in it that clocks would have
 * to agree on. Its holder counts its beat up; who sees the same beat for the lease's whole length may take it over.
 *
 * <p>Fails with a {@link io.headgate.error.GatewayException}: UNAVAILABLE, DEADLINE_EXCEEDED or RESOURCE_EXHAUSTED, and for
 * what changes the ledger OUTCOME_UNKNOWN; each can be called again with the same arguments.
 */
public interface OperationLedger {

    /**
     * Who drives an operation.
     *
     * @param holder the replica; empty when none does
     * @param beat how often the lease was renewed or taken over
     */
    record Lease(String operation, String holder, long beat) {}

    /**
     * A place in the list of operations, which is ordered by time of request, newest first.
     *
     * @param id of the operation there, which orders those of the same time
     */
    record Place(Instant requestedAt, String id) {

        /** The order of snapshots and of events at their places: newest first; of the same time, by id. */
        public static final Comparator<Place> NEWEST_FIRST =
                Comparator.comparing(Place::requestedAt).reversed().thenComparing(Place::id);
    }

    /**
     * Records a new operation, its lease held by {@code holder}. Where the same caller used the idempotency key before, it
     * records nothing and gives the operation of then, whatever that was about.
     *
     * <p>Fails with FAILED_PRECONDITION when an operation under way has the same {@linkplain Change#subject() subject}; the
     * message names it.
     */
    Uni<Operation> add(Operation operation, @Nullable String idempotencyKey, String holder);

    /** The operation that a caller asked for under an idempotency key; {@code null} when there is none. */
    Uni<@Nullable Operation> findByKey(String requestedBy, String idempotencyKey);

    /** The operations of these ids, as they are now; the ids of none are missing. */
    Uni<Map<String, Operation>> find(Set<String> ids);

    /**
     * A stretch of the operations, newest first.
     *
     * @param database only those about this database, or that make it
     * @param states only those in these states; all when empty
     * @param after from behind this place on
     * @param limit how many at the most
     */
    Uni<List<Operation>> list(
            @Nullable DatabaseId database, Set<OperationState> states, @Nullable Place after, int limit);

    /** The leases of the operations that are not at their end, moments old; which may leave out the newest. */
    Uni<List<Lease>> leases();

    /** Renews or takes over a lease that was seen like this; {@code null} when it has changed since, or its operation ended. */
    Uni<@Nullable Lease> hold(Lease seen, String holder);

    /** Gives a lease back, so that another replica need not wait for it. */
    Uni<Void> release(Lease held);

    /**
     * Records the next state of an operation, as one of its entries when the state is another. An operation at its end has
     * no lease, and its subject is free.
     *
     * <p>Fails with CONFLICT when {@code holder} does not hold the lease, or the operation's {@linkplain
     * Operation#revision() revision} is not the one before.
     */
    Uni<Operation> record(Operation next, String holder);
}
