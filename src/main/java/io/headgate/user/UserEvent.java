package io.headgate.user;

import java.time.Instant;

/**
 * A change of a user that a store has made, whoever asked for it.
 *
 * @param user as the change left it, or as it was when it was deleted
 * @param at when the store made it, as far as the store tells
 */
public record UserEvent(Kind kind, User user, Instant at) {

    /** What became of the user. */
    public enum Kind {
        CREATED,
        UPDATED,
        DELETED
    }
}
