package io.headgate.graphql;

import graphql.ExecutionResult;
import graphql.GraphQLError;
import graphql.execution.ExecutionContext;
import graphql.execution.FieldCollector;
import graphql.execution.FieldCollectorParameters;
import graphql.execution.instrumentation.InstrumentationContext;
import graphql.execution.instrumentation.parameters.InstrumentationFieldFetchParameters;
import graphql.language.OperationDefinition;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.LightDataFetcher;
import io.headgate.audit.AuditLog;
import io.headgate.audit.AuditRecord;
import io.headgate.audit.AuditRecord.Field;
import io.headgate.audit.AuditRecord.Outcome;
import io.headgate.error.ErrorCode;
import io.headgate.security.Caller;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows one mutation to its end, whatever becomes of its client, and records it then. Its fields are executed one after the
 * other. What it waits for goes on in the context that the mutation was begun in.
 */
final class MutationAudit implements InstrumentationContext<ExecutionResult> {

    private static final Logger LOG = Logger.getLogger(MutationAudit.class);

    private final AuditLog log;
    private final GraphQlRequest request;
    private final Caller caller;
    private final GraphQLSchema schema;
    private final @Nullable String operationName;
    private final @Nullable String traceId = AuditRecord.currentTraceId();
    private final @Nullable Context context = Vertx.currentContext();
    private final List<RootField> fields = new ArrayList<>();

    MutationAudit(
            AuditLog log, GraphQlRequest request, Caller caller, GraphQLSchema schema, OperationDefinition mutation) {
        this.log = log;
        this.request = request;
        this.caller = caller;
        this.schema = schema;
        this.operationName = mutation.getName();
    }

    /** An operation of any type that is not executed. */
    static AuditRecord.Operation operation(ExecutionContext context) {
        OperationDefinition definition = context.getOperationDefinition();
        GraphQLSchema schema = context.getGraphQLSchema();
        FieldCollectorParameters parameters = FieldCollectorParameters.newParameters()
                .schema(schema)
                .objectType(GraphQlSchema.root(schema, definition))
                .fragments(context.getFragmentsByName())
                .variables(context.getCoercedVariables().toMap())
                .graphQLContext(context.getGraphQLContext())
                .build();
        List<Field> fields = new FieldCollector()
                .collectFields(parameters, definition.getSelectionSet()).getSubFields().values().stream()
                        .map(field -> new Field(field.getName()))
                        .distinct()
                        .toList();
        return new AuditRecord.Operation(
                definition.getOperation().name().toLowerCase(Locale.ROOT), definition.getName(), fields);
    }

    /** Follows a field at the root. */
    InstrumentationContext<Object> begin(InstrumentationFieldFetchParameters parameters) {
        return begin(
                parameters.getExecutionStepInfo().getResultKey(),
                parameters.getField(),
                parameters.getEnvironment().getArguments());
    }

    private RootField begin(String key, GraphQLFieldDefinition definition, Map<String, Object> arguments) {
        RootField field = new RootField(key, definition, ids(definition, arguments));
        fields.add(field);
        return field;
    }

    /** Records a mutation of which this was the only field, and nothing was wrong with it. Completes when that is written. */
    CompletableFuture<Void> succeeded(
            String key, GraphQLFieldDefinition definition, Map<String, Object> arguments, @Nullable Object value) {
        begin(key, definition, arguments).onCompleted(value, null);
        record(List.of(), List.of());
        return written();
    }

    /** Completes when what was recorded is written. */
    CompletableFuture<Void> written() {
        return inItsContext(log.written());
    }

    /** The outcome of the stage, in the context of the mutation. */
    <T> CompletableFuture<T> inItsContext(CompletionStage<T> stage) {
        return (context == null
                        ? stage
                        : Future.fromCompletionStage(stage, context).toCompletionStage())
                .toCompletableFuture();
    }

    @Override
    public void onDispatched() {}

    @Override
    public void onCompleted(@Nullable ExecutionResult result, @Nullable Throwable failure) {
        List<GraphQLError> errors = result == null
                ? List.of()
                : result.getErrors().stream().filter(MutationAudit::isOfRoot).toList();
        List<String> codes = failure == null
                ? errors.stream().map(Errors::code).distinct().toList()
                : List.of(ErrorCode.INTERNAL.name());
        record(errors, codes);
    }

    private void record(List<GraphQLError> errors, List<String> codes) {
        log.add(new AuditRecord(
                caller,
                request.way().transport(),
                new AuditRecord.Operation(
                        "mutation",
                        operationName,
                        fields.stream().map(field -> field.recorded(errors)).toList()),
                outcome(codes),
                codes,
                null,
                traceId));
    }

    /** What fails further below is read from what was changed already. */
    private static boolean isOfRoot(GraphQLError error) {
        return error.getPath() == null || error.getPath().size() <= 1;
    }

    private static Outcome outcome(List<String> codes) {
        if (codes.contains(ErrorCode.OUTCOME_UNKNOWN.name())) {
            return Outcome.UNKNOWN;
        }
        return codes.isEmpty() ? Outcome.SUCCEEDED : Outcome.FAILED;
    }

    /** The arguments of the type ID, in input objects too. */
    private static List<String> ids(GraphQLFieldDefinition field, Map<String, Object> arguments) {
        List<String> ids = new ArrayList<>();
        for (GraphQLArgument argument : field.getArguments()) {
            Object value = arguments.get(argument.getName());
            addId(ids, argument.getType(), value);
            if (GraphQLTypeUtil.unwrapNonNull(argument.getType()) instanceof GraphQLInputObjectType object
                    && value instanceof Map<?, ?> input) {
                object.getFieldDefinitions().forEach(each -> addId(ids, each.getType(), input.get(each.getName())));
            }
        }
        return ids;
    }

    private static void addId(List<String> ids, GraphQLInputType type, @Nullable Object value) {
        if (value instanceof String id && isId(type)) {
            ids.add(id);
        }
    }

    private static boolean isId(GraphQLType type) {
        return GraphQLTypeUtil.unwrapNonNull(type) instanceof GraphQLScalarType scalar
                && scalar.getName().equals("ID");
    }

    private final class RootField implements InstrumentationContext<Object> {

        private final String key;
        private final GraphQLFieldDefinition definition;
        private final List<String> ids;
        private @Nullable String result;

        RootField(String key, GraphQLFieldDefinition definition, List<String> ids) {
            this.key = key;
            this.definition = definition;
            this.ids = ids;
        }

        @Override
        public void onDispatched() {}

        @Override
        public void onCompleted(@Nullable Object value, @Nullable Throwable failure) {
            result = value == null ? null : idOf(value);
        }

        private @Nullable String idOf(Object value) {
            if (!(GraphQLTypeUtil.unwrapAll(definition.getType()) instanceof GraphQLObjectType type)) {
                return null;
            }
            GraphQLFieldDefinition id = type.getFieldDefinition("id");
            if (id == null
                    || !(schema.getCodeRegistry().getDataFetcher(type, id) instanceof LightDataFetcher<?> plain)) {
                return null;
            }
            try {
                return Objects.toString(plain.get(id, value, () -> null), null);
            } catch (Exception e) {
                LOG.debugf("an id is not recorded: %s", e.getMessage());
                return null;
            }
        }

        Field recorded(List<GraphQLError> errors) {
            String code = errors.stream()
                    .filter(error -> error.getPath() != null && error.getPath().contains(key))
                    .map(Errors::code)
                    .findFirst()
                    .orElse(null);
            return new Field(definition.getName(), ids, result, code);
        }
    }
}
