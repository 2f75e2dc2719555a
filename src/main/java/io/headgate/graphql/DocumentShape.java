package io.headgate.graphql;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import io.headgate.error.GatewayException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A look at a document that is parsed and not yet validated, which takes time in the square of the fields: how many it
 * has and how deep they are with all fragments in their places. Each fragment is looked at once.
 */
final class DocumentShape {

    private final GraphQlConfig config;
    private final Map<String, FragmentDefinition> fragments = new HashMap<>();
    private final Map<String, Shape> known = new HashMap<>();

    private DocumentShape(GraphQlConfig config) {
        this.config = config;
    }

    /**
     * Refuses what is beyond a limit with RESOURCE_EXHAUSTED, and fragments that include themselves and introspection where
     * that is off with INVALID_ARGUMENT.
     */
    static void check(Document document, GraphQlConfig config) {
        DocumentShape shape = new DocumentShape(config);
        document.getDefinitionsOfType(FragmentDefinition.class)
                .forEach(each -> shape.fragments.putIfAbsent(each.getName(), each));
        shape.fragments.keySet().forEach(shape::fragment);
        long fields = 0;
        for (OperationDefinition operation : document.getDefinitionsOfType(OperationDefinition.class)) {
            Shape found = shape.selections(operation.getSelectionSet());
            if (found.roots > config.maxRootFields()) {
                throw GatewayException.tooMuchWork(
                        "an operation has more than " + config.maxRootFields() + " fields at its root");
            }
            fields += found.fields;
            if (fields > config.maxFields()) {
                throw DocumentScan.tooMany("fields", config.maxFields());
            }
        }
    }

    private Shape selections(@Nullable SelectionSet set) {
        Shape sum = Shape.NONE;
        if (set == null) {
            return sum;
        }
        for (Selection<?> each : set.getSelections()) {
            sum = sum.with(selection(each));
            if (sum.fields > config.maxFields()) {
                throw DocumentScan.tooMany("fields", config.maxFields());
            }
            if (sum.depth > config.maxDepth()) {
                throw DocumentScan.tooDeep(config);
            }
        }
        return sum;
    }

    private Shape selection(Selection<?> selection) {
        if (selection instanceof Field field) {
            if (!config.introspection() && field.getName().equals("__schema")) {
                throw GatewayException.invalidArgument(
                        "introspection is off here: headgate.graphql.introspection switches it on");
            }
            Shape below = selections(field.getSelectionSet());
            return new Shape(below.depth + 1, below.fields + 1, 1);
        }
        if (selection instanceof InlineFragment inPlace) {
            return selections(inPlace.getSelectionSet());
        }
        return fragment(((FragmentSpread) selection).getName());
    }

    private Shape fragment(String name) {
        Shape shape = known.get(name);
        if (Shape.BEGUN.equals(shape)) {
            throw GatewayException.invalidArgument("a fragment includes itself");
        }
        FragmentDefinition fragment = fragments.get(name);
        if (shape != null) {
            return shape;
        }
        if (fragment == null) {
            // graphql-java's own rules for subscriptions fail for it.
            throw GatewayException.invalidArgument("Undefined fragment '" + name + "'");
        }
        known.put(name, Shape.BEGUN);
        Shape found = selections(fragment.getSelectionSet());
        known.put(name, found);
        return found;
    }

    /**
     * What selections come to.
     *
     * @param roots how many fields are at their first level
     */
    private record Shape(int depth, int fields, int roots) {

        static final Shape NONE = new Shape(0, 0, 0);
        static final Shape BEGUN = new Shape(-1, -1, -1);

        Shape with(Shape other) {
            return new Shape(Math.max(depth, other.depth), fields + other.fields, roots + other.roots);
        }
    }
}
