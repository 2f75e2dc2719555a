package io.headgate.graphql;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLContext;
import graphql.execution.SubscriptionExecutionStrategy;
import graphql.language.OperationDefinition.Operation;
import graphql.schema.GraphQLSchema;
import io.headgate.audit.AuditLog;
import io.headgate.audit.AuditRecord;
import io.headgate.error.GatewayException;
import io.headgate.json.Json;
import io.headgate.response.Making;
import io.headgate.security.Caller;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;

/** Runs GraphQL operations against the schema that all features make up. */
public final class GraphQlEngine {

    /** Nothing is wrong. */
    private static final Result EXECUTED = new Result(Map.of(), Outcome.EXECUTED, null, null);

    private final Map<String, BatchLoaderFactory<?, ?>> loaders;
    private final FieldRoles roles;
    private final GraphQLSchema schema;
    private final AuditLog audit;
    private final Set<String> neverKept;
    private final Map<String, KeyedRead> keyed;
    private final GraphQL graphQl;
    private final Deadlines deadlines;
    private final Documents documents;

    /**
     * An engine of these features.
     *
     * @param audit is told of each mutation
     * @param maxAges how long answers are kept at most that a field is part of, by {@code Query.field}
     */
    public GraphQlEngine(
            Collection<GraphQlApi> apis, GraphQlConfig config, AuditLog audit, Map<String, Duration> maxAges) {
        this.loaders = apis.stream()
                .flatMap(api -> api.loaders().entrySet().stream())
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
        this.audit = audit;
        this.deadlines = new Deadlines(config.requestTimeout());
        this.roles = GraphQlSchema.roles(apis);
        this.schema = GraphQlSchema.answeredBy(apis, roles, config.introspection(), maxAges);
        // Their names are known to be right by now.
        this.neverKept = maxAges.entrySet().stream()
                .filter(each -> each.getValue().isZero())
                .map(each -> each.getKey().substring("Query.".length()))
                .collect(Collectors.toUnmodifiableSet());
        this.keyed = keyed(apis, maxAges);
        Set<String> direct = GraphQlSchema.cacheable(apis);
        Map<Class<?>, String> nodeTypes = new HashMap<>();
        apis.forEach(api -> nodeTypes.putAll(api.nodeTypes()));
        this.documents =
                new Documents(schema, config, document -> OperationPlan.of(schema, document, direct, nodeTypes));
        this.graphQl = GraphQL.newGraphQL(schema)
                .defaultDataFetcherExceptionHandler(new Errors())
                .preparsedDocumentProvider(documents)
                .instrumentation(new AllowedOnly(roles, audit))
                .build();
    }

    private static Map<String, KeyedRead> keyed(Collection<GraphQlApi> apis, Map<String, Duration> maxAges) {
        Map<String, KeyedRead> keyed = new HashMap<>();
        apis.forEach(api -> keyed.putAll(api.keyed()));
        keyed.replaceAll((field, read) -> {
            Duration maxAge = maxAges.get("Query." + field);
            return maxAge == null
                    ? read
                    : (arguments, making, outcome) -> {
                        making.keepAtMost(maxAge);
                        return read.begin(arguments, making, outcome);
                    };
        });
        return Map.copyOf(keyed);
    }

    /**
     * Runs a query or a mutation and gives what is to be sent. Does not fail for anything the client did: that is in the
     * response's {@code errors}. Cancelling it ends the reads that are under way.
     *
     * @param making is told what the answer is made from, and if it is not to be kept
     */
    public Uni<Response> execute(GraphQlRequest request, Caller caller, Making making) {
        return Uni.createFrom().deferred(() -> {
            Documents.Known document = documents.kept(request.query(), request.variables());
            OperationPlan.Bound bound = document == null ? null : bound(document, request);
            return bound != null && bound.plan().isMutation()
                    ? change(bound, request, caller, making)
                    : execute(request, caller, making, Fetched.NOTHING);
        });
    }

    /** The same of a query that was looked at before. */
    public Uni<Response> execute(Query query, Caller caller, Making making) {
        return Uni.createFrom().deferred(() -> {
            OperationPlan.Bound bound = query.bound;
            return bound == null
                    ? execute(query.request, caller, making, Fetched.NOTHING)
                    : execute(bound, query.request, caller, making);
        });
    }

    /**
     * Runs a query that is one read by its key, without what others need, and tells {@code outcome} once what {@link #execute}
     * would give, on any thread.
     *
     * @return ends what is under way; {@code null} where the query is another, and nothing was begun
     */
    public @Nullable Cancellable read(
            Query query,
            Caller caller,
            Making making,
            BiConsumer<? super @Nullable Response, ? super @Nullable Throwable> outcome) {
        OperationPlan.Bound bound = query.bound;
        String key = bound == null ? null : bound.plan().onlyKey();
        if (bound == null || key == null) {
            return null;
        }
        KeyedRead read = keyed.get(bound.plan().fields().iterator().next());
        if (read == null) {
            return null;
        }
        KeyedExecution execution = new KeyedExecution(
                key,
                value -> bound.plan().write(each -> value),
                deadlines,
                fetched -> execute(query.request, caller, making, fetched),
                outcome);
        try {
            roles.require(caller, bound.plan().document(), bound.plan().operation());
            Cancellable begun = read.begin(Arguments.of(bound.arguments(key)), making, execution::take);
            if (begun == null) {
                return null;
            }
            execution.begun(begun);
        } catch (RuntimeException refused) {
            execution.take(null, refused);
        }
        return execution;
    }

    private Uni<Response> execute(GraphQlRequest request, Caller caller, Making making, Fetched fetched) {
        return run(request, caller, making, fetched).map(execution -> Response.of(execution.answer()));
    }

    private Uni<Response> execute(OperationPlan.Bound query, GraphQlRequest request, Caller caller, Making making) {
        OperationPlan plan = query.plan();
        Reads reads = new Reads();
        Fetched fetched;
        try {
            roles.require(caller, plan.document(), plan.operation());
            fetched = fetch(query, reads, request, caller, making);
        } catch (RuntimeException refused) {
            return execute(request, caller, making, Fetched.NOTHING);
        }
        Uni<Response> execution = Uni.createFrom()
                .completionStage(written(plan, fetched))
                .chain(json -> json == null
                        ? execute(request, caller, making, fetched)
                        : Uni.createFrom().item(Response.whole(json)))
                .onCancellation()
                .invoke(reads::cancel);
        return deadlines.limit(execution, Operation.QUERY, Response::of);
    }

    private Fetched fetch(
            OperationPlan.Bound bound, Reads reads, GraphQlRequest request, Caller caller, Making making) {
        return bound.fetch(
                GraphQLContext.of(context(reads, request, caller, making, Fetched.NOTHING)),
                new Loaders(loaders, reads, making));
    }

    /** The response as JSON, or {@code null} where graphql-java has to say what is wrong. */
    private static CompletableFuture<byte @Nullable []> written(OperationPlan plan, Fetched fetched) {
        return fetched.all().handle((all, failure) -> failure == null ? plan.write(fetched::value) : null);
    }

    /** Once it is begun it goes on to its end, and is recorded, whatever becomes of who waits for it. */
    private Uni<Response> change(OperationPlan.Bound mutation, GraphQlRequest request, Caller caller, Making making) {
        OperationPlan plan = mutation.plan();
        if (!request.way().mutations()) {
            return execute(request, caller, making, Fetched.NOTHING);
        }
        try {
            roles.require(caller, plan.document(), plan.operation());
        } catch (GatewayException refused) {
            return execute(request, caller, making, Fetched.NOTHING);
        }
        making.refuse();
        Reads reads = new Reads();
        MutationAudit followed = new MutationAudit(audit, request, caller, schema, plan.operation());
        Fetched fetched = fetch(mutation, reads, request, caller, making);
        CompletableFuture<Response> response = followed.inItsContext(written(plan, fetched))
                .thenCompose(json -> json == null
                        ? execute(request, caller, making, fetched).subscribeAsCompletionStage()
                        : mutation.record(followed, fetched).thenApply(recorded -> Response.whole(json)));
        // A copy: who goes away cancels that, and not what records the mutation.
        Uni<Response> execution = Uni.createFrom().completionStage(response.copy());
        return deadlines.limit(execution, Operation.MUTATION, Response::of);
    }

    private static Map<Object, Object> context(
            Reads reads, GraphQlRequest request, Caller caller, Making making, Fetched fetched) {
        return Map.of(
                Reads.class,
                reads,
                GraphQlRequest.class,
                request,
                Caller.class,
                caller,
                Making.class,
                making,
                Fetched.class,
                fetched,
                SubscriptionExecutionStrategy.KEEP_SUBSCRIPTION_EVENTS_ORDERED,
                true);
    }

    /**
     * Runs any operation and gives one result after the other: a subscription's events, as they are asked for, or the one
     * of a query or a mutation. Cancelling it ends what is under way.
     *
     * @param onEvents is run before the first result where it is a subscription
     */
    public Multi<Result> stream(GraphQlRequest request, Caller caller, Runnable onEvents) {
        return run(request, caller, Making.unkept(), Fetched.NOTHING).onItem().transformToMulti(execution -> {
            ExecutionResult result = execution.result;
            if (result.isDataPresent() && result.getData() instanceof Publisher<?> events) {
                onEvents.run();
                return Multi.createFrom()
                        .publisher(FlowAdapters.toFlowPublisher(events))
                        .map(event -> result((ExecutionResult) event))
                        .onCancellation()
                        .invoke(execution.reads::cancel);
            }
            return Multi.createFrom().item(execution.answer());
        });
    }

    private Uni<Execution> run(GraphQlRequest request, Caller caller, Making making, Fetched fetched) {
        return Uni.createFrom().deferred(() -> {
            Reads reads = new Reads();
            ExecutionInput input = ExecutionInput.newExecutionInput(request.query())
                    .operationName(request.operationName())
                    .variables(request.variables())
                    .extensions(request.extensions())
                    .graphQLContext(context(reads, request, caller, making, fetched))
                    .dataLoaderRegistry(new Loaders(loaders, reads, making))
                    // Messages are the same wherever the gateway runs.
                    .locale(Locale.ROOT)
                    .build();
            Uni<ExecutionResult> execution = Uni.createFrom()
                    .completionStage(graphQl.executeAsync(input))
                    .onCancellation()
                    .invoke(reads::cancel);
            return deadlines
                    .limit(execution, input.getGraphQLContext())
                    .map(result -> new Execution(
                            result, reads, input.getGraphQLContext().get(AuditRecord.Operation.class)));
        });
    }

    /** How many elements a list in arguments or variables may have. */
    public int maxListSize() {
        return documents.maxListSize();
    }

    /** What is known of a request before it is executed; {@code null} where it is not valid, costs too much, or is not queries alone. */
    public @Nullable Query query(GraphQlRequest request) {
        Documents.Known document = documents.known(request.query(), request.variables());
        String canonical = document == null ? null : document.canonical();
        if (document == null || canonical == null) {
            return null;
        }
        OperationPlan plan = document.plan();
        boolean isKept = plan == null || Collections.disjoint(plan.fields(), neverKept);
        boolean isKeyed = plan != null && keyed.keySet().containsAll(plan.fields());
        return new Query(request, canonical, isKept, isKeyed, bound(document, request));
    }

    private static OperationPlan.@Nullable Bound bound(Documents.Known document, GraphQlRequest request) {
        OperationPlan plan = document.plan();
        if (plan == null || !document.isPlanOf(request.operationName())) {
            return null;
        }
        try {
            return plan.bind(request.variables(), document.texts());
        } catch (RuntimeException wrong) {
            return null;
        }
    }

    /** A request that was looked at, and can be executed again and again. */
    public static final class Query {

        private final GraphQlRequest request;
        private final String canonical;
        private final boolean isKept;
        private final boolean isKeyed;
        private final OperationPlan.@Nullable Bound bound;

        private Query(
                GraphQlRequest request,
                String canonical,
                boolean isKept,
                boolean isKeyed,
                OperationPlan.@Nullable Bound bound) {
            this.request = request;
            this.canonical = canonical;
            this.isKept = isKept;
            this.isKeyed = isKeyed;
            this.bound = bound;
        }

        public GraphQlRequest request() {
            return request;
        }

        /** The same for all documents that differ in layout alone. */
        public String canonical() {
            return canonical;
        }

        /** Whether the answer may be kept, for all that can be said before it is made. */
        public boolean isKept() {
            return isKept;
        }

        /** Whether all it asks for are things by their keys, which caches of their own may have. */
        public boolean isKeyed() {
            return isKeyed;
        }
    }

    private record Execution(ExecutionResult result, Reads reads, AuditRecord.@Nullable Operation refused) {

        Result answer() {
            return new Result(Errors.toSpecification(result), outcome(result), refused, null);
        }
    }

    private static Result result(ExecutionResult result) {
        return new Result(Errors.toSpecification(result), outcome(result), null, null);
    }

    /** The answer to a request that can't be executed. */
    public static Result refusal(GatewayException failure) {
        return new Result(Errors.refusal(failure), Outcome.of(failure), null, Errors.retryAfterSeconds(failure));
    }

    /**
     * An answer.
     *
     * @param response what GraphQL calls the response: {@code data} and {@code errors}, as plain values for JSON
     * @param refused the operation that is right and was not executed, where there is one
     * @param retryAfterSeconds when the request can be sent again, where it was refused for a time
     */
    public record Result(
            Map<String, Object> response,
            Outcome outcome,
            AuditRecord.@Nullable Operation refused,
            @Nullable Long retryAfterSeconds) {}

    /** An answer as it is sent. */
    public static final class Response {

        private final Result result;
        private final byte[] json;

        private Response(Result result, byte[] json) {
            this.result = result;
            this.json = json;
        }

        static Response of(Result result) {
            return new Response(result, Json.writeUtf8(result.response()));
        }

        static Response of(ExecutionResult result) {
            return of(GraphQlEngine.result(result));
        }

        /** Of which nothing is wrong. */
        static Response whole(byte[] json) {
            return new Response(EXECUTED, json);
        }

        /** What it is made of; its {@code response} is empty where all went well and was written as it was read. */
        public Result result() {
            return result;
        }

        /** UTF-8, which must not be changed. */
        public byte[] json() {
            return json;
        }

        /** Whether all that was asked for is in it. */
        public boolean isWhole() {
            return result.outcome() == Outcome.EXECUTED && !result.response().containsKey("errors");
        }
    }

    /** How far a request came. */
    public enum Outcome {
        /** There is {@code data}, be it {@code null}. */
        EXECUTED,
        /** The request is wrong by itself, so that nothing of it was executed. */
        REFUSED,
        /** The caller must say who it is; nothing of it was executed. */
        UNAUTHENTICATED,
        /** The caller may not do this; nothing of it was executed. */
        FORBIDDEN,
        /** Who the caller is can't be found out now; nothing of it was executed. */
        UNAVAILABLE,
        /** The caller asks too often; nothing of it was executed. */
        TOO_MANY_REQUESTS,
        /** A mutation where only queries are allowed; nothing of it was executed. */
        MUTATION_REFUSED;

        static Outcome of(GatewayException refusal) {
            return switch (refusal.code()) {
                case UNAUTHENTICATED -> UNAUTHENTICATED;
                case FORBIDDEN -> FORBIDDEN;
                case UNAVAILABLE -> UNAVAILABLE;
                case RESOURCE_EXHAUSTED -> refusal.retryable() ? TOO_MANY_REQUESTS : REFUSED;
                default -> REFUSED;
            };
        }
    }

    private static Outcome outcome(ExecutionResult result) {
        if (result.isDataPresent()) {
            return Outcome.EXECUTED;
        }
        return result.getErrors().get(0) instanceof AllowedOnly.Refusal refusal ? refusal.outcome() : Outcome.REFUSED;
    }
}
