package io.headgate.graphql;

import graphql.ExecutionResult;
import graphql.execution.AbortExecutionException;
import graphql.execution.ExecutionContext;
import graphql.execution.instrumentation.InstrumentationContext;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationExecuteOperationParameters;
import graphql.execution.instrumentation.parameters.InstrumentationExecutionParameters;
import graphql.execution.instrumentation.parameters.InstrumentationFieldFetchParameters;
import graphql.language.OperationDefinition;
import io.headgate.audit.AuditLog;
import io.headgate.audit.AuditRecord;
import io.headgate.error.GatewayException;
import io.headgate.graphql.GraphQlEngine.Outcome;
import io.headgate.response.Making;
import io.headgate.security.Caller;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keeps operations from running where they are not allowed. */
final class AllowedOnly extends SimplePerformantInstrumentation {

    private final FieldRoles roles;
    private final AuditLog audit;

    AllowedOnly(FieldRoles roles, AuditLog audit) {
        this.roles = roles;
        this.audit = audit;
    }

    @Override
    public @Nullable InstrumentationContext<ExecutionResult> beginExecuteOperation(
            InstrumentationExecuteOperationParameters parameters, InstrumentationState state) {
        ExecutionContext context = parameters.getExecutionContext();
        OperationDefinition.Operation operation =
                context.getOperationDefinition().getOperation();
        try {
            require(context, operation);
        } catch (AbortExecutionException refused) {
            context.getGraphQLContext().put(AuditRecord.Operation.class, MutationAudit.operation(context));
            throw refused;
        }
        context.getGraphQLContext().put(OperationDefinition.Operation.class, operation);
        if (operation != OperationDefinition.Operation.QUERY) {
            context.getGraphQLContext().<Making>get(Making.class).refuse();
        }
        if (operation != OperationDefinition.Operation.MUTATION) {
            return null;
        }
        MutationAudit followed = new MutationAudit(
                audit,
                context.getGraphQLContext().get(GraphQlRequest.class),
                context.getGraphQLContext().get(Caller.class),
                context.getGraphQLSchema(),
                context.getOperationDefinition());
        context.getGraphQLContext().put(MutationAudit.class, followed);
        return followed;
    }

    @Override
    public @Nullable InstrumentationContext<Object> beginFieldFetch(
            InstrumentationFieldFetchParameters parameters, InstrumentationState state) {
        ExecutionContext context = parameters.getExecutionContext();
        return context.getOperationDefinition().getOperation() == OperationDefinition.Operation.MUTATION
                        && parameters.getExecutionStepInfo().getPath().getLevel() == 1
                ? context.getGraphQLContext()
                        .<MutationAudit>get(MutationAudit.class)
                        .begin(parameters)
                : super.beginFieldFetch(parameters, state);
    }

    /** A mutation is answered once its record is written. */
    @Override
    public CompletableFuture<ExecutionResult> instrumentExecutionResult(
            ExecutionResult result, InstrumentationExecutionParameters parameters, InstrumentationState state) {
        MutationAudit followed = parameters.getGraphQLContext().get(MutationAudit.class);
        return followed == null
                ? CompletableFuture.completedFuture(result)
                : followed.written().thenApply(written -> result);
    }

    private void require(ExecutionContext context, OperationDefinition.Operation operation) {
        GraphQlRequest request = context.getGraphQLContext().get(GraphQlRequest.class);
        try {
            roles.require(
                    context.getGraphQLContext().get(Caller.class),
                    context.getDocument(),
                    context.getOperationDefinition());
        } catch (GatewayException refused) {
            throw new Refusal(Outcome.of(refused), refused);
        }
        if (operation == OperationDefinition.Operation.MUTATION
                && !request.way().mutations()) {
            throw new Refusal(
                    Outcome.MUTATION_REFUSED,
                    GatewayException.invalidArgument("only queries are answered on GET; send mutations by POST"));
        }
        if (operation == OperationDefinition.Operation.SUBSCRIPTION
                && !request.way().subscriptions()) {
            throw new AbortExecutionException(
                    "a subscription has many answers, and this request takes one: send it over a"
                            + " WebSocket (graphql-transport-ws) or accept text/event-stream");
        }
    }

    /** An operation that is right, and is not executed. */
    static final class Refusal extends AbortExecutionException {

        private static final long serialVersionUID = 1;

        private final Outcome outcome;
        private final transient GatewayException failure;

        Refusal(Outcome outcome, GatewayException failure) {
            super(failure.getMessage());
            this.outcome = outcome;
            this.failure = failure;
        }

        Outcome outcome() {
            return outcome;
        }

        @Override
        public Map<String, Object> getExtensions() {
            return Errors.extensions(failure);
        }
    }
}
