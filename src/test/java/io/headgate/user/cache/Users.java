package io.headgate.user.cache;

import io.headgate.json.Json;
import io.headgate.user.Attributes;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.headgate.user.UserStore;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Users of tests, and what tests do with them. */
final class Users {

    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123456Z");

    private Users() {}

    static User some() {
        String key = UUID.randomUUID().toString();
        return new User(
                new UserId(Store.POSTGRES, key),
                key + "@example.com",
                "Ada Lovelace",
                null,
                UserStatus.ACTIVE,
                Attributes.of(Json.read("{\"plan\": \"pro\"}")),
                T0,
                T0,
                1);
    }

    static UserChange name(String name) {
        return new UserChange(null, name, null, null, null, T0.plusSeconds(1));
    }

    static UserChange email(String email) {
        return new UserChange(email, null, null, null, null, T0.plusSeconds(1));
    }

    static @Nullable User find(UserStore store, User user) {
        return find(store, user, Consistency.EVENTUAL);
    }

    static @Nullable User find(UserStore store, User user, Consistency consistency) {
        String key = user.id().key();
        return Gateway.await(store.findByKeys(Set.of(key), consistency)).get(key);
    }

    static @Nullable User findByEmail(UserStore store, String email) {
        return Gateway.await(store.findByEmails(Set.of(email), Consistency.EVENTUAL))
                .get(email);
    }

    /** The version that a read gives, 0 for none. */
    static int version(@Nullable User user) {
        return user == null ? 0 : user.version();
    }

    static String entry(User user) {
        return "u:p:" + user.id().key();
    }

    /** Whether an entry is blocked by a writer. */
    static boolean isMarked(@Nullable String entry) {
        return entry != null && entry.startsWith("W");
    }
}
