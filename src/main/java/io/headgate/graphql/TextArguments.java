package io.headgate.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.execution.ValuesResolver;
import graphql.language.Argument;
import graphql.language.EnumValue;
import graphql.language.NullValue;
import graphql.language.ObjectValue;
import graphql.language.OperationDefinition;
import graphql.language.ScalarValue;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a field, or the fields of an object among them, where variables are texts that the schema takes as they are, and
 * nothing else varies.
 *
 * @param constant all that does not vary
 * @param variables the names of those variables, by what they are the value of
 * @param objects what has such variables in it
 */
record TextArguments(Map<String, Object> constant, Map<String, String> variables, Map<String, TextArguments> objects) {

    /** {@code null} where it has others. */
    static @Nullable TextArguments of(
            GraphQLSchema schema, OperationDefinition operation, GraphQLFieldDefinition field, List<Argument> given) {
        Map<String, Object> empty = new HashMap<>();
        for (VariableDefinition each : operation.getVariableDefinitions()) {
            if (!OperationPlan.isText(each)) {
                return null;
            }
            empty.put(each.getName(), "");
        }
        Map<String, Value<?>> values = new HashMap<>();
        given.forEach(each -> values.put(each.getName(), each.getValue()));
        return of(
                values,
                ValuesResolver.getArgumentValues(
                        schema.getCodeRegistry(),
                        field.getArguments(),
                        given,
                        CoercedVariables.of(empty),
                        GraphQLContext.getDefault(),
                        Locale.ROOT));
    }

    /** @param coerced with any text in place of each variable */
    private static @Nullable TextArguments of(Map<String, Value<?>> given, Map<?, ?> coerced) {
        Map<String, Object> constant = new HashMap<>();
        coerced.forEach((name, value) -> constant.put((String) name, value));
        Map<String, String> variables = new HashMap<>();
        Map<String, TextArguments> objects = new HashMap<>();
        for (Map.Entry<String, Value<?>> each : given.entrySet()) {
            Value<?> value = each.getValue();
            if (value instanceof VariableReference variable) {
                variables.put(each.getKey(), variable.getName());
            } else if (value instanceof ObjectValue object && coerced.get(each.getKey()) instanceof Map<?, ?> inside) {
                Map<String, Value<?>> fields = new HashMap<>();
                object.getObjectFields().forEach(field -> fields.put(field.getName(), field.getValue()));
                TextArguments nested = of(fields, inside);
                if (nested == null) {
                    return null;
                }
                objects.put(each.getKey(), nested);
            } else if (!(value instanceof ScalarValue<?> || value instanceof EnumValue || value instanceof NullValue)) {
                return null;
            }
        }
        constant.keySet().removeAll(variables.keySet());
        return new TextArguments(constant, variables, objects);
    }

    /** {@code null} where not all variables are texts. */
    @Nullable
    Map<String, Object> with(Map<String, @Nullable Object> raw) {
        Map<String, Object> arguments = new HashMap<>(constant);
        for (Map.Entry<String, String> each : variables.entrySet()) {
            if (!(raw.get(each.getValue()) instanceof String text)) {
                return null;
            }
            arguments.put(each.getKey(), text);
        }
        for (Map.Entry<String, TextArguments> each : objects.entrySet()) {
            Map<String, Object> object = each.getValue().with(raw);
            if (object == null) {
                return null;
            }
            arguments.put(each.getKey(), object);
        }
        return arguments;
    }
}
