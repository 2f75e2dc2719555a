package io.headgate.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.execution.RawVariables;
import graphql.execution.ValuesResolver;
import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Document;
import graphql.language.NonNullType;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.OperationDefinition;
import graphql.language.SourceLocation;
import graphql.language.StringValue;
import graphql.language.TypeName;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironmentImpl;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLSchema;
import io.headgate.json.JsonWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.dataloader.DataLoaderRegistry;
import org.jspecify.annotations.Nullable;

/**
 * How an operation is executed whose fields at the root are fetched at once, and below them is nothing but what accessors give:
 * the root's data fetchers are called as graphql-java calls them, and what they give is written as JSON right away. What
 * is not as expected fails, and is graphql-java's to answer: it alone knows GraphQL's errors. A mutation has one field at its root,
 * since several are made one after the other.
 */
final class OperationPlan {

    /** Of most responses. */
    private static final int USUAL_BYTES = 512;

    private static final JsonWriter.Name DATA = new JsonWriter.Name("data");

    private static final Set<String> TEXTS = Set.of("ID", "String");

    private final GraphQLSchema schema;
    private final Document document;
    private final OperationDefinition operation;
    private final List<Root> roots;
    private final Set<String> fields;
    private final @Nullable TextArguments textArguments;

    private OperationPlan(GraphQLSchema schema, Document document, OperationDefinition operation, List<Root> roots) {
        this.schema = schema;
        this.document = document;
        this.operation = operation;
        this.roots = roots;
        this.fields = roots.stream().map(root -> root.definition.getName()).collect(Collectors.toUnmodifiableSet());
        this.textArguments = onlyKey() == null
                ? null
                : TextArguments.of(schema, operation, roots.get(0).definition, roots.get(0).arguments);
    }

    /**
     * The plan of a valid document that is one query or mutation, or {@code null} where there is none.
     *
     * @param direct the fields of {@code Query} whose fetchers load all they need at once
     * @param nodeTypes by the class of the values behind them
     */
    static @Nullable OperationPlan of(
            GraphQLSchema schema, Document document, Set<String> direct, Map<Class<?>, String> nodeTypes) {
        List<OperationDefinition> operations = document.getDefinitionsOfType(OperationDefinition.class);
        OperationDefinition operation = operations.get(0);
        if (operations.size() > 1 || operation.getOperation() == OperationDefinition.Operation.SUBSCRIPTION) {
            return null;
        }
        try {
            List<Root> roots = new OperationPlanReader(schema, document, direct, nodeTypes).roots(operation);
            return new OperationPlan(schema, document, operation, roots);
        } catch (OperationPlanReader.Unplanned e) {
            return null;
        }
    }

    Document document() {
        return document;
    }

    OperationDefinition operation() {
        return operation;
    }

    boolean isMutation() {
        return operation.getOperation() == OperationDefinition.Operation.MUTATION;
    }

    /** The key in the response of the one field that is at its root; {@code null} where there are others. */
    @Nullable
    String onlyKey() {
        return roots.size() == 1 && roots.get(0).fetcher != null ? roots.get(0).key : null;
    }

    /** Whether a variable is a text that must be given, which the schema takes as it is. */
    static boolean isText(VariableDefinition variable) {
        return variable.getType() instanceof NonNullType required
                && required.getType() instanceof TypeName type
                && TEXTS.contains(type.getName())
                && variable.getDefaultValue() == null;
    }

    /** The names of the fields at its root. */
    Set<String> fields() {
        return fields;
    }

    /**
     * Whether the texts of a document are those that stand in the arguments of its fields at the root, in this order, and none
     * of them elsewhere; then the plan is right for others as well.
     */
    boolean isOf(List<String> texts) {
        List<StringValue> found = new ArrayList<>();
        roots.forEach(root -> root.arguments.forEach(argument -> collect(argument.getValue(), found)));
        for (int i = 1; i < found.size(); i++) {
            if (!isBefore(found.get(i - 1).getSourceLocation(), found.get(i).getSourceLocation())) {
                return false;
            }
        }
        return found.stream().map(StringValue::getValue).toList().equals(texts);
    }

    private static void collect(Value<?> value, List<StringValue> found) {
        if (value instanceof StringValue text) {
            found.add(text);
        } else {
            value.getChildren().forEach(child -> {
                if (child instanceof Value<?> element) {
                    collect(element, found);
                } else if (child instanceof ObjectField field) {
                    collect(field.getValue(), found);
                }
            });
        }
    }

    private static boolean isBefore(@Nullable SourceLocation first, @Nullable SourceLocation second) {
        return first != null
                && second != null
                && (first.getLine() < second.getLine()
                        || (first.getLine() == second.getLine() && first.getColumn() < second.getColumn()));
    }

    /** The value with others in place of its texts. */
    private static Value<?> filled(Value<?> value, Iterator<String> texts) {
        if (value instanceof StringValue) {
            return StringValue.of(texts.next());
        }
        if (value instanceof ArrayValue list) {
            ArrayValue.Builder elements = ArrayValue.newArrayValue();
            list.getValues().forEach(element -> elements.value(filled(element, texts)));
            return elements.build();
        }
        if (value instanceof ObjectValue object) {
            return ObjectValue.newObjectValue()
                    .objectFields(object.getObjectFields().stream()
                            .map(field -> new ObjectField(field.getName(), filled(field.getValue(), texts)))
                            .toList())
                    .build();
        }
        return value;
    }

    /**
     * With the variables of a request. Throws where they are wrong.
     *
     * @param texts those that are in the arguments of the document, or in their place, where {@link #isOf(List)}; otherwise none
     */
    Bound bind(Map<String, @Nullable Object> raw, List<String> texts) {
        Map<String, Object> plain = textArguments == null || !texts.isEmpty() ? null : textArguments.with(raw);
        if (plain != null) {
            return new Bound(this, Map.of(roots.get(0).key, plain));
        }
        Iterator<String> next = texts.iterator();
        GraphQLContext context = GraphQLContext.getDefault();
        CoercedVariables variables = ValuesResolver.coerceVariableValues(
                schema, operation.getVariableDefinitions(), RawVariables.of(raw), context, Locale.ROOT);
        Map<String, Map<String, Object>> arguments = new HashMap<>();
        for (Root root : roots) {
            arguments.put(
                    root.key,
                    ValuesResolver.getArgumentValues(
                            schema.getCodeRegistry(),
                            root.definition.getArguments(),
                            texts.isEmpty() ? root.arguments : filled(root.arguments, next),
                            variables,
                            context,
                            Locale.ROOT));
        }
        return new Bound(this, arguments);
    }

    private static List<Argument> filled(List<Argument> arguments, Iterator<String> texts) {
        return arguments.stream()
                .map(argument -> new Argument(argument.getName(), filled(argument.getValue(), texts)))
                .toList();
    }

    /**
     * A plan and the arguments of the fields at its root.
     *
     * @param arguments by the keys of the fields in the response
     */
    record Bound(OperationPlan plan, Map<String, Map<String, Object>> arguments) {

        /** Those of the field of this key. */
        Map<String, Object> arguments(String key) {
            return Objects.requireNonNull(arguments.get(key));
        }

        /** What of a mutation is recorded, which was made with this outcome. */
        CompletableFuture<Void> record(MutationAudit audit, Fetched fetched) {
            Root only = plan.roots.get(0);
            return audit.succeeded(only.key, only.definition, arguments(only.key), fetched.value(only.key));
        }

        /** Begins to fetch what is at the root, in one batch of each loader. */
        Fetched fetch(GraphQLContext context, DataLoaderRegistry loaders) {
            Map<String, Fetched.Fetch> fetches = new LinkedHashMap<>();
            for (Root root : plan.roots) {
                DataFetcher<?> fetcher = root.fetcher;
                if (fetcher != null) {
                    fetches.put(
                            root.key,
                            () -> fetcher.get(DataFetchingEnvironmentImpl.newDataFetchingEnvironment()
                                    .graphQLContext(context)
                                    .graphQLSchema(plan.schema)
                                    .fieldDefinition(root.definition)
                                    .arguments(arguments(root.key))
                                    .dataLoaderRegistry(loaders)
                                    .build()));
                }
            }
            Fetched fetched = Fetched.of(fetches);
            loaders.dispatchAll();
            return fetched;
        }
    }

    /**
     * The response; {@code null} where something of it would be an error.
     *
     * @param fetched the value of each field at the root, by its key
     */
    byte @Nullable [] write(Function<String, @Nullable Object> fetched) {
        try {
            return written(fetched);
        } catch (RuntimeException wrong) {
            return null;
        }
    }

    private byte[] written(Function<String, @Nullable Object> fetched) {
        JsonWriter out = new JsonWriter(USUAL_BYTES);
        out.beginObject();
        out.name(DATA);
        out.beginObject();
        for (Root root : roots) {
            out.name(root.name);
            root.output.write(out, root.fetcher == null ? "Query" : fetched.apply(root.key));
        }
        out.endObject();
        out.endObject();
        return out.toUtf8();
    }

    /** A field at the root; one without a fetcher is {@code __typename}. */
    record Root(
            String key,
            JsonWriter.Name name,
            GraphQLFieldDefinition definition,
            @Nullable DataFetcher<?> fetcher,
            List<Argument> arguments,
            Output output) {}
}
