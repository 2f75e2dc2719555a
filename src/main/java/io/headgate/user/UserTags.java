package io.headgate.user;

import java.util.Set;

/** What answers depend on and changes change, by names that are the same in each process. */
public final class UserTags {

    private UserTags() {}

    /** A user, also one that does not exist. */
    public static String user(UserId id) {
        return "u:" + id.store().tag() + ':' + id.key();
    }

    /** Who has an e-mail address, where nobody does. What shows a user depends on {@link #user} beside it. */
    public static String email(Store store, String email) {
        return "e:" + store.tag() + ':' + email;
    }

    /** All lists and counts of a store. */
    public static String lists(Store store) {
        return "l:" + store.tag();
    }

    /** What the creation of a user changes. */
    public static Set<String> created(User user) {
        return Set.of(
                user(user.id()),
                email(user.id().store(), user.email()),
                lists(user.id().store()));
    }

    /** What a change of a user changes. */
    public static Set<String> changed(UserId id, UserChange change) {
        return change.email() == null
                ? deleted(id)
                : Set.of(user(id), email(id.store(), change.email()), lists(id.store()));
    }

    /** What the deletion of a user changes. */
    public static Set<String> deleted(UserId id) {
        return Set.of(user(id), lists(id.store()));
    }
}
