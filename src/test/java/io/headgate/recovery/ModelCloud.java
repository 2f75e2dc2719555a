package io.headgate.recovery;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model of AWS that makes what it is asked for in a few looks, and does to its answers what networks do. Each replica of
 * a test has a {@linkplain #target target} of its own, which can die with it.
 */
final class ModelCloud {

    /** What becomes of a request to change something. */
    enum Fate {
        EXECUTED,
        EXECUTED_ANSWER_LOST,
        LOST_BEFORE_EXECUTION,
        UNREACHABLE,
        REFUSED
    }

    static final String REFUSAL = "InvalidDBInstanceState";

    private static final int LOOKS_UNTIL_DONE = 3;

    private record Made(String operation, List<Integer> looks) {}

    /** What the next requests meet; those after them are executed. */
    final Queue<Fate> fates = new ConcurrentLinkedQueue<>();

    /** Every request that was executed, by subject. */
    final List<String> executed = Collections.synchronizedList(new ArrayList<>());

    /** How often what completes a change is refused, because AWS is not ready for it. */
    final AtomicInteger unready = new AtomicInteger();

    private final Map<String, Made> made = new ConcurrentHashMap<>();

    Target target(Life life) {
        return new Target(life);
    }

    /** Whether a replica lives, and how many more calls it makes until it dies. */
    static final class Life {

        private long callsLeft;

        Life(long callsLeft) {
            this.callsLeft = callsLeft;
        }

        /** From its death on a replica gets no answers and sends nothing. */
        synchronized boolean isOver() {
            return callsLeft-- <= 0;
        }

        <T> Uni<T> during(Function<Void, Uni<T>> call) {
            return Uni.createFrom().deferred(() -> isOver() ? Uni.createFrom().nothing() : call.apply(null));
        }

        /** As {@link #during}, but the replica may also die after the call had its effect. */
        <T> Uni<T> around(Function<Void, Uni<T>> call) {
            return during(call)
                    .chain(result -> isOver()
                            ? Uni.createFrom().nothing()
                            : Uni.createFrom().item(result));
        }
    }

    final class Target implements RecoveryTarget {

        private final Life life;

        private Target(Life life) {
            this.life = life;
        }

        @Override
        public DatabaseKind kind() {
            return DatabaseKind.RDS_INSTANCE;
        }

        @Override
        public Uni<List<Database>> databases() {
            return findDatabases(Set.of("mydb")).map(found -> List.copyOf(found.values()));
        }

        @Override
        public Uni<Map<String, Database>> findDatabases(Set<String> names) {
            return Uni.createFrom()
                    .item(() -> names.stream()
                            .filter(name -> name.equals("mydb") || made.containsKey("rds:" + name))
                            .collect(Collectors.toMap(
                                    Function.identity(),
                                    name -> new Database(
                                            new DatabaseId(kind(), name),
                                            null,
                                            "postgres",
                                            "17",
                                            "available",
                                            null,
                                            false,
                                            List.of()))));
        }

        @Override
        public Uni<Map<String, RestoreWindow>> restoreWindows(Set<String> names) {
            return findDatabases(names).map(found -> {
                Map<String, RestoreWindow> windows = new TreeMap<>();
                found.keySet()
                        .forEach(name -> windows.put(
                                name,
                                new RestoreWindow(
                                        true,
                                        7,
                                        Instant.parse("2026-01-01T00:00:00Z"),
                                        Instant.parse("2026-01-31T00:00:00Z"))));
                return windows;
            });
        }

        @Override
        public Uni<Map<String, List<Tag>>> tags(Set<String> names) {
            return Uni.createFrom().item(Map.of());
        }

        @Override
        public Uni<List<Snapshot>> snapshots(@Nullable String database) {
            return findSnapshots(Set.of("kept", "rds:automated")).map(found -> List.copyOf(found.values()));
        }

        @Override
        public Uni<Map<String, Snapshot>> findSnapshots(Set<String> keys) {
            return Uni.createFrom()
                    .item(() -> keys.stream()
                            .filter(key -> key.equals("kept") || key.equals("rds:automated"))
                            .collect(Collectors.toMap(Function.identity(), this::snapshot)));
        }

        private Snapshot snapshot(String key) {
            return new Snapshot(
                    new SnapshotId(kind(), key),
                    key,
                    new DatabaseId(kind(), "mydb"),
                    "available",
                    key.startsWith("rds:"),
                    Instant.parse("2026-01-15T00:00:00Z"),
                    null,
                    100,
                    List.of());
        }

        @Override
        public List<String> problems(Change change) {
            return change instanceof Change.SetBackupPolicy policy && policy.retentionDays() > 35
                    ? List.of("retentionDays is 1 to 35")
                    : List.of();
        }

        @Override
        public Uni<DatabaseId> check(FleetChange change) {
            return Uni.createFrom().item(change.database());
        }

        @Override
        public Uni<Void> complete(FleetChange change) {
            return life.around(ignored -> unready.getAndDecrement() > 0
                    ? failure(ErrorCode.UNAVAILABLE, null)
                    : Uni.createFrom().voidItem());
        }

        @Override
        public Uni<RestoreOutline> outline(Change.Restore restore) {
            return Uni.createFrom()
                    .item(new RestoreOutline(
                            List.of("DB instance " + restore.target().name()), List.of(), List.of()));
        }

        @Override
        public Uni<@Nullable String> begin(String operation, Change change) {
            return life.around(ignored -> {
                Fate fate = fates.poll();
                return switch (fate == null ? Fate.EXECUTED : fate) {
                    case EXECUTED -> execute(operation, change);
                    case EXECUTED_ANSWER_LOST -> execute(operation, change).chain(key -> lost());
                    case LOST_BEFORE_EXECUTION -> lost();
                    case UNREACHABLE -> failure(ErrorCode.UNAVAILABLE, null);
                    case REFUSED -> failure(ErrorCode.FAILED_PRECONDITION, REFUSAL);
                };
            });
        }

        private Uni<@Nullable String> execute(String operation, Change change) {
            Made other = made.putIfAbsent(change.subject(), new Made(operation, new ArrayList<>()));
            if (other != null) {
                return failure(ErrorCode.ALREADY_EXISTS, "DBInstanceAlreadyExists");
            }
            executed.add(change.subject());
            return Uni.createFrom().item(key(change));
        }

        private Uni<@Nullable String> lost() {
            return failure(ErrorCode.OUTCOME_UNKNOWN, null);
        }

        private <T> Uni<T> failure(ErrorCode code, @Nullable String awsErrorCode) {
            return Uni.createFrom()
                    .failure(() -> GatewayException.ofAws(code, "the model says no", awsErrorCode, new Exception()));
        }

        private @Nullable String key(Change change) {
            return change instanceof Change.CreateSnapshot creation ? creation.name() : null;
        }

        @Override
        public Uni<Progress> look(String operation, Change change, @Nullable String key) {
            return life.around(ignored -> {
                Made found = made.get(change.subject());
                if (found == null) {
                    return Uni.createFrom().item(new Progress.Absent());
                }
                if (!found.operation.equals(operation)) {
                    return Uni.createFrom()
                            .item(new Progress.Failed(ErrorCode.ALREADY_EXISTS, "another made it", null));
                }
                found.looks.add(1);
                return Uni.createFrom()
                        .item(
                                found.looks.size() < LOOKS_UNTIL_DONE
                                        ? new Progress.Running(found.looks.size() * 30, key(change))
                                        : new Progress.Done(key(change)));
            });
        }

        @Override
        public Uni<List<Reapplied>> reapply(Change.Restore restore) {
            return life.around(ignored -> Uni.createFrom()
                    .item(List.of(new Reapplied("tags", true, restore.tags().size() + " set"))));
        }
    }

    /** A ledger that is out of reach of a replica that died. */
    static OperationLedger mortal(OperationLedger ledger, Life life) {
        return new OperationLedger() {
            @Override
            public Uni<Operation> add(Operation operation, @Nullable String idempotencyKey, String holder) {
                return life.around(ignored -> ledger.add(operation, idempotencyKey, holder));
            }

            @Override
            public Uni<@Nullable Operation> findByKey(String requestedBy, String idempotencyKey) {
                return life.during(ignored -> ledger.findByKey(requestedBy, idempotencyKey));
            }

            @Override
            public Uni<Map<String, Operation>> find(Set<String> ids) {
                return life.during(ignored -> ledger.find(ids));
            }

            @Override
            public Uni<List<Operation>> list(
                    @Nullable DatabaseId database, Set<OperationState> states, @Nullable Place after, int limit) {
                return life.during(ignored -> ledger.list(database, states, after, limit));
            }

            @Override
            public Uni<List<Lease>> leases() {
                return life.during(ignored -> ledger.leases());
            }

            @Override
            public Uni<@Nullable Lease> hold(Lease seen, String holder) {
                return life.during(ignored -> ledger.hold(seen, holder));
            }

            @Override
            public Uni<Void> release(Lease held) {
                return life.during(ignored -> ledger.release(held));
            }

            @Override
            public Uni<Operation> record(Operation next, String holder) {
                return life.around(ignored -> ledger.record(next, holder));
            }
        };
    }
}
