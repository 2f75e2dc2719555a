package io.headgate.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Users: Redis first, PostgreSQL for what is not there. */
@Component
class Users {

    private static final String PREFIX = "user:p:";
    private static final String CACHED = "bench:user:";
    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final String SELECT = "SELECT user_id, email, name, status, created_at, version FROM users ";

    private final ObjectMapper json = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private final ObjectReader reader = json.readerFor(User.class);
    private final ReactiveStringRedisTemplate redis;
    private final DatabaseClient postgres;

    Users(ReactiveStringRedisTemplate redis, DatabaseClient postgres) {
        this.redis = redis;
        this.postgres = postgres;
    }

    Mono<User> byId(String id) {
        return redis.opsForValue().get(CACHED + id).map(this::read).switchIfEmpty(Mono.defer(() -> load(id)));
    }

    Mono<List<User>> byIds(List<String> ids) {
        return Flux.fromIterable(ids).flatMapSequential(this::byId, ids.size()).collectList();
    }

    Mono<List<User>> firstByCreation(int count) {
        return postgres.sql(SELECT + "ORDER BY created_at, user_id LIMIT $1")
                .bind(0, count)
                .map(Users::user)
                .all()
                .collectList();
    }

    Mono<User> rename(String id, String name) {
        return postgres.sql("UPDATE users SET name = $2, version = version + 1, updated_at = now() WHERE user_id = $1 "
                        + "RETURNING user_id, email, name, status, created_at, version")
                .bind(0, key(id))
                .bind(1, name)
                .map(Users::user)
                .one()
                .flatMap(this::cache);
    }

    private Mono<User> load(String id) {
        return postgres.sql(SELECT + "WHERE user_id = $1")
                .bind(0, key(id))
                .map(Users::user)
                .one()
                .flatMap(this::cache);
    }

    private Mono<User> cache(User user) {
        return redis.opsForValue().set(CACHED + user.id(), write(user), LIFETIME).thenReturn(user);
    }

    private static String key(String id) {
        return new String(Base64.getUrlDecoder().decode(id), StandardCharsets.UTF_8).substring(PREFIX.length());
    }

    private static User user(Readable row) {
        String key = Objects.requireNonNull(row.get("user_id", String.class));
        byte[] global = (PREFIX + key).getBytes(StandardCharsets.UTF_8);
        return new User(
                Base64.getUrlEncoder().withoutPadding().encodeToString(global),
                key,
                row.get("email", String.class),
                row.get("name", String.class),
                row.get("status", String.class),
                row.get("created_at", OffsetDateTime.class).toInstant().toString(),
                row.get("version", Integer.class));
    }

    private User read(String text) {
        try {
            return reader.readValue(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String write(User user) {
        try {
            return json.writeValueAsString(user);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
