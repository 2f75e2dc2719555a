package io.headgate.user;

/** How fresh a read must be. */
public enum Consistency {
    /** May be served from a cache or a replica. */
    EVENTUAL,
    /** Sees every write that was answered before the read began. */
    STRONG
}
