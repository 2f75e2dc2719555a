package io.headgate.graphql;

import graphql.ExecutionResult;
import graphql.GraphQLContext;
import graphql.GraphqlErrorBuilder;
import graphql.language.OperationDefinition.Operation;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The time that a query or a mutation has. */
final class Deadlines {

    private final Duration timeout;
    private final ScheduledThreadPoolExecutor timer;

    Deadlines(Duration timeout) {
        this.timeout = timeout;
        this.timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "graphql-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        // Nearly all operations end in time, and must not be held until then.
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * The result of an execution or, when that is late, what can be said of it: of a query that it was too late, of a mutation
     * that nobody knows whether it was made. Late reads are cancelled; changes go on.
     *
     * @param context of the operation, which has its {@link Operation} once it is executed
     */
    Uni<ExecutionResult> limit(Uni<ExecutionResult> execution, GraphQLContext context) {
        return limit(execution, () -> late(context.get(Operation.class) == Operation.MUTATION));
    }

    /** The same of an operation that is known before, of which something else is made. */
    <T> Uni<T> limit(Uni<T> execution, Operation operation, Function<ExecutionResult, T> late) {
        return limit(execution, () -> late.apply(late(operation == Operation.MUTATION)));
    }

    /** The time of a query that is executed otherwise; when it is over, says what can be said of it. */
    Future<?> begin(Consumer<ExecutionResult> late) {
        return timer.schedule(() -> late.accept(late(false)), timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private <T> Uni<T> limit(Uni<T> execution, Supplier<T> late) {
        return execution.ifNoItem().after(timeout).on(timer).recoverWithItem(late);
    }

    private ExecutionResult late(boolean isMutation) {
        GatewayException failure = isMutation
                ? GatewayException.of(
                        ErrorCode.OUTCOME_UNKNOWN,
                        "the mutation did not end within " + timeout.toMillis()
                                + " ms: it may have been made; read before trying again")
                : GatewayException.of(
                        ErrorCode.DEADLINE_EXCEEDED, "the query did not end within " + timeout.toMillis() + " ms");
        return ExecutionResult.newExecutionResult()
                .data(null)
                .addError(GraphqlErrorBuilder.newError()
                        .message("%s", failure.getMessage())
                        .extensions(Errors.extensions(failure))
                        .build())
                .build();
    }
}
