package io.headgate.user;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an update sets; what is {@code null} stays as it is.
 *
 * @param phone the new number, or one of {@code null} to remove it
 * @param at when the change is made, to the microsecond: the new {@code updatedAt}
 */
public record UserChange(
        @Nullable String email,
        @Nullable String name,
        @Nullable Phone phone,
        @Nullable UserStatus status,
        @Nullable Attributes attributes,
        Instant at) {

    /** A phone number to set, or its removal. */
    public record Phone(@Nullable String number) {}

    /** The user after this change: one version on, and otherwise as it was but for what is set here. */
    public User applyTo(User user) {
        return new User(
                user.id(),
                email != null ? email : user.email(),
                name != null ? name : user.name(),
                phone != null ? phone.number() : user.phone(),
                status != null ? status : user.status(),
                attributes != null ? attributes : user.attributes(),
                user.createdAt(),
                at,
                user.version() + 1);
    }
}
