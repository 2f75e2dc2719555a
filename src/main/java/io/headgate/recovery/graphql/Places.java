package io.headgate.recovery.graphql;

import io.headgate.error.GatewayException;
import io.headgate.recovery.OperationLedger.Place;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Places in the lists of snapshots, operations and events, which are ordered by time, newest first, and then by id, as opaque
 * text. A place stays good when what stood there is gone.
 */
public final class Places {

    private Places() {}

    /** A place as text. */
    public static String write(Place place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((place.requestedAt() + " " + place.id()).getBytes(StandardCharsets.UTF_8));
    }

    /** Reads what {@link #write} wrote; throws INVALID_ARGUMENT for anything else. */
    public static @Nullable Place read(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(" ", 2);
            if (parts.length == 2 && !parts[1].isEmpty()) {
                return new Place(Instant.parse(parts[0]), parts[1]);
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw malformed();
        }
        throw malformed();
    }

    /** Whether a place is behind another, which was the last of a page. */
    public static boolean isBehind(Place place, Place after) {
        return Place.NEWEST_FIRST.compare(place, after) > 0;
    }

    private static GatewayException malformed() {
        return GatewayException.invalidArgument(
                "after is not a cursor that Headgate gave: pass the cursor of an edge unchanged");
    }
}
