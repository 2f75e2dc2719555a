package io.headgate.user;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The port to what one store tells of all changes of its users, in the order in which it made them. It is read in
 * partitions, each from a position on that the reader has kept; the changes of one user never come in another order than
 * the store's.
 */
public interface UserEventSource {

    Store store();

    /**
     * Hands on what there is behind the positions, batch by batch, each when the one before was taken, and then completes
     * with whether there is more already. The first batch of a source without positions {@linkplain Batch#begins begins}.
     * What was taken may be forgotten by the store. Fails when the store does, or the sink.
     *
     * @param positions by partition, as the last batches of the partitions told them
     */
    Uni<Boolean> read(Map<String, String> positions, Sink sink);

    /** Where changes go. */
    interface Sink {

        /** Takes a batch, for good once it completes. */
        Uni<Void> append(Batch batch);
    }

    /**
     * Changes that follow each other in a partition.
     *
     * @param position where the partition is behind them; {@code null} when it is over and forgotten
     * @param begins whether changes before these may be missing, whatever was read before; ends all other positions
     * @param events in order
     * @param unreadable the keys of users that were changed to what Headgate can't read
     */
    record Batch(
            String partition,
            @Nullable String position,
            boolean begins,
            List<UserEvent> events,
            Set<String> unreadable) {

        /** Where a source begins, or begins anew. */
        public static Batch beginning(String partition, String position) {
            return new Batch(partition, position, true, List.of(), Set.of());
        }

        /** Nothing but a new position, or the end of a partition. */
        public static Batch moved(String partition, @Nullable String position) {
            return new Batch(partition, position, false, List.of(), Set.of());
        }
    }
}
