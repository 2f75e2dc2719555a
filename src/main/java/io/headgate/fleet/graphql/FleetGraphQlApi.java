package io.headgate.fleet.graphql;

import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import io.headgate.fleet.AutomatedBackup;
import io.headgate.fleet.DatabaseDetails;
import io.headgate.fleet.DatabaseDetails.Member;
import io.headgate.fleet.DatabaseDetails.Node;
import io.headgate.fleet.DatabaseEvent;
import io.headgate.fleet.Fleet;
import io.headgate.graphql.Arguments;
import io.headgate.graphql.BatchLoaderFactory;
import io.headgate.graphql.Fields;
import io.headgate.graphql.GraphQlApi;
import io.headgate.graphql.Reads;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.Operation;
import io.headgate.recovery.OperationLedger.Place;
import io.headgate.recovery.RecoveryService;
import io.headgate.recovery.graphql.Page;
import io.headgate.recovery.graphql.Places;
import io.headgate.recovery.graphql.RecoveryGraphQlApi;
import io.headgate.recovery.graphql.RecoveryLoaders;
import io.headgate.security.Caller;
import io.headgate.security.Role;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What answers the fields of the fleet in the schema. */
public final class FleetGraphQlApi implements GraphQlApi {

    private static final String DETAILS = "fleet.details";
    private static final String SOURCES = "fleet.sources";
    private static final String LAGS = "fleet.lags";
    private static final String PRIMARY = "primary";
    private static final String NODE_LAGS = "fleet.nodeLags";

    /** RDS keeps events so long; a little less, so that it takes the time as one that it has events of. */
    private static final Duration EVENTS_KEPT = Duration.ofDays(14).minusMinutes(1);

    private static final Map<String, Function<DatabaseDetails, @Nullable Object>> PLAIN = plain();
    private static final Map<String, Function<Arguments, FleetChange>> MUTATIONS = Map.of(
            "createTable", TableInputs::create,
            "modifyTable", TableInputs::modify,
            "deleteTable", TableInputs::delete,
            "createDatabase", FleetInputs::create,
            "modifyDatabase", FleetInputs::modify,
            "deleteDatabase", FleetInputs::delete,
            "rebootDatabase", FleetInputs::reboot,
            "failoverDatabase", FleetInputs::failover,
            "createReadReplica", FleetInputs::replicate,
            "promoteReadReplica", FleetInputs::promote);

    private final RecoveryService recovery;
    private final Fleet fleet;

    public FleetGraphQlApi(RecoveryService recovery, Fleet fleet) {
        this.recovery = recovery;
        this.fleet = fleet;
    }

    private static Map<String, Function<DatabaseDetails, @Nullable Object>> plain() {
        Map<String, Function<DatabaseDetails, @Nullable Object>> fields = new HashMap<>();
        fields.put("instanceClass", DatabaseDetails::instanceClass);
        fields.put("storageGib", DatabaseDetails::storageGib);
        fields.put("storageType", DatabaseDetails::storageType);
        fields.put("iops", DatabaseDetails::iops);
        fields.put("encrypted", DatabaseDetails::encrypted);
        fields.put("deletionProtection", DatabaseDetails::deletionProtection);
        fields.put("publiclyAccessible", DatabaseDetails::publiclyAccessible);
        fields.put("availabilityZone", DatabaseDetails::availabilityZone);
        fields.put("secondaryAvailabilityZone", DatabaseDetails::secondaryAvailabilityZone);
        fields.put("masterUsername", DatabaseDetails::masterUsername);
        fields.put("masterUserSecret", DatabaseDetails::masterUserSecret);
        fields.put("readerEndpoint", DatabaseDetails::readerEndpoint);
        fields.put("members", DatabaseDetails::members);
        fields.put("replicationStatus", DatabaseDetails::replicationStatus);
        fields.put("pendingChanges", DatabaseDetails::pendingChanges);
        fields.put("cacheNodes", DatabaseDetails::nodes);
        return fields;
    }

    @Override
    public Map<Class<?>, String> nodeTypes() {
        return Map.of();
    }

    @Override
    public Map<String, Role> roles() {
        return Stream.concat(
                        MUTATIONS.keySet().stream().map(name -> "Mutation." + name),
                        Stream.of(
                                "Query.automatedBackups",
                                "Query.databaseEvents",
                                "DatabaseMember",
                                "CacheNode",
                                "AutomatedBackup",
                                "DatabaseEvent",
                                "DatabaseEventEdge",
                                "DatabaseEventConnection"))
                .collect(Collectors.toMap(Function.identity(), name -> Role.OPERATOR));
    }

    @Override
    public boolean owns(String id) {
        return false;
    }

    @Override
    public CompletableFuture<List<@Nullable Object>> nodes(DataFetchingEnvironment environment, List<String> ids) {
        throw new IllegalStateException("the fleet's databases are recovery's nodes");
    }

    @Override
    public Map<String, BatchLoaderFactory<?, ?>> loaders() {
        return Map.of(
                DETAILS, RecoveryLoaders.factory(fleet::details),
                LAGS, RecoveryLoaders.factory(fleet::replicaLags),
                NODE_LAGS, RecoveryLoaders.factory(fleet::nodeLags),
                SOURCES, RecoveryLoaders.factory(this::sources));
    }

    /** What these databases replicate; those that are no read replicas are missing. */
    private Uni<Map<DatabaseId, Database>> sources(Set<DatabaseId> ids) {
        return fleet.details(ids).chain(details -> {
            Map<DatabaseId, DatabaseId> sources = new HashMap<>();
            details.forEach((id, each) -> {
                if (each.replicaOf() != null) {
                    sources.put(id, each.replicaOf());
                }
            });
            return recovery.findDatabases(Set.copyOf(sources.values())).map(found -> {
                Map<DatabaseId, Database> byReplica = new HashMap<>();
                sources.forEach((id, source) -> {
                    Database database = found.get(source);
                    if (database != null) {
                        byReplica.put(id, database);
                    }
                });
                return byReplica;
            });
        });
    }

    @Override
    public void wire(RuntimeWiring.Builder wiring) {
        wiring.type(TypeRuntimeWiring.newTypeWiring("Query")
                .dataFetcher("automatedBackups", this::automatedBackups)
                .dataFetcher("databaseEvents", this::databaseEvents));
        TypeRuntimeWiring.Builder mutations = TypeRuntimeWiring.newTypeWiring("Mutation");
        MUTATIONS.forEach((name, reader) -> mutations.dataFetcher(name, changing(reader)));
        wiring.type(mutations);
        TypeRuntimeWiring.Builder database =
                TypeRuntimeWiring.newTypeWiring("Database").dataFetcher("replicaOf", FleetGraphQlApi::replicaOf);
        database.dataFetcher("replicaLagSeconds", FleetGraphQlApi::replicaLag);
        PLAIN.forEach((name, accessor) -> database.dataFetcher(name, detail(accessor)));
        wiring.type(database);
        wiring.type(Fields.of("DatabaseMember", Member.class)
                .field("writer", Member::writer)
                .field("promotionTier", Member::promotionTier)
                .wiring()
                .dataFetcher("database", FleetGraphQlApi::member));
        wiring.type(Fields.of("CacheNode", Node.class)
                .field("name", Node::name)
                .field("shard", Node::shard)
                .field("role", Node::role)
                .field("availabilityZone", Node::availabilityZone)
                .field("endpoint", Node::endpoint)
                .wiring()
                .dataFetcher("replicaLagSeconds", FleetGraphQlApi::nodeLag));
        wiring.type(Fields.of("AutomatedBackup", AutomatedBackup.class)
                .field("databaseId", backup -> backup.database().toString())
                .field("arn", AutomatedBackup::arn)
                .field("engine", AutomatedBackup::engine)
                .field("status", AutomatedBackup::status)
                .field("backupRetentionDays", AutomatedBackup::retentionDays)
                .field("earliestRestorableTime", AutomatedBackup::earliest)
                .field("latestRestorableTime", AutomatedBackup::latest)
                .field("encrypted", AutomatedBackup::encrypted)
                .wiring()
                .dataFetcher(
                        "database",
                        environment -> RecoveryLoaders.database(
                                environment,
                                environment.<AutomatedBackup>getSource().database())));
        wiring.type(Fields.of("DatabaseEvent", DatabaseEvent.class)
                .field("time", DatabaseEvent::time)
                .field("source", DatabaseEvent::source)
                .field("categories", DatabaseEvent::categories)
                .field("message", DatabaseEvent::message)
                .wiring());
        RecoveryGraphQlApi.wirePage(wiring, "DatabaseEvent");
    }

    /** A change goes on to its end when the client goes: see {@link Reads}. */
    private DataFetcher<CompletableFuture<Operation>> changing(Function<Arguments, FleetChange> reader) {
        return environment -> {
            Arguments input = Arguments.of(environment).requiredObject("input");
            String caller =
                    environment.getGraphQlContext().<Caller>get(Caller.class).id();
            return recovery.start(reader.apply(input), caller, input.text("idempotencyKey"), null)
                    .subscribeAsCompletionStage();
        };
    }

    private static <T> DataFetcher<CompletableFuture<@Nullable T>> detail(
            Function<DatabaseDetails, @Nullable T> accessor) {
        return environment -> details(environment).thenApply(accessor);
    }

    private static CompletableFuture<DatabaseDetails> details(DataFetchingEnvironment environment) {
        DatabaseId id = environment.<Database>getSource().id();
        return RecoveryLoaders.<DatabaseId, DatabaseDetails>load(environment, DETAILS, id)
                .thenApply(found -> found == null ? DatabaseDetails.NONE : found);
    }

    private static CompletableFuture<@Nullable Database> replicaOf(DataFetchingEnvironment environment) {
        return RecoveryLoaders.load(
                environment, SOURCES, environment.<Database>getSource().id());
    }

    private static CompletableFuture<@Nullable Double> replicaLag(DataFetchingEnvironment environment) {
        return RecoveryLoaders.load(
                environment, LAGS, environment.<Database>getSource().id());
    }

    /** Asked for of what may be a replica. */
    private static CompletableFuture<@Nullable Double> nodeLag(DataFetchingEnvironment environment) {
        Node node = environment.getSource();
        return node.shard() == null || PRIMARY.equals(node.role())
                ? CompletableFuture.completedFuture(null)
                : RecoveryLoaders.load(environment, NODE_LAGS, node.name());
    }

    /** One that went away meanwhile is shown as deleted. */
    private static CompletableFuture<Database> member(DataFetchingEnvironment environment) {
        DatabaseId id = environment.<Member>getSource().database();
        return RecoveryLoaders.database(environment, id)
                .thenApply(found -> found == null ? Database.deleted(id) : found);
    }

    private CompletableFuture<List<AutomatedBackup>> automatedBackups(DataFetchingEnvironment environment) {
        return Reads.of(environment.getGraphQlContext())
                .begin(fleet.automatedBackups(database(Arguments.of(environment))));
    }

    private CompletableFuture<Page> databaseEvents(DataFetchingEnvironment environment) {
        Arguments arguments = Arguments.of(environment);
        int size = Page.size(arguments.integer("first"));
        Place after = Places.read(arguments.text("after"));
        Instant earliest = Instant.now().minus(EVENTS_KEPT);
        Instant asked = arguments.instant("since");
        Instant since = asked == null || asked.isBefore(earliest) ? earliest : asked;
        Uni<Page> page = fleet.events(database(arguments), since).map(all -> {
            List<DatabaseEvent> rest = after == null
                    ? all
                    : all.stream()
                            .filter(each -> Places.isBehind(each.place(), after))
                            .toList();
            return Page.of(rest, size, rest.size() < all.size(), DatabaseEvent::place);
        });
        return Reads.of(environment.getGraphQlContext()).begin(page);
    }

    private static @Nullable DatabaseId database(Arguments arguments) {
        String id = arguments.text("database");
        return id == null ? null : DatabaseId.parse(id);
    }
}
