package io.headgate.security;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a caller may do. Who may change users or recover databases may read users too; neither may do the other's work. */
public enum Role {
    /** Reads users, sessions and leaderboards, follows messages. */
    READER,
    /** Creates, changes and deletes users and sessions, records scores, publishes messages. */
    EDITOR,
    /** Sees databases, snapshots and operations, makes and deletes snapshots, restores. */
    OPERATOR;

    /** The role of this name, in any case. */
    public static Optional<Role> named(String name) {
        return Stream.of(values())
                .filter(role -> role.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** These roles with those that they include. */
    static Set<Role> withIncluded(Set<Role> roles) {
        EnumSet<Role> all = EnumSet.noneOf(Role.class);
        all.addAll(roles);
        if (!all.isEmpty()) {
            all.add(READER);
        }
        return Set.copyOf(all);
    }

    /** As it is written in tokens, configuration and messages. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
