package io.headgate.graphql;

import graphql.GraphQLContext;
import graphql.schema.idl.RuntimeWiring;
import java.util.Map;
import org.dataloader.DataLoaderRegistry;

/** What one feature adds to the schema: types in the schema definition language, and what answers their fields. */
public interface GraphQlApi {

    /** The resource that holds the feature's types. */
    String schemaResource();

    /** The types of the schema that are {@code Node}s, by the class of the values behind them. */
    Map<Class<?>, String> nodeTypes();

    /** Adds a data fetcher for every field of the feature's types; a field without one fails at start-up. */
    void wire(RuntimeWiring.Builder wiring);

    /** Adds the feature's batch loaders, anew for each operation; {@code context} is the operation's. */
    void registerLoaders(DataLoaderRegistry loaders, GraphQLContext context);
}
