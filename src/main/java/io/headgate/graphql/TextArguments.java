package io.headgate.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.execution.ValuesResolver;
import graphql.language.Argument;
import graphql.language.EnumValue;
import graphql.language.OperationDefinition;
import graphql.language.ScalarValue;
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
 * The arguments of a field where variables are texts that the schema takes as they are, and nothing else in them varies.
 *
 * @param constant all others
 * @param variables the names of those that are in arguments, by these
 */
record TextArguments(Map<String, Object> constant, Map<String, String> variables) {

    /** {@code null} where it has others. */
    static @Nullable TextArguments of(
            GraphQLSchema schema, OperationDefinition operation, GraphQLFieldDefinition field, List<Argument> given) {
        Map<String, Object> empty = new HashMap<>();
        for (VariableDefinition each : operation.getVariableDefinitions()) {
            if (!QueryPlan.isText(each)) {
                return null;
            }
            empty.put(each.getName(), "");
        }
        Map<String, String> variables = new HashMap<>();
        for (Argument each : given) {
            if (each.getValue() instanceof VariableReference variable) {
                variables.put(each.getName(), variable.getName());
            } else if (!(each.getValue() instanceof ScalarValue<?> || each.getValue() instanceof EnumValue)) {
                return null;
            }
        }
        Map<String, Object> constant = new HashMap<>(ValuesResolver.getArgumentValues(
                schema.getCodeRegistry(),
                field.getArguments(),
                given,
                CoercedVariables.of(empty),
                GraphQLContext.getDefault(),
                Locale.ROOT));
        constant.keySet().removeAll(variables.keySet());
        return new TextArguments(constant, variables);
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
        return arguments;
    }
}
