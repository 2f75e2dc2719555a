package io.headgate.session;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.json.Json;
import io.headgate.redis.RedisData;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in Redis, each named by a random token of which only the hash is kept. What is acknowledged as ended never lives
 * again. Everything fails with UNAVAILABLE while Redis is away: whether a session lives is never guessed.
 */
public final class Sessions {

    private static final int MAX_USER_LENGTH = 256;
    private static final int MAX_ATTRIBUTES = 4_096;

    private final RedisData redis;
    private final SessionConfig config;
    private final InstantSource clock;
    private final TokenSource tokens = new TokenSource();

    public Sessions(RedisData redis, SessionConfig config, InstantSource clock) {
        if (config.ttl().compareTo(config.maxTtl()) > 0) {
            throw new IllegalArgumentException("headgate.session.ttl is longer than headgate.session.max-ttl");
        }
        this.redis = redis;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Creates a session, which lives for a time and as long again whenever it is touched. Fails with INVALID_ARGUMENT, with
     * RESOURCE_EXHAUSTED where the user has as many as may be, and with UNAVAILABLE: then nobody has the token of what may
     * have been created.
     *
     * @param attributes a JSON object
     * @param ttl {@code null} for the default
     */
    public Uni<NewSession> create(String user, Map<String, Object> attributes, @Nullable Duration ttl) {
        return Uni.createFrom().deferred(() -> {
            Duration lives = ttl == null ? config.ttl() : ttl;
            checkUser(user);
            checkTtl(lives);
            checkAttributes(attributes);
            String token = tokens.next();
            Kept created = new Kept(
                    lives,
                    user,
                    attributes,
                    Instant.ofEpochMilli(clock.instant().toEpochMilli()));
            String hash = TokenSource.hash(token);
            return redis.change(SessionScripts.WRITE, record(hash), created.write(), lives.toMillis())
                    .chain(written ->
                            redis.change(SessionScripts.BEGIN, user(user), hash, lives.toMillis(), config.maxPerUser()))
                    .map(ends -> {
                        if (ends.isEmpty()) {
                            throw GatewayException.tooMuchWork("the user has " + config.maxPerUser()
                                    + " sessions, which is as many as may be: revoke some");
                        }
                        return new NewSession(token, created.session(ends));
                    })
                    .onFailure(Sessions::isLost)
                    .transform(lost -> GatewayException.of(
                            ErrorCode.UNAVAILABLE,
                            "Redis did not answer, and nobody has a new token: try again",
                            lost));
        });
    }

    /** The session of a token; {@code null} where none lives. */
    public Uni<@Nullable Session> find(String token) {
        return look(token, false, true);
    }

    /**
     * Lets a session live as long again as it did at first. Fails with NOT_FOUND where none lives, and with OUTCOME_UNKNOWN
     * where the answer was lost; touching again is harmless.
     */
    public Uni<Session> touch(String token) {
        return look(token, true, false).map(Objects::requireNonNull);
    }

    /**
     * Ends a session, and tells whether there was one. Fails with OUTCOME_UNKNOWN where the answer was lost; ending again is
     * harmless.
     */
    public Uni<Boolean> revoke(String token) {
        if (!TokenSource.isToken(token)) {
            return Uni.createFrom().item(false);
        }
        String hash = TokenSource.hash(token);
        return redis.read(SessionScripts.READ, record(hash), 0).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().item(false);
            }
            return redis.change(SessionScripts.END, user(Kept.read(found).user), hash)
                    .call(ended -> forget(hash))
                    .map(ended -> ended.get(0).equals("1"));
        });
    }

    /** Ends all sessions of a user at once, and tells how many there were. Fails as {@link #revoke} does. */
    public Uni<Integer> revokeAll(String user) {
        return Uni.createFrom().deferred(() -> {
            checkUser(user);
            return redis.change(SessionScripts.END_ALL, user(user)).map(ended -> Integer.valueOf(ended.get(0)));
        });
    }

    private Uni<@Nullable Session> look(String token, boolean touches, boolean mayBeNone) {
        Uni<@Nullable Session> none = mayBeNone
                ? Uni.createFrom().nullItem()
                : Uni.createFrom()
                        .failure(() -> GatewayException.of(
                                ErrorCode.NOT_FOUND, "there is no session of this token: it has ended, or never was"));
        if (!TokenSource.isToken(token)) {
            return none;
        }
        String hash = TokenSource.hash(token);
        // The record is kept longer first, so that it is there as long as the entry is.
        return redis.read(SessionScripts.READ, record(hash), touches ? 1 : 0).chain(found -> {
            if (found.isEmpty()) {
                return none;
            }
            Kept record = Kept.read(found);
            Uni<List<String>> ends = touches
                    ? redis.change(SessionScripts.LOOK, user(record.user), hash, record.ttl.toMillis())
                    : redis.read(SessionScripts.LOOK, user(record.user), hash, 0);
            return ends.chain(each -> each.isEmpty()
                    ? forget(hash).chain(() -> none)
                    : Uni.createFrom().item(record.session(each)));
        });
    }

    /** What is left of a session that has ended is not worth a failure: it ends by itself. */
    private Uni<Void> forget(String hash) {
        return redis.change(SessionScripts.REMOVE, record(hash))
                .replaceWithVoid()
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private List<String> record(String hash) {
        return List.of(redis.key("session:" + hash));
    }

    private List<String> user(String user) {
        return List.of(redis.key("sessions:" + user));
    }

    private static boolean isLost(Throwable failure) {
        return failure instanceof GatewayException known && known.code() == ErrorCode.OUTCOME_UNKNOWN;
    }

    private static void checkUser(String user) {
        if (user.isBlank() || user.length() > MAX_USER_LENGTH) {
            throw GatewayException.invalidArgument("user is the id of a user, 1 to " + MAX_USER_LENGTH + " characters");
        }
    }

    private void checkTtl(Duration ttl) {
        if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(config.maxTtl()) > 0) {
            throw GatewayException.invalidArgument("ttlSeconds is " + ttl.toSeconds() + "; 1 to "
                    + config.maxTtl().toSeconds() + " are allowed");
        }
    }

    private static void checkAttributes(Map<String, Object> attributes) {
        if (Json.write(attributes).getBytes(StandardCharsets.UTF_8).length > MAX_ATTRIBUTES) {
            throw GatewayException.invalidArgument(
                    "attributes take more than " + MAX_ATTRIBUTES + " bytes as JSON: keep them beside the session");
        }
    }

    /** What is kept of a session: {@code ttl} in milliseconds, a space, and JSON. */
    private record Kept(Duration ttl, String user, Map<String, Object> attributes, Instant createdAt) {

        String write() {
            return ttl.toMillis() + " "
                    + Json.write(Map.of("user", user, "created", createdAt.toEpochMilli(), "attributes", attributes));
        }

        @SuppressWarnings("unchecked")
        static Kept read(List<String> found) {
            String text = found.get(0);
            int space = text.indexOf(' ');
            Map<String, Object> json =
                    (Map<String, Object>) Objects.requireNonNull(Json.read(text.substring(space + 1)));
            return new Kept(
                    Duration.ofMillis(Long.parseLong(text.substring(0, space))),
                    (String) Objects.requireNonNull(json.get("user")),
                    (Map<String, Object>) Objects.requireNonNull(json.get("attributes")),
                    Instant.ofEpochMilli(((Number) Objects.requireNonNull(json.get("created"))).longValue()));
        }

        Session session(List<String> ends) {
            return new Session(user, attributes, createdAt, Instant.ofEpochMilli(Long.parseLong(ends.get(0))));
        }
    }
}
