package io.headgate.user.postgres;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Instants as {@code timestamptz}, which has microseconds and ends in the year 294276.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-datetime.html">Date/Time Types</a>
 */
final class Timestamps {

    private static final Instant FIRST = Instant.parse("-4712-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("+294276-12-31T23:59:59.999999Z");

    private Timestamps() {}

    /**
     * The first timestamp that is not before {@code instant}: whatever is stored is before the one if and only if it is
     * before the other.
     */
    static OffsetDateTime notBefore(Instant instant) {
        if (instant.isBefore(FIRST)) {
            return FIRST.atOffset(ZoneOffset.UTC);
        }
        if (instant.isAfter(LAST)) {
            return LAST.atOffset(ZoneOffset.UTC);
        }
        Instant micros = instant.truncatedTo(ChronoUnit.MICROS);
        return (micros.equals(instant) ? micros : micros.plus(1, ChronoUnit.MICROS)).atOffset(ZoneOffset.UTC);
    }
}
