package io.headgate.user;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

    private static final Instant LAST = Instant.MAX.truncatedTo(ChronoUnit.MICROS);

    /** Stores keep microseconds, so that the next whole one is the same bound. */
    public UserFilter {
        createdFrom = createdFrom == null ? null : wholeMicros(createdFrom);
        createdBefore = createdBefore == null ? null : wholeMicros(createdBefore);
    }

    /** Every user. */
    public static final UserFilter ALL = new UserFilter(null, null, null, null, null);

    public boolean matches(User user) {
        return (email == null || email.matches(user.email()))
                && (name == null || name.matches(user.name()))
                && (status == null || status.contains(user.status()))
                && (createdFrom == null || !user.createdAt().isBefore(createdFrom))
                && (createdBefore == null || user.createdAt().isBefore(createdBefore));
    }

    private static Instant wholeMicros(Instant instant) {
        Instant floor = instant.truncatedTo(ChronoUnit.MICROS);
        // Behind the last there is no next one, and no user either.
        return floor.equals(instant) || floor.equals(LAST) ? floor : floor.plus(1, ChronoUnit.MICROS);
    }
}
