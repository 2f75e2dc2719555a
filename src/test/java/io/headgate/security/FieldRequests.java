package io.headgate.security;

import graphql.introspection.Introspection;
import graphql.introspection.IntrospectionResultToSchema;
import graphql.language.Document;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.idl.MockedWiringFactory;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One request for each field of a schema, which reaches it on the shortest way that there is. */
final class FieldRequests {

    private final GraphQLSchema schema;
    private final Map<String, String> ways = new LinkedHashMap<>();

    /** @param introspection the data that an introspection query was answered with */
    FieldRequests(Map<String, Object> introspection) {
        Document definition = new IntrospectionResultToSchema().createSchemaDefinition(introspection);
        this.schema = new SchemaGenerator()
                .makeExecutableSchema(
                        new SchemaParser().buildRegistry(definition),
                        RuntimeWiring.newRuntimeWiring()
                                .wiringFactory(new MockedWiringFactory())
                                .build());
        findWays();
    }

    /** Documents by {@code Type.field}, in the order of these. */
    Map<String, String> all() {
        Map<String, String> requests = new TreeMap<>();
        ways.forEach((name, way) -> {
            GraphQLType type = schema.getType(name);
            for (GraphQLFieldDefinition field : type instanceof GraphQLObjectType object
                    ? object.getFieldDefinitions()
                    : ((GraphQLInterfaceType) type).getFieldDefinitions()) {
                requests.put(name + "." + field.getName(), String.format(way, selection(field)));
            }
        });
        return requests;
    }

    /** Breadth first from each root type, queries before all others: a way is a document with a place for a selection. */
    private void findWays() {
        findWays(schema.getQueryType(), "query { %s }");
        findWays(schema.getMutationType(), "mutation { %s }");
        findWays(schema.getSubscriptionType(), "subscription { %s }");
    }

    private void findWays(GraphQLNamedType root, String document) {
        Deque<GraphQLNamedType> next = new ArrayDeque<>();
        reach(root, document, next);
        while (!next.isEmpty()) {
            GraphQLNamedType type = next.remove();
            String way = ways.get(type.getName());
            if (type instanceof GraphQLInterfaceType node) {
                for (GraphQLObjectType implementation : schema.getImplementations(node)) {
                    reach(implementation, String.format(way, "... on " + implementation.getName() + " { %s }"), next);
                }
            } else if (type instanceof GraphQLObjectType object) {
                // From the last: lists of users, which need the least role, lead to what they share with other lists.
                List<GraphQLFieldDefinition> fields = new ArrayList<>(object.getFieldDefinitions());
                Collections.reverse(fields);
                for (GraphQLFieldDefinition field : fields) {
                    GraphQLNamedType fieldType = (GraphQLNamedType) GraphQLTypeUtil.unwrapAll(field.getType());
                    reach(fieldType, String.format(way, field.getName() + arguments(field) + " { %s }"), next);
                }
            }
        }
    }

    private void reach(GraphQLNamedType type, String way, Deque<GraphQLNamedType> next) {
        boolean hasFields = type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType;
        if (hasFields && !Introspection.isIntrospectionTypes(type) && ways.putIfAbsent(type.getName(), way) == null) {
            next.add(type);
        }
    }

    private static String selection(GraphQLFieldDefinition field) {
        GraphQLType type = GraphQLTypeUtil.unwrapAll(field.getType());
        boolean hasFields = type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType;
        return field.getName() + arguments(field) + (hasFields ? " { __typename }" : "");
    }

    private static String arguments(GraphQLFieldDefinition field) {
        String required = field.getArguments().stream()
                .filter(argument -> GraphQLTypeUtil.isNonNull(argument.getType()))
                .map(FieldRequests::argument)
                .collect(Collectors.joining(", "));
        return required.isEmpty() ? "" : "(" + required + ")";
    }

    private static String argument(GraphQLArgument argument) {
        return argument.getName() + ": " + value(argument.getType());
    }

    /** A value of the type that leads to nothing. */
    private static String value(GraphQLInputType type) {
        GraphQLType inner = GraphQLTypeUtil.unwrapNonNull(type);
        if (GraphQLTypeUtil.isList(inner)) {
            return "[]";
        }
        if (inner instanceof GraphQLEnumType options) {
            return options.getValues().get(0).getName();
        }
        if (inner instanceof GraphQLInputObjectType object) {
            return object.getFieldDefinitions().stream()
                    .filter(field -> GraphQLTypeUtil.isNonNull(field.getType()))
                    .map(field -> field.getName() + ": " + value(field.getType()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return Set.of("Int", "Float").contains(((GraphQLNamedType) inner).getName()) ? "0" : "\"?\"";
    }
}
