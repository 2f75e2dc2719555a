package io.headgate.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.value.ReactiveValueCommands;
import io.smallrye.mutiny.Uni;
import org.eclipse.microprofile.graphql.GraphQLApi;
import org.eclipse.microprofile.graphql.Id;
import org.eclipse.microprofile.graphql.NonNull;
import org.eclipse.microprofile.graphql.Query;

/** SmallRye GraphQL as it comes: one reactive GET of Redis for a user. */
@GraphQLApi
public class Users {

    private final ReactiveValueCommands<String, String> redis;
    private final ObjectReader reader;

    Users(ReactiveRedisDataSource redis, ObjectMapper json) {
        this.redis = redis.value(String.class);
        this.reader = json.readerFor(User.class);
    }

    @Query
    public Uni<User> user(@Id @NonNull String id) {
        return redis.get("bench:user:" + id).map(this::read);
    }

    private User read(String text) {
        try {
            return text == null ? null : reader.readValue(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
