package io.headgate.user.postgres;

import java.util.Locale;

/**
 * A position in the changes that PostgreSQL tells: all transactions whose commit begins before a place in the write-ahead log,
 * and of the one whose commit begins there as many changes.
 *
 * @param timeline the history of the log, eight hexadecimal digits: where another server took over, places mean something else
 * @param place as PostgreSQL counts: bytes since the log began
 */
record WalPosition(String timeline, long place, long changes) {

    static WalPosition parse(String text) {
        String[] parts = text.split("[:/+]", 4);
        long place = Long.parseLong(parts[1], 16) << 32 | Long.parseLong(parts[2], 16);
        return new WalPosition(parts[0], place, Long.parseLong(parts[3]));
    }

    /** Another place of the same log. */
    WalPosition at(long other) {
        return new WalPosition(timeline, other, 0);
    }

    WalPosition afterAnotherChange() {
        return new WalPosition(timeline, place, changes + 1);
    }

    /** The place as PostgreSQL writes it, a {@code pg_lsn}. */
    String lsn() {
        return lsn(place);
    }

    static String lsn(long place) {
        return String.format(Locale.ROOT, "%X/%X", place >>> 32, place & 0xFFFFFFFFL);
    }

    @Override
    public String toString() {
        return timeline + ":" + lsn() + "+" + changes;
    }
}
