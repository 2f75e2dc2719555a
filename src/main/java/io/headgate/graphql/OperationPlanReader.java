package io.headgate.graphql;

import graphql.introspection.Introspection;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.VariableDefinition;
import graphql.schema.DataFetcher;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import io.headgate.json.JsonWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a document once, for an {@link OperationPlan}. */
final class OperationPlanReader {

    private static final Output TYPE_NAME = new Output.NonNull(new Output.Leaf((name, context, locale) -> name));

    private final GraphQLSchema schema;
    private final Set<String> direct;
    private final Map<Class<?>, String> nodeTypes;
    private final Map<String, FragmentDefinition> fragments;

    OperationPlanReader(GraphQLSchema schema, Document document, Set<String> direct, Map<Class<?>, String> nodeTypes) {
        this.schema = schema;
        this.direct = direct;
        this.nodeTypes = nodeTypes;
        this.fragments = document.getDefinitionsOfType(FragmentDefinition.class).stream()
                .collect(Collectors.toMap(FragmentDefinition::getName, fragment -> fragment));
    }

    /** The fields at the root of a valid operation of the document; throws {@link Unplanned} where graphql-java has to execute it. */
    List<OperationPlan.Root> roots(OperationDefinition operation) {
        require(operation.getDirectives().isEmpty());
        require(operation.getVariableDefinitions().stream()
                .map(VariableDefinition::getDirectives)
                .allMatch(List::isEmpty));
        boolean isMutation = operation.getOperation() == OperationDefinition.Operation.MUTATION;
        GraphQLObjectType root = GraphQlSchema.root(schema, operation);
        List<OperationPlan.Root> roots = new ArrayList<>();
        collect(root, List.of(operation.getSelectionSet())).forEach((key, fields) -> {
            Field first = fields.get(0);
            JsonWriter.Name name = new JsonWriter.Name(key);
            if (isTypeName(first)) {
                roots.add(new OperationPlan.Root(
                        key, name, Introspection.TypeNameMetaFieldDef, null, List.of(), TYPE_NAME));
                return;
            }
            require(isMutation || direct.contains(first.getName()));
            GraphQLFieldDefinition definition = root.getFieldDefinition(first.getName());
            roots.add(new OperationPlan.Root(
                    key,
                    name,
                    definition,
                    schema.getCodeRegistry().getDataFetcher(root, definition),
                    first.getArguments(),
                    output(definition.getType(), fields)));
        });
        require(!isMutation || (roots.size() == 1 && roots.get(0).fetcher() != null));
        return List.copyOf(roots);
    }

    private static void require(boolean plain) {
        if (!plain) {
            throw new Unplanned();
        }
    }

    private static boolean isTypeName(Field field) {
        return field.getName().equals(Introspection.TypeNameMetaFieldDef.getName());
    }

    /** The fields of a type by their keys, as GraphQL's CollectFields has them. */
    private Map<String, List<Field>> collect(GraphQLObjectType type, List<SelectionSet> sets) {
        Map<String, List<Field>> fields = new LinkedHashMap<>();
        Set<String> visited = new HashSet<>();
        sets.forEach(set -> collect(type, set, fields, visited));
        return fields;
    }

    private void collect(
            GraphQLObjectType type, SelectionSet set, Map<String, List<Field>> fields, Set<String> visited) {
        for (Selection<?> selection : set.getSelections()) {
            if (selection instanceof Field field) {
                require(field.getDirectives().isEmpty());
                fields.computeIfAbsent(field.getResultKey(), key -> new ArrayList<>())
                        .add(field);
            } else if (selection instanceof InlineFragment fragment) {
                require(fragment.getDirectives().isEmpty());
                if (fragment.getTypeCondition() == null
                        || includes(fragment.getTypeCondition().getName(), type)) {
                    collect(type, fragment.getSelectionSet(), fields, visited);
                }
            } else if (selection instanceof FragmentSpread spread) {
                FragmentDefinition fragment = fragments.get(spread.getName());
                require(spread.getDirectives().isEmpty()
                        && fragment != null
                        && fragment.getDirectives().isEmpty());
                if (visited.add(spread.getName())
                        && fragment != null
                        && includes(fragment.getTypeCondition().getName(), type)) {
                    collect(type, fragment.getSelectionSet(), fields, visited);
                }
            }
        }
    }

    private boolean includes(String condition, GraphQLObjectType type) {
        return condition.equals(type.getName())
                || (schema.getType(condition) instanceof GraphQLInterfaceType
                        && type.getInterfaces().stream()
                                .anyMatch(each -> each.getName().equals(condition)));
    }

    private Output output(GraphQLType type, List<Field> fields) {
        if (type instanceof GraphQLNonNull nonNull) {
            return new Output.NonNull(output(nonNull.getWrappedType(), fields));
        }
        if (type instanceof GraphQLList list) {
            return new Output.ListOf(output(list.getWrappedType(), fields));
        }
        if (type instanceof GraphQLScalarType scalar) {
            return new Output.Leaf(scalar.getCoercing()::serialize);
        }
        if (type instanceof GraphQLEnumType constants) {
            return new Output.Leaf(constants::serialize);
        }
        List<SelectionSet> sets = fields.stream().map(Field::getSelectionSet).toList();
        if (type instanceof GraphQLObjectType object) {
            List<Output.Member> members = members(object, sets);
            return new Output.Selected(value -> members);
        }
        require(type instanceof GraphQLInterfaceType interfaces
                && interfaces.getName().equals("Node"));
        Map<Class<?>, List<Output.Member>> members = new HashMap<>();
        nodeTypes.forEach((javaType, name) -> members.put(javaType, members(schema.getObjectType(name), sets)));
        return new Output.Selected(value -> members.get(value.getClass()));
    }

    private List<Output.Member> members(GraphQLObjectType type, List<SelectionSet> sets) {
        List<Output.Member> members = new ArrayList<>();
        collect(type, sets).forEach((key, fields) -> {
            Field first = fields.get(0);
            JsonWriter.Name name = new JsonWriter.Name(key);
            if (isTypeName(first)) {
                members.add(new Output.Member(name, value -> type.getName(), TYPE_NAME));
                return;
            }
            GraphQLFieldDefinition definition = type.getFieldDefinition(first.getName());
            DataFetcher<?> fetcher = schema.getCodeRegistry().getDataFetcher(type, definition);
            require(fetcher instanceof Fields.Accessor);
            members.add(
                    new Output.Member(name, ((Fields.Accessor<?>) fetcher)::of, output(definition.getType(), fields)));
        });
        return List.copyOf(members);
    }

    /** There is no plan. */
    static final class Unplanned extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unplanned() {
            super(null, null, false, false);
        }
    }
}
