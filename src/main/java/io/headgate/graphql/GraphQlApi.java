package io.headgate.graphql;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import io.headgate.response.Making;
import io.headgate.security.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What answers the fields of one feature's types, which are in {@code resources/graphql}. */
public interface GraphQlApi {

    /** The types of the schema that are {@code Node}s, by the class of the values behind them. */
    Map<Class<?>, String> nodeTypes();

    /** The role that each field needs, by {@code Type.field}, or by {@code Type} for all fields without one of their own. */
    Map<String, Role> roles();

    /**
     * The fields of {@code Query}, by their names, that tell the operation's {@link Making} what they depend on, and whose data
     * fetchers load all they need at once, not one thing after the other. The answer of an operation with any other field is not
     * kept.
     */
    default Set<String> cacheable() {
        return Set.of();
    }

    /** Those of {@link #cacheable} that read one thing by its key, which a cache of its own may have, and how they do. */
    default Map<String, KeyedRead> keyed() {
        return Map.of();
    }

    /** Whether an id, by its form, is of one of the feature's nodes. */
    boolean owns(String id);

    /** The nodes of ids that the feature {@linkplain #owns owns}, in their order; {@code null} where there is none. */
    CompletableFuture<List<@Nullable Object>> nodes(DataFetchingEnvironment environment, List<String> ids);

    /** Adds a data fetcher for every field of the feature's types; a field without one fails at start-up. */
    void wire(RuntimeWiring.Builder wiring);

    /** What makes the feature's batch loaders, by the names by which its data fetchers ask for them. */
    default Map<String, BatchLoaderFactory<?, ?>> loaders() {
        return Map.of();
    }
}
