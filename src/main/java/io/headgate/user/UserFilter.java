package io.headgate.user;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A condition on users; each part that is not {@code null} must hold.
 *
 * @param status one of these; none matches when empty
 * @param createdFrom created at or after
 * @param createdBefore created before
 */
public record UserFilter(
        @Nullable StringFilter email,
        @Nullable StringFilter name,
        @Nullable Set<UserStatus> status,
        @Nullable Instant createdFrom,
        @Nullable Instant createdBefore) {

    /** Every user. */
    public static final UserFilter ALL = new UserFilter(null, null, null, null, null);

    public boolean matches(User user) {
        return (email == null || email.matches(user.email()))
                && (name == null || name.matches(user.name()))
                && (status == null || status.contains(user.status()))
                && (createdFrom == null || !user.createdAt().isBefore(createdFrom))
                && (createdBefore == null || user.createdAt().isBefore(createdBefore));
    }
}
