package io.headgate.fleet;

import io.headgate.recovery.OperationLedger.Place;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What happened to a database or one of its snapshots.
 *
 * @param time by AWS's clock
 * @param source the id of the database or the snapshot
 * @param categories AWS's words, such as {@code failover}
 */
public record DatabaseEvent(Instant time, String source, List<String> categories, String message) {

    /** The order of all lists of events, which is that of their places. */
    public static final Comparator<DatabaseEvent> NEWEST_FIRST =
            Comparator.comparing(DatabaseEvent::place, Place.NEWEST_FIRST);

    /** Where it stands in a list. */
    public Place place() {
        return new Place(time, source + " " + message);
    }
}
