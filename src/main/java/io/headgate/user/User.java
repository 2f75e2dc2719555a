package io.headgate.user;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A user as a store keeps it.
 *
 * @param createdAt to the microsecond; never changes
 * @param updatedAt to the microsecond; when this version was written
 * @param version the optimistic lock: 1 when created, one more with each change
 */
public record User(
        UserId id,
        String email,
        String name,
        @Nullable String phone,
        UserStatus status,
        Attributes attributes,
        Instant createdAt,
        Instant updatedAt,
        int version) {}
