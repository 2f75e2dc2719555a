package io.headgate.user.dynamodb;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/**
 * Points in time as text of one width that sorts by time, such as {@code 2026-01-01T00:00:00.123456Z}: ISO 8601 in UTC,
 * to the microsecond, for the years 0 to 9999.
 */
final class Timestamps {

    static final int LENGTH = 27;

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");
    private static final String BEFORE_ALL = " ";
    private static final String AFTER_ALL = "~";

    private Timestamps() {}

    /** Whether {@link #text} keeps it. */
    static boolean isWritable(Instant time) {
        return !time.isBefore(FIRST) && !time.isAfter(LAST) && isMicros(time);
    }

    static String text(Instant time) {
        return FORMAT.format(time);
    }

    static Instant time(String text) {
        if (text.length() != LENGTH) {
            throw new IllegalArgumentException("not a time to the microsecond");
        }
        return Instant.parse(text);
    }

    /** Text that sorts before all times from this one on and after all before it, for times of any year and precision. */
    static String bound(Instant time) {
        if (time.isBefore(FIRST)) {
            return BEFORE_ALL;
        }
        if (time.isAfter(LAST)) {
            return AFTER_ALL;
        }
        return text(isMicros(time) ? time : time.plus(1, ChronoUnit.MICROS));
    }

    private static boolean isMicros(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS).equals(time);
    }
}
