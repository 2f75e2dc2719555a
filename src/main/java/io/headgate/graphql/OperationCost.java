package io.headgate.graphql;

import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import graphql.schema.GraphQLCompositeType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import io.headgate.error.GatewayException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many objects an operation of a valid document may ask for. A page has as many as {@code first} or {@code last}
 * says, a list as many as its {@code first}, twice its {@code radius} or its {@code ids} say, any other list {@value
 * #ASSUMED_SIZE}. What is asked about the schema is
 * free: graphql-java bounds it.
 */
final class OperationCost {

    private static final int ASSUMED_SIZE = 10;
    private static final int DEFAULT_PAGE = 50;

    private final GraphQLSchema schema;
    private final GraphQlConfig config;
    private final Map<String, @Nullable Object> variables;
    private final Map<String, FragmentDefinition> fragments = new HashMap<>();
    private final Map<String, @Nullable Value<?>> defaults = new HashMap<>();

    private OperationCost(GraphQLSchema schema, GraphQlConfig config, Map<String, @Nullable Object> variables) {
        this.schema = schema;
        this.config = config;
        this.variables = variables;
    }

    /**
     * Refuses operations that cost too much, or have too long a list, with RESOURCE_EXHAUSTED.
     *
     * @param variables as they were sent
     */
    static void check(
            Document document, GraphQLSchema schema, GraphQlConfig config, Map<String, @Nullable Object> variables) {
        OperationCost cost = new OperationCost(schema, config, variables);
        document.getDefinitionsOfType(FragmentDefinition.class)
                .forEach(each -> cost.fragments.put(each.getName(), each));
        document.getDefinitionsOfType(OperationDefinition.class).forEach(cost::check);
    }

    private void check(OperationDefinition operation) {
        defaults.clear();
        for (VariableDefinition each : operation.getVariableDefinitions()) {
            defaults.put(each.getName(), each.getDefaultValue());
        }
        GraphQLCompositeType root = switch (operation.getOperation()) {
            case QUERY -> schema.getQueryType();
            case MUTATION -> schema.getMutationType();
            case SUBSCRIPTION -> schema.getSubscriptionType();
        };
        long cost = selections(operation.getSelectionSet(), root, 0);
        if (cost > config.maxCost()) {
            throw GatewayException.tooMuchWork("the operation may ask for " + cost + " objects, and at most "
                    + config.maxCost() + " are answered at once: ask for smaller pages");
        }
    }

    private long selections(@Nullable SelectionSet set, @Nullable GraphQLType type, int page) {
        long sum = 0;
        if (set != null) {
            for (Selection<?> each : set.getSelections()) {
                sum = saturated(sum + selection(each, type, page));
            }
        }
        return sum;
    }

    private long selection(Selection<?> selection, @Nullable GraphQLType type, int page) {
        if (selection instanceof Field field) {
            return type instanceof GraphQLFieldsContainer container ? field(field, container, page) : 0;
        }
        if (selection instanceof InlineFragment inPlace) {
            GraphQLType narrowed = inPlace.getTypeCondition() == null
                    ? type
                    : schema.getType(inPlace.getTypeCondition().getName());
            return selections(inPlace.getSelectionSet(), narrowed, page);
        }
        FragmentDefinition fragment = fragments.get(((FragmentSpread) selection).getName());
        return fragment == null
                ? 0
                : selections(
                        fragment.getSelectionSet(),
                        schema.getType(fragment.getTypeCondition().getName()),
                        page);
    }

    private long field(Field field, GraphQLFieldsContainer container, int page) {
        GraphQLFieldDefinition definition = container.getFieldDefinition(field.getName());
        if (definition == null) {
            return 0;
        }
        field.getArguments().forEach(argument -> checkLists(argument.getValue()));
        GraphQLType unwrapped = GraphQLTypeUtil.unwrapAll(definition.getType());
        if (!(unwrapped instanceof GraphQLCompositeType)) {
            return 0;
        }
        boolean isList = GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(definition.getType()));
        long each = saturated(1 + selections(field.getSelectionSet(), unwrapped, pageSize(field, definition)));
        return isList ? saturated(listSize(field, definition, page) * each) : each;
    }

    private int listSize(Field field, GraphQLFieldDefinition definition, int page) {
        Argument ids = argument(field, "ids");
        if (ids != null) {
            return size(ids.getValue());
        }
        if (definition.getArgument("radius") != null) {
            Integer radius = number(argument(field, "radius"));
            return 2 * bounded(radius == null ? ASSUMED_SIZE / 2 : radius) + 1;
        }
        if (definition.getArgument("first") != null) {
            Integer first = number(argument(field, "first"));
            return bounded(first == null ? ASSUMED_SIZE : first);
        }
        return page > 0 && (field.getName().equals("nodes") || field.getName().equals("edges")) ? page : ASSUMED_SIZE;
    }

    /** How many nodes the pages of a field have; 0 where it has no pages. */
    private int pageSize(Field field, GraphQLFieldDefinition definition) {
        if (definition.getArgument("first") == null) {
            return 0;
        }
        Integer first = number(argument(field, "first"));
        Integer last = number(argument(field, "last"));
        int asked = first != null ? first : last != null ? last : DEFAULT_PAGE;
        return bounded(asked);
    }

    /** More is refused by the field itself. */
    private static int bounded(int asked) {
        return Math.min(Math.max(asked, 1), 1_000);
    }

    private static @Nullable Argument argument(Field field, String name) {
        return field.getArguments().stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    private @Nullable Integer number(@Nullable Argument argument) {
        if (argument == null) {
            return null;
        }
        Object value = value(argument.getValue());
        if (value instanceof IntValue literal) {
            return literal.getValue().bitLength() < Integer.SIZE
                    ? literal.getValue().intValue()
                    : Integer.MAX_VALUE;
        }
        return value instanceof Number number ? (Integer) number.intValue() : null;
    }

    private int size(Value<?> ids) {
        Object value = value(ids);
        if (value instanceof ArrayValue literal) {
            return literal.getValues().size();
        }
        return value instanceof List<?> list ? list.size() : 1;
    }

    /** What a variable was given, or else its default; or the literal itself. */
    private @Nullable Object value(Value<?> value) {
        if (value instanceof VariableReference variable) {
            String name = variable.getName();
            return variables.containsKey(name) ? variables.get(name) : defaults.get(name);
        }
        return value;
    }

    /** Looks into lists and the fields of input objects; what is in a variable has a bound for the body beside this one. */
    private void checkLists(Value<?> value) {
        Object found = value(value);
        if (found instanceof ArrayValue list) {
            checkSize(list.getValues().size());
            list.getValues().forEach(this::checkLists);
        } else if (found instanceof ObjectValue object) {
            object.getObjectFields().stream().map(ObjectField::getValue).forEach(this::checkLists);
        } else if (found instanceof List<?> list) {
            checkSize(list.size());
        } else if (found instanceof Map<?, ?> object) {
            object.values().stream().filter(Objects::nonNull).forEach(this::checkSent);
        }
    }

    /** Lists that are deeper than this are attributes, which have limits of their own. */
    private void checkSent(Object field) {
        if (field instanceof List<?> list) {
            checkSize(list.size());
        } else if (field instanceof Map<?, ?> object && !object.containsKey("attributes")) {
            object.values().stream()
                    .filter(each -> each instanceof List<?>)
                    .forEach(each -> checkSize(((List<?>) each).size()));
        }
    }

    private void checkSize(int size) {
        if (size > config.maxListSize()) {
            throw GatewayException.tooMuchWork(
                    "a list has " + size + " elements; at most " + config.maxListSize() + " are allowed");
        }
    }

    private static long saturated(long sum) {
        // Factors are at most a thousand, and sums of a thousand: neither overflows below this.
        return Math.min(sum, Integer.MAX_VALUE);
    }
}
