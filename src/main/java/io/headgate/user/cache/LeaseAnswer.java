package io.headgate.user.cache;

import org.jspecify.annotations.Nullable;

/** What became of asking for a lease. */
final class LeaseAnswer {

    private final @Nullable String ticket;
    private final byte @Nullable [] held;

    private LeaseAnswer(@Nullable String ticket, byte @Nullable [] held) {
        this.ticket = ticket;
        this.held = held;
    }

    /** It was given; the ticket fills the entry as long as nothing has changed there. */
    static LeaseAnswer given(String ticket) {
        return new LeaseAnswer(ticket, null);
    }

    /** It was not, since something is there. */
    static LeaseAnswer refused(byte @Nullable [] held) {
        return new LeaseAnswer(null, held);
    }

    /** {@code null} where it was not given. */
    @Nullable
    String ticket() {
        return ticket;
    }

    byte @Nullable [] held() {
        return held;
    }
}
