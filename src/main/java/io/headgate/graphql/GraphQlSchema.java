package io.headgate.graphql;

import graphql.introspection.Introspection;
import graphql.language.OperationDefinition;
import graphql.schema.DataFetcher;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import graphql.schema.idl.TypeRuntimeWiring;
import io.headgate.response.Making;
import io.headgate.security.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The schema that all features make up. Its types are made when a native image is built, and are no work at start; what
 * answers their fields is added then.
 */
final class GraphQlSchema {

    private static final List<String> RESOURCES = List.of(
            "graphql/common.graphqls",
            "graphql/choice.graphqls",
            "graphql/fleet.graphqls",
            "graphql/recovery.graphqls",
            "graphql/users.graphqls",
            "graphql/sessions.graphqls",
            "graphql/leaderboards.graphqls",
            "graphql/messages.graphqls",
            "graphql/tables.graphqls");

    private static final GraphQLSchema TYPES = new SchemaGenerator().makeExecutableSchema(definitions(), scalars());

    private GraphQlSchema() {}

    /**
     * The schema whose fields these features answer.
     *
     * @param introspection whether {@code __type} knows any type
     * @param maxAges how long answers are kept at most that a field is part of, by {@code Query.field}
     * @throws IllegalArgumentException when one is no such field
     * @throws IllegalStateException when a field has no data fetcher, or a data fetcher no field
     */
    static GraphQLSchema answeredBy(
            Collection<GraphQlApi> apis, FieldRoles roles, boolean introspection, Map<String, Duration> maxAges) {
        RuntimeWiring.Builder wiring = RuntimeWiring.newRuntimeWiring();
        Map<Class<?>, String> nodeTypes = new HashMap<>();
        new CommonApi(List.copyOf(apis), roles).wire(wiring);
        for (GraphQlApi api : apis) {
            api.wire(wiring);
            nodeTypes.putAll(api.nodeTypes());
        }
        GraphQLCodeRegistry.Builder code = GraphQLCodeRegistry.newCodeRegistry(TYPES.getCodeRegistry())
                .typeResolver(
                        "Node",
                        environment -> TYPES.getObjectType(
                                nodeTypes.get(environment.getObject().getClass())));
        add(code, wiring.build());
        requireDataFetchers(code);
        if (!introspection) {
            DataFetcher<?> unknown = environment -> null;
            code.systemDataFetcher(
                    FieldCoordinates.systemCoordinates(Introspection.TypeMetaFieldDef.getName()), unknown);
        }
        TYPES.getMutationType().getFieldDefinitions().forEach(field -> {
            FieldCoordinates place = FieldCoordinates.coordinates("Mutation", field.getName());
            code.dataFetcher(place, Fetched.orElse(code.getDataFetcher(place, field)));
        });
        keep(code, apis, maxAges);
        return TYPES.transformWithoutTypes(schema -> schema.codeRegistry(code));
    }

    /** The type whose fields are an operation's roots. */
    static GraphQLObjectType root(GraphQLSchema schema, OperationDefinition operation) {
        return switch (operation.getOperation()) {
            case QUERY -> schema.getQueryType();
            case MUTATION -> schema.getMutationType();
            case SUBSCRIPTION -> schema.getSubscriptionType();
        };
    }

    /** Which roles the fields need that these features answer; each field has a rule. */
    static FieldRoles roles(Collection<GraphQlApi> apis) {
        Map<String, Role> rules = new HashMap<>(CommonApi.ROLES);
        apis.forEach(api -> rules.putAll(api.roles()));
        return new FieldRoles(TYPES, rules);
    }

    @SuppressWarnings("rawtypes")
    private static void add(GraphQLCodeRegistry.Builder code, RuntimeWiring wiring) {
        for (Map.Entry<String, Map<String, DataFetcher>> type :
                wiring.getDataFetchers().entrySet()) {
            GraphQLObjectType known = TYPES.getObjectType(type.getKey());
            for (Map.Entry<String, DataFetcher> field : type.getValue().entrySet()) {
                if (known == null || known.getFieldDefinition(field.getKey()) == null) {
                    throw new IllegalStateException("no field " + type.getKey() + "." + field.getKey());
                }
                DataFetcher<?> fetcher = field.getValue();
                code.dataFetcher(FieldCoordinates.coordinates(type.getKey(), field.getKey()), fetcher);
            }
        }
    }

    private static void requireDataFetchers(GraphQLCodeRegistry.Builder code) {
        for (var type : TYPES.getAllTypesAsList()) {
            if (type instanceof GraphQLObjectType object && !object.getName().startsWith("__")) {
                object.getFieldDefinitions().forEach(field -> {
                    if (!code.hasDataFetcher(FieldCoordinates.coordinates(object, field))) {
                        throw new IllegalStateException(
                                "no data fetcher for " + object.getName() + "." + field.getName());
                    }
                });
            }
        }
    }

    /** The fields of {@code Query} that tell what their answers depend on, and load all they need at once. */
    static Set<String> cacheable(Collection<GraphQlApi> apis) {
        Set<String> cacheable = new HashSet<>(CommonApi.CACHEABLE);
        apis.forEach(api -> cacheable.addAll(api.cacheable()));
        return cacheable;
    }

    /** Lets fields say how long their answers are kept; not at all where they don't tell what they depend on. */
    private static void keep(
            GraphQLCodeRegistry.Builder code, Collection<GraphQlApi> apis, Map<String, Duration> maxAges) {
        Set<String> cacheable = cacheable(apis);
        Map<String, Duration> unknown = new HashMap<>(maxAges);
        for (GraphQLFieldDefinition field : TYPES.getQueryType().getFieldDefinitions()) {
            Duration maxAge = unknown.remove("Query." + field.getName());
            FieldCoordinates place = FieldCoordinates.coordinates("Query", field.getName());
            if (cacheable.contains(field.getName())) {
                code.dataFetcher(place, Fetched.orElse(code.getDataFetcher(place, field)));
            } else {
                maxAge = Duration.ZERO;
            }
            if (maxAge != null) {
                code.dataFetcher(place, keptAtMost(maxAge, code.getDataFetcher(place, field)));
            }
        }
        unknown.keySet().stream().findFirst().ifPresent(name -> {
            throw new IllegalArgumentException(
                    "headgate.response-cache.max-age-of.\"" + name + "\" names no field of Query");
        });
    }

    private static DataFetcher<?> keptAtMost(Duration maxAge, DataFetcher<?> fetcher) {
        return environment -> {
            environment.getGraphQlContext().<Making>get(Making.class).keepAtMost(maxAge);
            return fetcher.get(environment);
        };
    }

    private static TypeDefinitionRegistry definitions() {
        TypeDefinitionRegistry definitions = new TypeDefinitionRegistry();
        RESOURCES.forEach(name -> definitions.merge(definitions(name)));
        return definitions;
    }

    private static TypeDefinitionRegistry definitions(String name) {
        try (InputStream stream = GraphQlSchema.class.getClassLoader().getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("no resource " + name);
            }
            return new SchemaParser().parse(new InputStreamReader(stream, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What types need beside their definitions; which type a node is of is only known with what answers. */
    private static RuntimeWiring scalars() {
        return RuntimeWiring.newRuntimeWiring()
                .scalar(Scalars.DATE_TIME)
                .scalar(Scalars.JSON)
                .scalar(Scalars.CURSOR)
                .type(TypeRuntimeWiring.newTypeWiring("Node").typeResolver(environment -> null))
                .build();
    }
}
