package io.headgate.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.recovery.ModelCloud.Fate;
import io.headgate.recovery.ledger.LocalLedger;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations on a real ledger, with answers that get lost and replicas that die at every moment. */
class OperationRunnerTest {

    private static final DatabaseId SOURCE = new DatabaseId(DatabaseKind.RDS_INSTANCE, "mydb");
    private static final Change RESTORE = new Change.RestoreToPointInTime(
            SOURCE, new DatabaseId(DatabaseKind.RDS_INSTANCE, "copy"), null, List.of(new Tag("team", "core")), true);
    private static final Change SNAPSHOT = new Change.CreateSnapshot(SOURCE, "before", List.of());

    private static final Change REBOOT = new FleetChange.RebootDatabase(SOURCE);

    /** More calls than any replica makes for one operation. */
    private static final int MOST_CALLS = 40;

    private static final LocalLedger LEDGER = LocalLedger.create();

    private final OperationLedger ledger = LocalLedger.create().open();
    private final ModelCloud cloud = new ModelCloud();
    private @Nullable Replica replica;

    @AfterEach
    void close() {
        if (replica != null) {
            replica.close();
        }
    }

    @Test
    void operationGoesToItsEnd() {
        Replica one = immortal();

        Operation asked = one.ask(RESTORE);
        List<Operation> seen =
                one.service().follow(asked.id()).collect().asList().await().atMost(Duration.ofSeconds(20));

        Operation end = seen.get(seen.size() - 1);
        assertThat(asked.state()).isEqualTo(OperationState.PENDING);
        assertThat(end.state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(end.progressPercent()).isEqualTo(100);
        assertThat(end.finishedAt()).isAfterOrEqualTo(end.requestedAt());
        assertThat(end.reapplied()).containsExactly(new Reapplied("tags", true, "1 set"));
        assertThat(seen).extracting(Operation::revision).isSorted();
        assertThat(cloud.executed).containsExactly("rds:copy");
    }

    @Test
    void snapshotHasAnIdOnceItIsMade() {
        Replica one = immortal();

        Operation end = one.end(one.ask(SNAPSHOT).id());

        assertThat(end.target()).isEqualTo("snapshot:rds:before");
    }

    @Test
    void lostAnswerToWhatWasExecutedIsSettledByLooking() {
        cloud.fates.add(Fate.EXECUTED_ANSWER_LOST);
        Replica one = immortal();

        Operation end = one.end(one.ask(RESTORE).id());

        assertThat(end.state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(end.sends()).isEqualTo(1);
        assertThat(cloud.executed).containsExactly("rds:copy");
    }

    @Test
    void lostRequestIsSentAgainOnceAwsShowedNothingOfIt() {
        cloud.fates.addAll(List.of(Fate.LOST_BEFORE_EXECUTION, Fate.LOST_BEFORE_EXECUTION));
        Replica one = immortal();

        Operation end = one.end(one.ask(RESTORE).id());

        assertThat(end.state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(end.sends()).isEqualTo(3);
        assertThat(cloud.executed).containsExactly("rds:copy");
    }

    @Test
    void requestThatIsLostEveryTimeFails() {
        cloud.fates.addAll(List.of(Fate.LOST_BEFORE_EXECUTION, Fate.LOST_BEFORE_EXECUTION, Fate.LOST_BEFORE_EXECUTION));
        Replica one = immortal();

        Operation end = one.end(one.ask(RESTORE).id());

        assertThat(end.state()).isEqualTo(OperationState.FAILED);
        assertThat(end.error()).extracting(Progress.Failed::code).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(cloud.executed).isEmpty();
    }

    @Test
    void unreachableAwsIsTriedAgain() {
        cloud.fates.addAll(List.of(Fate.UNREACHABLE, Fate.UNREACHABLE, Fate.UNREACHABLE));
        Replica one = immortal();

        Operation end = one.end(one.ask(RESTORE).id());

        assertThat(end.state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(cloud.executed).containsExactly("rds:copy");
    }

    @Test
    void refusalFailsWithAwsCode() {
        cloud.fates.add(Fate.REFUSED);
        Replica one = immortal();

        Operation end = one.end(one.ask(RESTORE).id());

        assertThat(end.state()).isEqualTo(OperationState.FAILED);
        assertThat(end.error())
                .isEqualTo(new Progress.Failed(ErrorCode.FAILED_PRECONDITION, "the model says no", ModelCloud.REFUSAL));
        assertThat(cloud.executed).isEmpty();
    }

    @Test
    void whatCompletesAChangeIsTriedForLongerThanTheChangeItself() {
        cloud.unready.set(30);
        Replica one = start(Map.of("begin-limit", "1ms"));

        List<Operation> seen = one.service()
                .follow(one.ask(REBOOT).id())
                .collect()
                .asList()
                .await()
                .atMost(Duration.ofSeconds(20));

        assertThat(seen).extracting(Operation::waitsFor).contains("the model says no");
        Operation end = seen.get(seen.size() - 1);
        assertThat(end.state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(end.waitsFor()).isNull();
        assertThat(cloud.executed).containsExactly("rds:mydb");
    }

    @Test
    void whatCompletesAChangeIsGivenUpAtItsLimit() {
        cloud.unready.set(Integer.MAX_VALUE);
        Replica one = start(Map.of("complete-limit", "100ms"));

        Operation end = one.end(one.ask(REBOOT).id());

        assertThat(end.state()).isEqualTo(OperationState.FAILED);
        assertThat(end.error()).extracting(Progress.Failed::message).isEqualTo("the model says no");
    }

    static Stream<Long> deaths() {
        return LongStream.range(0, MOST_CALLS).boxed();
    }

    /** The first replica dies before or after each of its calls; the second finds what it left. */
    @ParameterizedTest
    @MethodSource("deaths")
    void whateverADeadReplicaLeftEndsRightAndIsMadeOnce(long calls) {
        OperationLedger shared = LEDGER.open();
        Change restore = new Change.RestoreToPointInTime(
                SOURCE, new DatabaseId(DatabaseKind.RDS_INSTANCE, "copy-" + calls), null, List.of(), true);
        try (Replica mortal = Replica.start(cloud, shared, calls)) {
            mortal.start(restore, "key-" + calls).subscribe().with(answered -> {}, failure -> {});
            Replica heir = immortal(shared);

            // The client, whose answer may be lost, asks again with its key.
            Operation end = heir.end(heir.ask(restore, "key-" + calls).id());

            assertThat(end.state()).isEqualTo(OperationState.SUCCEEDED);
            assertThat(cloud.executed).containsExactly("rds:copy-" + calls);
            assertThat(heir.service()
                            .operations(null, Set.of(), null, 1_000)
                            .await()
                            .atMost(Duration.ofSeconds(20)))
                    .filteredOn(operation -> operation.change().equals(restore))
                    .containsExactly(end);
        }
    }

    @Test
    void replicaThatStopsHandsOverAtOnce() {
        Replica first = Replica.start(cloud, ledger, Map.of("lease", "1h", "min-poll", "1h", "max-poll", "1h"));
        Operation asked = first.ask(RESTORE);
        await(() -> first.now(asked.id()).state() == OperationState.RUNNING);

        first.close();
        Replica heir = immortal();

        assertThat(heir.end(asked.id()).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(cloud.executed).containsExactly("rds:copy");
    }

    @Test
    void operationIsLeftToReplicasThatRecoverItsKind() {
        Replica first = Replica.start(cloud, ledger, Map.of("min-poll", "1h", "max-poll", "1h"));
        Operation asked = first.ask(RESTORE);
        await(() -> first.now(asked.id()).state() == OperationState.RUNNING);

        first.close();
        try (Replica incapable = Replica.start(cloud, ledger, Map.of("kinds", "DYNAMODB_TABLE"))) {
            assertThat(incapable.now(asked.id()).state()).isEqualTo(OperationState.RUNNING);
            Replica heir = immortal();

            assertThat(heir.end(asked.id()).state()).isEqualTo(OperationState.SUCCEEDED);
        }
    }

    @Test
    void twoReplicasWithOneKeyMakeOneSnapshot() {
        Replica one = immortal();
        try (Replica other = Replica.start(cloud, ledger, Replica.IMMORTAL)) {
            List<Operation> answers = Uni.join()
                    .all(Stream.of(one, other, one, other, one, other)
                            .map(each -> each.start(SNAPSHOT, "key"))
                            .toList())
                    .andFailFast()
                    .await()
                    .atMost(Duration.ofSeconds(20));

            assertThat(answers)
                    .extracting(Operation::id)
                    .containsOnly(answers.get(0).id());
            assertThat(other.end(answers.get(0).id()).state()).isEqualTo(OperationState.SUCCEEDED);
            assertThat(cloud.executed).containsExactly("snapshot before of rds");
        }
    }

    @Test
    void moreThanAReplicaMayDriveWait() {
        Replica one = Replica.start(cloud, ledger, Map.of("max-driven", "1"));
        replica = one;
        List<Operation> asked = Stream.of("a", "b", "c", "d")
                .map(name -> one.ask(new Change.CreateSnapshot(SOURCE, name, List.of())))
                .toList();

        assertThat(asked.stream().map(each -> one.end(each.id())))
                .extracting(Operation::state)
                .containsOnly(OperationState.SUCCEEDED);
    }

    private Replica start(Map<String, String> properties) {
        Replica started = Replica.start(cloud, ledger, properties);
        replica = started;
        return started;
    }

    private Replica immortal() {
        return immortal(ledger);
    }

    private Replica immortal(OperationLedger shared) {
        Replica started = Replica.start(cloud, shared, Replica.IMMORTAL);
        replica = started;
        return started;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            Assertions.assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
