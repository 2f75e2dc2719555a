package io.headgate.recovery;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.OperationLedger.Place;
import io.headgate.recovery.RestorePlanner.Planned;
import io.headgate.recovery.RestorePlanner.Problem;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Databases, their snapshots, and the operations that change them. A change is checked against AWS's rules and against
 * what is there, recorded, and answered with its operation; {@link OperationRunner} does the rest.
 */
public final class RecoveryService {

    private static final int MAX_KEY_LENGTH = 255;
    private static final int LEDGER_RETRIES = 5;

    private final Map<DatabaseKind, RecoveryTarget> targets;
    private final OperationLedger ledger;
    private final OperationRunner runner;
    private final Duration followInterval;
    private final Clock clock;

    public RecoveryService(
            Map<DatabaseKind, RecoveryTarget> targets,
            OperationLedger ledger,
            OperationRunner runner,
            RecoveryConfig config,
            Clock clock) {
        this.targets = Map.copyOf(targets);
        this.ledger = ledger;
        this.runner = runner;
        this.followInterval = config.followInterval();
        this.clock = clock;
    }

    /** All databases, by kind and name. */
    public Uni<List<Database>> databases() {
        return joined(targets.values(), RecoveryTarget::databases)
                .map(databases -> databases.stream()
                        .sorted(Comparator.<Database, DatabaseKind>comparing(
                                        each -> each.id().kind())
                                .thenComparing(each -> each.id().name()))
                        .toList());
    }

    /** The databases of these ids; the ids of none are missing. */
    public Uni<Map<DatabaseId, Database>> findDatabases(Set<DatabaseId> ids) {
        return byKind(ids, DatabaseId::kind, DatabaseId::name, DatabaseId::new, RecoveryTarget::findDatabases);
    }

    /** The restorable windows of these databases; the ids of none are missing. */
    public Uni<Map<DatabaseId, RestoreWindow>> restoreWindows(Set<DatabaseId> ids) {
        return byKind(ids, DatabaseId::kind, DatabaseId::name, DatabaseId::new, RecoveryTarget::restoreWindows);
    }

    /** The tags of these databases; the ids of none are missing. */
    public Uni<Map<DatabaseId, List<Tag>>> tags(Set<DatabaseId> ids) {
        return byKind(ids, DatabaseId::kind, DatabaseId::name, DatabaseId::new, RecoveryTarget::tags);
    }

    /** The snapshots of these ids; the ids of none are missing. */
    public Uni<Map<SnapshotId, Snapshot>> findSnapshots(Set<SnapshotId> ids) {
        return byKind(ids, SnapshotId::kind, SnapshotId::key, SnapshotId::new, RecoveryTarget::findSnapshots);
    }

    /** The tags of these snapshots, of those that {@linkplain Snapshot#tags() do not have them}; the ids of none are missing. */
    public Uni<Map<SnapshotId, List<Tag>>> snapshotTags(Set<SnapshotId> ids) {
        return byKind(ids, SnapshotId::kind, SnapshotId::key, SnapshotId::new, RecoveryTarget::snapshotTags);
    }

    /** All snapshots, or those of one database, newest first; of the same time, by id. */
    public Uni<List<Snapshot>> snapshots(@Nullable DatabaseId database) {
        Uni<List<Snapshot>> snapshots = database == null
                ? joined(targets.values(), target -> target.snapshots(null))
                : targets.containsKey(database.kind())
                        ? target(database.kind()).snapshots(database.name())
                        : Uni.createFrom().item(List.of());
        return snapshots.map(found -> found.stream()
                .sorted(Comparator.comparing(Snapshot::createdAt)
                        .reversed()
                        .thenComparing(each -> each.id().toString()))
                .toList());
    }

    /** The operations of these ids; the ids of none are missing. */
    public Uni<Map<String, Operation>> findOperations(Set<String> ids) {
        return ledger.find(ids);
    }

    /** A stretch of the operations, newest first, as {@link OperationLedger#list} has it. */
    public Uni<List<Operation>> operations(
            @Nullable DatabaseId database, Set<OperationState> states, @Nullable Place after, int limit) {
        return ledger.list(database, states, after, limit);
    }

    /**
     * An operation now and at each change, until it is at its end. Fails with NOT_FOUND when there is none of this id, and
     * as the ledger does when that stays away.
     */
    public Multi<Operation> follow(String id) {
        return Multi.createBy()
                .repeating()
                .uni(() -> current(id))
                .withDelay(followInterval)
                .whilst(operation -> !operation.state().isFinal())
                .skip()
                .repetitions();
    }

    private Uni<Operation> current(String id) {
        return ledger.find(Set.of(id))
                .onFailure(failure -> failure instanceof GatewayException known && known.retryable())
                .retry()
                .withBackOff(followInterval)
                .atMost(LEDGER_RETRIES)
                .map(found -> {
                    Operation operation = found.get(id);
                    if (operation == null) {
                        throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no operation " + id);
                    }
                    return operation;
                });
    }

    /** What a restore would do. Fails with NOT_FOUND when there is nothing to restore from. */
    public Uni<RestorePlan> plan(Change.Restore restore) {
        return Uni.createFrom()
                .deferred(() -> RestorePlanner.plan(target(restore.kind()), restore))
                .map(Planned::plan);
    }

    /**
     * Records a change and begins it. Where the caller gave the same idempotency key before, it gives the operation of
     * then.
     *
     * @param requestedBy who asks for it
     * @param planHash the {@linkplain RestorePlan#hash() hash} of the plan that a restore must still have
     * @return the operation, which is under way
     */
    public Uni<Operation> start(
            Change change, String requestedBy, @Nullable String idempotencyKey, @Nullable String planHash) {
        return Uni.createFrom()
                .deferred(() -> {
                    checkKey(idempotencyKey);
                    return earlier(change, requestedBy, idempotencyKey);
                })
                .chain(earlier -> earlier != null
                        ? Uni.createFrom().item(earlier)
                        : begin(change, requestedBy, idempotencyKey, planHash));
    }

    private Uni<Operation> begin(
            Change change, String requestedBy, @Nullable String idempotencyKey, @Nullable String planHash) {
        return check(change, planHash).onItemOrFailure().transformToUni((database, refusal) -> {
            if (refusal == null) {
                return add(change, database, requestedBy, idempotencyKey);
            }
            // A replica that got the same key at the same time may have made what stands in the way.
            return earlier(change, requestedBy, idempotencyKey)
                    .onItem()
                    .ifNull()
                    .failWith(refusal);
        });
    }

    private Uni<Operation> add(
            Change change, DatabaseId database, String requestedBy, @Nullable String idempotencyKey) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Operation requested = Operation.requested(Operation.newName(now), change, database, requestedBy, now);
        String holder = runner.holder();
        if (holder.isEmpty() && change instanceof FleetChange fleet && fleet.password() != null) {
            throw GatewayException.of(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "this replica drives as many operations as it may, and a password is given to no other: try again"
                            + " later");
        }
        return ledger.add(requested, idempotencyKey, holder).invoke(added -> {
            if (!added.id().equals(requested.id())) {
                requireSame(change, added);
            } else if (!holder.isEmpty()) {
                runner.drive(added);
            }
        });
    }

    private Uni<@Nullable Operation> earlier(Change change, String requestedBy, @Nullable String idempotencyKey) {
        return idempotencyKey == null
                ? Uni.createFrom().nullItem()
                : ledger.findByKey(requestedBy, idempotencyKey).invoke(earlier -> {
                    if (earlier != null) {
                        requireSame(change, earlier);
                    }
                });
    }

    private static void requireSame(Change change, Operation earlier) {
        if (!earlier.change().equals(change)) {
            throw GatewayException.invalidArgument("idempotencyKey was used for another request, which is "
                    + earlier.id() + ": give each request a key of its own");
        }
    }

    private static void checkKey(@Nullable String idempotencyKey) {
        if (idempotencyKey != null && (idempotencyKey.isBlank() || idempotencyKey.length() > MAX_KEY_LENGTH)) {
            throw GatewayException.invalidArgument(
                    "idempotencyKey is 1 to " + MAX_KEY_LENGTH + " characters, such as a random UUID");
        }
    }

    /** Refuses what AWS would refuse, and gives the database that the change is about. */
    private Uni<DatabaseId> check(Change change, @Nullable String planHash) {
        RecoveryTarget target = target(change.kind());
        List<String> malformed = target.problems(change);
        if (!malformed.isEmpty()) {
            throw GatewayException.invalidArgument(String.join("; ", malformed));
        }
        if (change instanceof Change.Restore restore) {
            return RestorePlanner.plan(target, restore).map(planned -> accepted(planned, planHash));
        }
        if (change instanceof Change.CreateSnapshot creation) {
            return existing(target, creation.database(), creation)
                    .chain(database -> named(target, creation))
                    .map(snapshots -> requireFree(creation, snapshots));
        }
        if (change instanceof Change.DeleteSnapshot deletion) {
            return target.findSnapshots(Set.of(deletion.snapshot().key()))
                    .map(snapshots -> deletable(
                            deletion.snapshot(),
                            snapshots.get(deletion.snapshot().key())));
        }
        if (change instanceof FleetChange fleet) {
            return target.check(fleet);
        }
        return existing(target, ((Change.SetBackupPolicy) change).database(), change);
    }

    private static DatabaseId accepted(Planned planned, @Nullable String planHash) {
        if (!planned.problems().isEmpty()) {
            Problem first = planned.problems().get(0);
            throw GatewayException.of(
                    first.code(), String.join("; ", planned.plan().problems()));
        }
        if (planHash != null && !planHash.equals(planned.plan().hash())) {
            throw GatewayException.of(
                    ErrorCode.CONFLICT, "planHash is not that of this restore as it is now: plan it again and compare");
        }
        return planned.source();
    }

    private static Uni<DatabaseId> existing(RecoveryTarget target, DatabaseId id, Change change) {
        return target.findDatabases(Set.of(id.name())).map(databases -> {
            Database database = databases.get(id.name());
            if (database == null) {
                throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no database " + id);
            }
            String belonging = database.belonging();
            List<String> problems = belonging == null ? target.problems(change, database) : List.of(belonging);
            if (!problems.isEmpty()) {
                throw GatewayException.of(ErrorCode.FAILED_PRECONDITION, String.join("; ", problems));
            }
            return id;
        });
    }

    /** The snapshots among which the name of a new one must be free. */
    private static Uni<Collection<Snapshot>> named(RecoveryTarget target, Change.CreateSnapshot creation) {
        return creation.kind() == DatabaseKind.DYNAMODB_TABLE
                ? target.snapshots(creation.database().name()).map(list -> list)
                : target.findSnapshots(Set.of(creation.name())).map(Map::values);
    }

    private static DatabaseId requireFree(Change.CreateSnapshot creation, Collection<Snapshot> snapshots) {
        if (snapshots.stream().anyMatch(each -> each.name().equals(creation.name()))) {
            throw GatewayException.of(
                    ErrorCode.ALREADY_EXISTS,
                    "there is a snapshot " + creation.name() + " already: choose another name, or delete it first");
        }
        return creation.database();
    }

    private static DatabaseId deletable(SnapshotId id, @Nullable Snapshot snapshot) {
        if (snapshot == null) {
            throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no " + id);
        }
        if (snapshot.automated()) {
            throw GatewayException.of(
                    ErrorCode.FAILED_PRECONDITION,
                    id + " is an automated snapshot, which AWS deletes when its retention ends: shorten that with"
                            + " setBackupPolicy");
        }
        return snapshot.source();
    }

    private RecoveryTarget target(DatabaseKind kind) {
        RecoveryTarget target = targets.get(kind);
        if (target == null) {
            throw GatewayException.invalidArgument(
                    kind + " is not among the kinds that this Headgate recovers: see headgate.recovery.kinds");
        }
        return target;
    }

    private static <T> Uni<List<T>> joined(
            Collection<RecoveryTarget> targets, Function<RecoveryTarget, Uni<List<T>>> read) {
        return targets.isEmpty()
                ? Uni.createFrom().item(List.of())
                : Uni.join()
                        .all(targets.stream().map(read).toList())
                        .andFailFast()
                        .map(lists -> lists.stream().flatMap(List::stream).toList());
    }

    private <I, T> Uni<Map<I, T>> byKind(
            Set<I> ids,
            Function<I, DatabaseKind> kind,
            Function<I, String> name,
            BiFunction<DatabaseKind, String, I> id,
            BiFunction<RecoveryTarget, Set<String>, Uni<Map<String, T>>> read) {
        Map<DatabaseKind, Set<String>> names = ids.stream()
                .filter(each -> targets.containsKey(kind.apply(each)))
                .collect(Collectors.groupingBy(kind, Collectors.mapping(name, Collectors.toSet())));
        return joined(
                        names.keySet().stream().map(this::target).toList(),
                        target -> read.apply(target, names.getOrDefault(target.kind(), Set.of()))
                                .map(found -> List.of(Map.entry(target.kind(), found))))
                .map(all -> {
                    Map<I, T> result = new HashMap<>();
                    all.forEach(entry ->
                            entry.getValue().forEach((key, value) -> result.put(id.apply(entry.getKey(), key), value)));
                    return result;
                });
    }
}
