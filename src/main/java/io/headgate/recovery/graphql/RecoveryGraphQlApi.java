package io.headgate.recovery.graphql;

import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import io.headgate.graphql.Arguments;
import io.headgate.graphql.BatchLoaderFactory;
import io.headgate.graphql.Fields;
import io.headgate.graphql.GraphQlApi;
import io.headgate.graphql.Reads;
import io.headgate.recovery.Change;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.Operation;
import io.headgate.recovery.OperationLedger.Place;
import io.headgate.recovery.OperationState;
import io.headgate.recovery.Progress;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.RecoveryService;
import io.headgate.recovery.RestorePlan;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import io.headgate.security.Caller;
import io.headgate.security.Role;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dataloader.DataLoader;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;

/** What answers the fields of databases, snapshots, restores and operations in the schema. */
public final class RecoveryGraphQlApi implements GraphQlApi {

    private static final RestoreWindow NO_WINDOW = new RestoreWindow(false, null, null, null);

    private final RecoveryService recovery;
    private final RecoveryLoaders loaders;

    public RecoveryGraphQlApi(RecoveryService recovery) {
        this.recovery = recovery;
        this.loaders = new RecoveryLoaders(recovery);
    }

    @Override
    public Map<Class<?>, String> nodeTypes() {
        return Map.of(Database.class, "Database", Snapshot.class, "Snapshot", Operation.class, "Operation");
    }

    @Override
    public Map<String, Role> roles() {
        return Stream.of(
                        "Query.databases",
                        "Query.database",
                        "Query.snapshots",
                        "Query.operation",
                        "Query.operations",
                        "Query.planRestoreSnapshot",
                        "Query.planRestoreToPointInTime",
                        "Mutation.createSnapshot",
                        "Mutation.deleteSnapshot",
                        "Mutation.restoreSnapshot",
                        "Mutation.restoreToPointInTime",
                        "Mutation.setBackupPolicy",
                        "Subscription.operationProgress",
                        "Database",
                        "Tag",
                        "Snapshot",
                        "SnapshotEdge",
                        "SnapshotConnection",
                        "Operation",
                        "OperationEdge",
                        "OperationConnection",
                        "OperationError",
                        "ReappliedSetting",
                        "RestorePlan")
                .collect(Collectors.toMap(Function.identity(), name -> Role.OPERATOR));
    }

    @Override
    public boolean owns(String id) {
        return Operation.isId(id) || SnapshotId.isId(id) || DatabaseId.isId(id);
    }

    @Override
    public CompletableFuture<List<@Nullable Object>> nodes(DataFetchingEnvironment environment, List<String> ids) {
        List<CompletableFuture<@Nullable Object>> reads =
                ids.stream().map(id -> node(environment, id)).toList();
        return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
                .thenApply(all -> reads.stream()
                        .<@Nullable Object>map(read -> read.getNow(null))
                        .toList());
    }

    private static CompletableFuture<@Nullable Object> node(DataFetchingEnvironment environment, String id) {
        if (Operation.isId(id)) {
            return RecoveryLoaders.operation(environment, id).thenApply(found -> found);
        }
        return SnapshotId.isId(id)
                ? RecoveryLoaders.snapshot(environment, SnapshotId.parse(id)).thenApply(found -> found)
                : RecoveryLoaders.database(environment, DatabaseId.parse(id)).thenApply(found -> found);
    }

    @Override
    public Map<String, BatchLoaderFactory<?, ?>> loaders() {
        return loaders.factories();
    }

    @Override
    public void wire(RuntimeWiring.Builder wiring) {
        wiring.type(TypeRuntimeWiring.newTypeWiring("Query")
                .dataFetcher("databases", this::databases)
                .dataFetcher("database", this::database)
                .dataFetcher("snapshots", this::snapshots)
                .dataFetcher("operation", this::operation)
                .dataFetcher("operations", this::operations)
                .dataFetcher("planRestoreSnapshot", planning(RecoveryInputs::restoreSnapshot))
                .dataFetcher("planRestoreToPointInTime", planning(RecoveryInputs::restoreToPointInTime)));
        wiring.type(TypeRuntimeWiring.newTypeWiring("Mutation")
                .dataFetcher("createSnapshot", changing(RecoveryInputs::createSnapshot))
                .dataFetcher("deleteSnapshot", this::deleteSnapshot)
                .dataFetcher("restoreSnapshot", changing(RecoveryInputs::restoreSnapshot))
                .dataFetcher("restoreToPointInTime", changing(RecoveryInputs::restoreToPointInTime))
                .dataFetcher("setBackupPolicy", changing(RecoveryInputs::backupPolicy)));
        wiring.type(TypeRuntimeWiring.newTypeWiring("Subscription")
                .dataFetcher("operationProgress", this::operationProgress));
        wireDatabases(wiring);
        wireSnapshots(wiring);
        wireOperations(wiring);
        wirePage(wiring, "Snapshot");
        wirePage(wiring, "Operation");
        wiring.type(Fields.of("RestorePlan", RestorePlan.class)
                .field("hash", RestorePlan::hash)
                .field("source", RestorePlan::source)
                .field("target", RestorePlan::target)
                .field("time", RestorePlan::time)
                .field("willCreate", RestorePlan::willCreate)
                .field("notRestored", RestorePlan::notRestored)
                .field("problems", RestorePlan::problems)
                .wiring());
    }

    private static void wireDatabases(RuntimeWiring.Builder wiring) {
        wiring.type(Fields.of("Database", Database.class)
                .field("id", database -> database.id().toString())
                .field("kind", database -> database.id().kind())
                .field("name", database -> database.id().name())
                .field("arn", Database::arn)
                .field("engine", Database::engine)
                .field("engineVersion", Database::engineVersion)
                .field("status", Database::status)
                .field("endpoint", Database::endpoint)
                .field("multiAz", Database::multiAz)
                .wiring()
                .dataFetcher("readReplicas", RecoveryGraphQlApi::readReplicas)
                .dataFetcher("backupRetentionDays", window(RestoreWindow::retentionDays))
                .dataFetcher("pointInTimeRecovery", window(RestoreWindow::pointInTimeRecovery))
                .dataFetcher("earliestRestorableTime", window(RestoreWindow::earliest))
                .dataFetcher("latestRestorableTime", window(RestoreWindow::latest))
                .dataFetcher("tags", RecoveryGraphQlApi::tags));
        wiring.type(Fields.of("Tag", Tag.class)
                .field("key", Tag::key)
                .field("value", Tag::value)
                .wiring());
    }

    private static void wireSnapshots(RuntimeWiring.Builder wiring) {
        wiring.type(Fields.of("Snapshot", Snapshot.class)
                .field("id", snapshot -> snapshot.id().toString())
                .field("name", Snapshot::name)
                .field("status", Snapshot::status)
                .field("automated", Snapshot::automated)
                .field("createdAt", Snapshot::createdAt)
                .field("sizeBytes", Snapshot::sizeBytes)
                .field("progressPercent", Snapshot::progressPercent)
                .wiring()
                .dataFetcher("tags", RecoveryGraphQlApi::snapshotTags)
                .dataFetcher(
                        "database",
                        environment -> RecoveryLoaders.database(
                                environment, environment.<Snapshot>getSource().source())));
    }

    private static void wireOperations(RuntimeWiring.Builder wiring) {
        wiring.type(Fields.of("Operation", Operation.class)
                .field("id", Operation::id)
                .field("kind", operation -> operation.change().operationKind())
                .field("state", Operation::state)
                .field("source", Operation::source)
                .field("target", Operation::target)
                .field("requestedBy", Operation::requestedBy)
                .field("requestedAt", Operation::requestedAt)
                .field("finishedAt", Operation::finishedAt)
                .field("progressPercent", Operation::progressPercent)
                .field("waitsFor", Operation::waitsFor)
                .field("error", Operation::error)
                .field("reapplied", Operation::reapplied)
                .wiring()
                .dataFetcher("database", RecoveryGraphQlApi::madeDatabase)
                .dataFetcher("snapshot", RecoveryGraphQlApi::operationSnapshot));
        wiring.type(Fields.of("OperationError", Progress.Failed.class)
                .field("code", error -> error.code().name())
                .field("message", Progress.Failed::message)
                .field("awsErrorCode", Progress.Failed::awsErrorCode)
                .wiring());
        wiring.type(Fields.of("ReappliedSetting", Reapplied.class)
                .field("setting", Reapplied::setting)
                .field("applied", Reapplied::applied)
                .field("message", Reapplied::message)
                .wiring());
    }

    /** Wires a connection of a type, and its edges, whose fields pages answer. */
    public static void wirePage(RuntimeWiring.Builder wiring, String node) {
        wiring.type(Fields.of(node + "Connection", Page.class)
                .field("edges", Page::edges)
                .field("nodes", Page::nodes)
                .field("pageInfo", Page::pageInfo)
                .wiring());
        wiring.type(Fields.of(node + "Edge", Page.Edge.class)
                .field("cursor", Page.Edge::cursor)
                .field("node", Page.Edge::node)
                .wiring());
    }

    private CompletableFuture<List<Database>> databases(DataFetchingEnvironment environment) {
        return Reads.of(environment.getGraphQlContext()).begin(recovery.databases());
    }

    private CompletableFuture<@Nullable Database> database(DataFetchingEnvironment environment) {
        DatabaseId id = DatabaseId.parse(Arguments.of(environment).requiredText("id"));
        return RecoveryLoaders.database(environment, id);
    }

    private CompletableFuture<Page> snapshots(DataFetchingEnvironment environment) {
        Arguments arguments = Arguments.of(environment);
        int size = Page.size(arguments.integer("first"));
        Place after = Places.read(arguments.text("after"));
        Uni<Page> page = recovery.snapshots(databaseId(arguments)).map(all -> {
            List<Snapshot> rest = after == null
                    ? all
                    : all.stream()
                            .filter(each -> Places.isBehind(place(each), after))
                            .toList();
            return Page.of(rest, size, rest.size() < all.size(), RecoveryGraphQlApi::place);
        });
        return Reads.of(environment.getGraphQlContext()).begin(page);
    }

    private static Place place(Snapshot snapshot) {
        return new Place(snapshot.createdAt(), snapshot.id().toString());
    }

    private CompletableFuture<@Nullable Operation> operation(DataFetchingEnvironment environment) {
        return RecoveryLoaders.operation(environment, Arguments.of(environment).requiredText("id"));
    }

    private CompletableFuture<Page> operations(DataFetchingEnvironment environment) {
        Arguments arguments = Arguments.of(environment);
        int size = Page.size(arguments.integer("first"));
        Place after = Places.read(arguments.text("after"));
        List<OperationState> states = arguments.constants("state", OperationState.class);
        Uni<Page> page = recovery.operations(
                        databaseId(arguments), states == null ? Set.of() : Set.copyOf(states), after, size + 1)
                .map(read -> Page.of(read, size, after != null, each -> new Place(each.requestedAt(), each.id())));
        return Reads.of(environment.getGraphQlContext()).begin(page);
    }

    private static @Nullable DatabaseId databaseId(Arguments arguments) {
        String id = arguments.text("database");
        return id == null ? null : DatabaseId.parse(id);
    }

    private DataFetcher<CompletableFuture<RestorePlan>> planning(Function<Arguments, Change.Restore> reader) {
        return environment -> {
            Change.Restore restore = reader.apply(Arguments.of(environment).requiredObject("input"));
            return Reads.of(environment.getGraphQlContext()).begin(recovery.plan(restore));
        };
    }

    /** A change goes on to its end when the client goes: see {@link Reads}. */
    private DataFetcher<CompletableFuture<Operation>> changing(Function<Arguments, Change> reader) {
        return environment -> {
            Arguments input = Arguments.of(environment).requiredObject("input");
            return recovery.start(
                            reader.apply(input),
                            caller(environment),
                            input.text("idempotencyKey"),
                            input.text("planHash"))
                    .subscribeAsCompletionStage();
        };
    }

    private static String caller(DataFetchingEnvironment environment) {
        return environment.getGraphQlContext().<Caller>get(Caller.class).id();
    }

    private CompletableFuture<Operation> deleteSnapshot(DataFetchingEnvironment environment) {
        SnapshotId id = SnapshotId.parse(Arguments.of(environment).requiredText("id"));
        return recovery.start(new Change.DeleteSnapshot(id), caller(environment), null, null)
                .subscribeAsCompletionStage();
    }

    private Publisher<Operation> operationProgress(DataFetchingEnvironment environment) {
        // What was read of its database and its snapshot for the state before is not how they are now.
        return FlowAdapters.toPublisher(recovery.follow(
                        Arguments.of(environment).requiredText("id"))
                .invoke(operation ->
                        environment.getDataLoaderRegistry().getDataLoaders().forEach(DataLoader::clearAll)));
    }

    private static CompletableFuture<List<Database>> readReplicas(DataFetchingEnvironment environment) {
        List<DatabaseId> ids = environment.<Database>getSource().readReplicas();
        return RecoveryLoaders.databases(environment, ids)
                .thenApply(found -> found.stream().filter(Objects::nonNull).toList());
    }

    private static <T> DataFetcher<CompletableFuture<@Nullable T>> window(Function<RestoreWindow, @Nullable T> field) {
        return environment -> RecoveryLoaders.window(
                        environment, environment.<Database>getSource().id())
                .thenApply(window -> field.apply(window == null ? NO_WINDOW : window));
    }

    private static CompletableFuture<List<Tag>> tags(DataFetchingEnvironment environment) {
        return RecoveryLoaders.tags(
                        environment, environment.<Database>getSource().id())
                .thenApply(tags -> tags == null ? List.of() : tags);
    }

    private static CompletableFuture<List<Tag>> snapshotTags(DataFetchingEnvironment environment) {
        Snapshot snapshot = environment.getSource();
        return snapshot.tags() != null
                ? CompletableFuture.completedFuture(snapshot.tags())
                : RecoveryLoaders.snapshotTags(environment, snapshot.id())
                        .thenApply(tags -> tags == null ? List.of() : tags);
    }

    private static CompletableFuture<@Nullable Database> madeDatabase(DataFetchingEnvironment environment) {
        Operation operation = environment.getSource();
        DatabaseId database = changedDatabase(operation.change());
        DatabaseId shown = database == null ? operation.madeDatabase() : database;
        return shown == null ? CompletableFuture.completedFuture(null) : RecoveryLoaders.database(environment, shown);
    }

    private static @Nullable DatabaseId changedDatabase(Change change) {
        if (change instanceof Change.SetBackupPolicy policy) {
            return policy.database();
        }
        return change instanceof FleetChange fleet ? fleet.database() : null;
    }

    private static CompletableFuture<@Nullable Snapshot> operationSnapshot(DataFetchingEnvironment environment) {
        SnapshotId id = environment.<Operation>getSource().snapshot();
        return id == null ? CompletableFuture.completedFuture(null) : RecoveryLoaders.snapshot(environment, id);
    }
}
