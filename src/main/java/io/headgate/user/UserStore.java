package io.headgate.user;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The port to one store of users. A read that is not asked to be STRONG may lack what other processes changed in the last
 * seconds, never what was changed through this object. Arguments have passed {@link UserRules}. Every {@link Uni} fails with a {@link
 * io.headgate.error.GatewayException}: UNAVAILABLE when the store can't be reached, DEADLINE_EXCEEDED when a read took
 * too long, RESOURCE_EXHAUSTED when the store refuses more work, and for changes OUTCOME_UNKNOWN when the answer was
 * lost. Nothing blocks the calling thread.
 */
public interface UserStore {

    Store store();

    /** Whether EVENTUAL reads may be answered while STRONG ones can't: by other servers than the one that takes changes. */
    default boolean hasReaders() {
        return false;
    }

    /** Whether reads by key or e-mail address that are not asked to be STRONG may lack what other processes changed. */
    default boolean lagsByKey() {
        return true;
    }

    /** The users with these keys, by key, in one batch; a key that names no user is absent from the map. */
    Uni<Map<String, User>> findByKeys(Set<String> keys, Consistency consistency);

    /** What {@link #findByKeys} EVENTUALly finds, in parts: first what is at hand. A later part may repeat an earlier one. */
    default Multi<Map<String, User>> findByKeysInParts(Set<String> keys) {
        return findByKeys(keys, Consistency.EVENTUAL).toMulti();
    }

    /**
     * The users with these e-mail addresses, by address, in one batch; an address that nobody has is absent from the
     * map.
     */
    Uni<Map<String, User>> findByEmails(Set<String> emails, Consistency consistency);

    /**
     * EVENTUALly the first users of a stretch of the list, in its order: as many as the limit while so many match. Users that
     * come, go or change meanwhile do not make it skip or repeat another. Fails with INVALID_ARGUMENT when the store has
     * no index that serves the filter or the order, and with RESOURCE_EXHAUSTED when a page would take more work than
     * one request may cause.
     */
    Uni<List<User>> list(UserQuery query);

    /** EVENTUALly how many users match. Fails as {@link #list} does. */
    Uni<Long> count(UserFilter filter);

    /** Stores a new user of version 1. Fails with ALREADY_EXISTS when the key or the e-mail address is taken. */
    Uni<User> create(User user);

    /**
     * Applies a change to the current version, whole or not at all, and gives the user as it is then. Changes of one
     * user at one time are all kept. Fails with NOT_FOUND, with CONFLICT when {@code expectedVersion} is given and is not
     * the current one, and with ALREADY_EXISTS when the new e-mail address is taken.
     */
    Uni<User> update(String key, UserChange change, @Nullable Integer expectedVersion);

    /** Removes a user and gives what was removed. Fails with NOT_FOUND and CONFLICT as {@link #update} does. */
    Uni<User> delete(String key, @Nullable Integer expectedVersion);
}
