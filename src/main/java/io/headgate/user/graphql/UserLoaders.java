package io.headgate.user.graphql;

import graphql.schema.DataFetchingEnvironment;
import io.headgate.graphql.BatchLoaderFactory;
import io.headgate.response.Making;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserId;
import io.headgate.user.UserService;
import io.headgate.user.UserTags;
import io.smallrye.mutiny.Uni;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.dataloader.DataLoader;
import org.jspecify.annotations.Nullable;

/** Lookups of users, gathered so that all of one level of a query are one batch a store. */
final class UserLoaders {

    private static final String BY_ID = "users.byId";
    private static final String BY_EMAIL = "users.byEmail";

    private final UserService users;

    UserLoaders(UserService users) {
        this.users = users;
    }

    Map<String, BatchLoaderFactory<?, ?>> factories() {
        return Map.of(BY_ID, factory(this::findByIds), BY_EMAIL, factory(this::findByEmails));
    }

    /** The user with an id, or {@code null}. */
    static CompletableFuture<@Nullable User> byId(
            DataFetchingEnvironment environment, UserId id, Consistency consistency) {
        DataLoader<ById, User> loader = environment.getDataLoader(BY_ID);
        return loader.load(new ById(id, consistency));
    }

    /** The users with these ids, in their order, or {@code null}. */
    static CompletableFuture<List<@Nullable User>> byIds(
            DataFetchingEnvironment environment, List<UserId> ids, Consistency consistency) {
        DataLoader<ById, User> loader = environment.getDataLoader(BY_ID);
        return loader.loadMany(ids.stream().map(id -> new ById(id, consistency)).toList());
    }

    /** The user of a store with an e-mail address, or {@code null}. */
    static CompletableFuture<@Nullable User> byEmail(DataFetchingEnvironment environment, Store store, String email) {
        DataLoader<ByEmail, User> loader = environment.getDataLoader(BY_EMAIL);
        return loader.load(new ByEmail(store, email));
    }

    /** One batch, as fresh as the one that must be freshest. */
    private Uni<List<@Nullable User>> findByIds(List<ById> keys, Making making) {
        for (ById key : keys) {
            if (key.consistency == Consistency.STRONG) {
                making.refuse();
            }
            dependsOn(making, key.id);
        }
        Consistency consistency = keys.stream().anyMatch(key -> key.consistency == Consistency.STRONG)
                ? Consistency.STRONG
                : Consistency.EVENTUAL;
        Set<UserId> ids = keys.stream().map(ById::id).collect(Collectors.toSet());
        return users.findByIds(ids, consistency)
                .map(found -> keys.stream()
                        .<@Nullable User>map(key -> found.get(key.id))
                        .toList());
    }

    private Uni<List<@Nullable User>> findByEmails(List<ByEmail> keys, Making making) {
        keys.forEach(key -> dependsOn(making, key.store, UserTags.email(key.store, key.email)));
        Map<Store, Set<String>> emails = keys.stream()
                .collect(Collectors.groupingBy(ByEmail::store, Collectors.mapping(ByEmail::email, Collectors.toSet())));
        List<Uni<Map.Entry<Store, Map<String, User>>>> reads = emails.entrySet().stream()
                .map(entry -> users.findByEmails(entry.getKey(), entry.getValue())
                        .map(found -> Map.entry(entry.getKey(), found)))
                .toList();
        return Uni.join().all(reads).andFailFast().map(batches -> {
            Map<Store, Map<String, User>> found = new EnumMap<>(Store.class);
            batches.forEach(batch -> {
                found.put(batch.getKey(), batch.getValue());
                batch.getValue().values().forEach(user -> dependsOn(making, batch.getKey(), UserTags.user(user.id())));
            });
            return keys.stream()
                    .<@Nullable User>map(
                            key -> found.getOrDefault(key.store, Map.of()).get(key.email))
                    .toList();
        });
    }

    /** Tells that an answer is made from a user. */
    void dependsOn(Making making, UserId id) {
        dependsOn(making, id.store(), UserTags.user(id));
    }

    private void dependsOn(Making making, Store store, String tag) {
        if (users.lagsByKey(store)) {
            making.dependsOnLagging(tag);
        } else {
            making.dependsOn(tag);
        }
    }

    private static <K> BatchLoaderFactory<K, User> factory(
            BiFunction<List<K>, Making, Uni<List<@Nullable User>>> batch) {
        return (reads, making) -> keys -> reads.begin(batch.apply(keys, making));
    }

    private record ById(UserId id, Consistency consistency) {}

    private record ByEmail(Store store, String email) {}
}
