package io.headgate.graphql;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.LightDataFetcher;
import graphql.schema.idl.TypeRuntimeWiring;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object type as plain accessors of the value behind it, without reflection.
 *
 * @param <T> the class of that value
 */
public final class Fields<T> {

    private final TypeRuntimeWiring.Builder wiring;
    private final Class<T> type;

    private Fields(String typeName, Class<T> type) {
        this.wiring = TypeRuntimeWiring.newTypeWiring(typeName);
        this.type = type;
    }

    /** No field yet of the schema's type {@code typeName}. */
    public static <T> Fields<T> of(String typeName, Class<T> type) {
        return new Fields<>(typeName, type);
    }

    /** Answers a field by applying {@code accessor} to the value. */
    public Fields<T> field(String name, Function<T, @Nullable Object> accessor) {
        wiring.dataFetcher(name, new Accessor<>(type, accessor));
        return this;
    }

    /** All of it, to which fetchers of other kinds can be added. */
    public TypeRuntimeWiring.Builder wiring() {
        return wiring;
    }

    /** What gives a field's value at once. */
    record Accessor<T>(Class<T> type, Function<T, @Nullable Object> accessor) implements LightDataFetcher<Object> {

        @Override
        public @Nullable Object get(
                GraphQLFieldDefinition field, Object source, Supplier<DataFetchingEnvironment> environment) {
            return of(source);
        }

        /** The field's value of the object behind it. */
        @Nullable
        Object of(Object source) {
            return accessor.apply(type.cast(source));
        }

        @Override
        public @Nullable Object get(DataFetchingEnvironment environment) {
            return of(environment.getSource());
        }
    }
}
