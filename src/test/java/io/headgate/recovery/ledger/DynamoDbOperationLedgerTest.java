package io.headgate.recovery.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.Operation;
import io.headgate.recovery.OperationLedger.Lease;
import io.headgate.recovery.OperationLedger.Place;
import io.headgate.recovery.OperationState;
import io.headgate.recovery.Progress;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.TableForm;
import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableForm.Index;
import io.headgate.recovery.TableForm.KeyAttribute;
import io.headgate.recovery.TableUpdate;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The ledger on a real table. */
class DynamoDbOperationLedgerTest {

    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.123456Z");
    private static final DatabaseId SOURCE = new DatabaseId(DatabaseKind.RDS_INSTANCE, "mydb");

    private final LocalLedger local = LocalLedger.create();
    private final DynamoDbOperationLedger ledger = local.open();

    static Stream<Change> changes() {
        DatabaseId table = new DatabaseId(DatabaseKind.DYNAMODB_TABLE, "Users");
        DatabaseId copy = new DatabaseId(DatabaseKind.DYNAMODB_TABLE, "Users-restored");
        SnapshotId backup =
                new SnapshotId(DatabaseKind.DYNAMODB_TABLE, "arn:aws:dynamodb:eu-west-1:1:table/Users/backup/01");
        List<Tag> tags = List.of(new Tag("team", "core"), new Tag("empty", ""));
        KeyAttribute id = new KeyAttribute("id", "S");
        TableForm plain = new TableForm(id, null, List.of(), null, null, false);
        TableForm orders = new TableForm(
                id,
                new KeyAttribute("placedAt", "N"),
                List.of(
                        new Index("byStatus", new KeyAttribute("status", "B"), id, "INCLUDE", List.of("a", "b"), null),
                        new Index("byTotal", null, id, "ALL", List.of(), new Capacity(1, 2))),
                new Capacity(5, 6),
                "NEW_IMAGE",
                true);
        return Stream.of(
                new Change.CreateSnapshot(SOURCE, "before-migration", tags),
                new Change.DeleteSnapshot(backup),
                new Change.RestoreSnapshot(backup, copy, tags, true),
                new Change.RestoreToPointInTime(table, copy, Instant.parse("2026-01-31T10:00:07Z"), List.of(), false),
                new Change.RestoreToPointInTime(table, copy, null, tags, true),
                new Change.SetBackupPolicy(SOURCE, 7),
                new FleetChange.CreateTable(table, orders, 35, tags),
                new FleetChange.CreateTable(table, plain, null, List.of()),
                new FleetChange.ModifyTable(table, new TableUpdate.Billing("PAY_PER_REQUEST", null, List.of())),
                new FleetChange.ModifyTable(
                        table,
                        new TableUpdate.Billing(
                                null,
                                new Capacity(5, 2),
                                List.of(new TableUpdate.IndexCapacity("byStatus", new Capacity(3, 1))))),
                new FleetChange.ModifyTable(table, new TableUpdate.DeletionProtection(false)),
                new FleetChange.ModifyTable(table, new TableUpdate.TableClass("STANDARD_INFREQUENT_ACCESS")),
                new FleetChange.ModifyTable(
                        table, new TableUpdate.CreateIndex(orders.indexes().get(0))),
                new FleetChange.ModifyTable(table, new TableUpdate.DeleteIndex("byStatus")),
                new FleetChange.DeleteTable(table));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void operationIsReadAsItWasAdded(Change change) {
        Operation operation = operation(change, NOON);

        await(ledger.add(operation, null, "a"));

        assertThat(await(ledger.find(Set.of(operation.id(), "operation:none", "", "ü".repeat(1025)))))
                .isEqualTo(Map.of(operation.id(), operation));
    }

    @Test
    void everyStateIsAnEntryThatStays() {
        Operation operation = operation(snapshot("one"), NOON);
        await(ledger.add(operation, null, "a"));
        Operation running = next(operation, OperationState.RUNNING, "one", null, List.of());
        Operation failed = next(
                running,
                OperationState.FAILED,
                "one",
                new Progress.Failed(ErrorCode.NOT_FOUND, "gone", "DBSnapshotNotFound"),
                List.of(new Reapplied("tags", true, "2 tags")));

        await(ledger.record(running, "a"));
        await(ledger.record(failed, "a"));

        assertThat(entries(operation.id())).containsExactly(operation, running, failed);
        assertThat(find(operation.id())).isEqualTo(failed);
    }

    @Test
    void sameKeyIsTheSameOperation() {
        Operation first = operation(snapshot("one"), NOON);
        Operation second = operation(snapshot("two"), NOON);
        await(ledger.add(first, "key", "a"));

        Operation answered = await(local.open().add(second, "key", "b"));

        assertThat(answered).isEqualTo(first);
        assertThat(await(ledger.findByKey("ada", "key"))).isEqualTo(first);
        assertThat(await(ledger.findByKey("bob", "key"))).isNull();
        assertThat(await(ledger.find(Set.of(second.id())))).isEmpty();
    }

    @Test
    void manyAtOnceWithOneKeyAreOneOperation() {
        List<Uni<Operation>> adds = IntStream.range(0, 20)
                .mapToObj(i -> local.open().add(operation(snapshot("raced"), NOON), "race", "replica-" + i))
                .toList();

        List<Operation> answers = await(Uni.join().all(adds).andFailFast());

        assertThat(Set.copyOf(answers)).hasSize(1);
        assertThat(await(ledger.list(null, Set.of(), null, 100))).hasSize(1);
    }

    @Test
    void oneOperationAtATimeIsAboutASubject() {
        Operation first = operation(snapshot("one"), NOON);
        await(ledger.add(first, null, "a"));

        assertCode(
                () -> await(ledger.add(operation(snapshot("one"), NOON), null, "a")),
                ErrorCode.FAILED_PRECONDITION,
                first.id());

        await(ledger.record(next(first, OperationState.SUCCEEDED, "one", null, List.of()), "a"));
        Operation again = operation(snapshot("one"), NOON);
        assertThat(await(ledger.add(again, null, "a"))).isEqualTo(again);
    }

    @Test
    void onlyTheHolderRecordsAndOnlyWhatItSaw() {
        Operation operation = operation(snapshot("one"), NOON);
        await(ledger.add(operation, null, "a"));
        Operation running = next(operation, OperationState.RUNNING, null, null, List.of());

        assertCode(() -> await(ledger.record(running, "b")), ErrorCode.CONFLICT, operation.id());
        await(ledger.record(running, "a"));
        assertCode(() -> await(ledger.record(running, "a")), ErrorCode.CONFLICT, operation.id());

        assertThat(find(operation.id())).isEqualTo(running);
    }

    @Test
    void leaseIsTakenOverOnlyAsItWasSeen() {
        Operation operation = operation(snapshot("one"), NOON);
        await(ledger.add(operation, null, "a"));
        Lease seen = await(ledger.leases()).get(0);

        Lease renewed = await(ledger.hold(seen, "a"));

        assertThat(seen).isEqualTo(new Lease(operation.id(), "a", 0));
        assertThat(renewed).isEqualTo(new Lease(operation.id(), "a", 1));
        assertThat(await(ledger.hold(seen, "b"))).isNull();
        assertThat(await(ledger.hold(new Lease(operation.id(), "a", 1), "b")))
                .isEqualTo(new Lease(operation.id(), "b", 2));
        assertThat(await(ledger.hold(new Lease(operation.id(), "a", 1), "a"))).isNull();
    }

    @Test
    void manyTakersGetOneLease() {
        Operation operation = operation(snapshot("one"), NOON);
        await(ledger.add(operation, null, "dead"));
        Lease seen = await(ledger.leases()).get(0);
        List<Uni<Boolean>> takers = IntStream.range(0, 20)
                .mapToObj(i -> local.open().hold(seen, "replica-" + i).map(lease -> lease != null))
                .toList();

        List<Boolean> taken = await(Uni.join().all(takers).andFailFast());

        assertThat(taken).containsOnlyOnce(true);
    }

    @Test
    void leaseThatWasGivenBackIsHeldByNobody() {
        Operation operation = operation(snapshot("one"), NOON);
        await(ledger.add(operation, null, "a"));

        await(ledger.release(new Lease(operation.id(), "a", 0)));

        assertThat(await(ledger.leases())).containsExactly(new Lease(operation.id(), "", 1));
    }

    @Test
    void endedOperationHasNoLease() {
        Operation operation = operation(snapshot("one"), NOON);
        await(ledger.add(operation, null, "a"));
        Lease seen = await(ledger.leases()).get(0);

        await(ledger.record(next(operation, OperationState.SUCCEEDED, null, null, List.of()), "a"));

        assertThat(await(ledger.leases())).isEmpty();
        assertThat(await(ledger.hold(seen, "a"))).isNull();
    }

    @Test
    void listIsNewestFirstInPages() {
        List<Operation> added = IntStream.range(0, 7)
                .mapToObj(i -> await(ledger.add(operation(snapshot("s" + i), NOON.plusSeconds(i)), null, "a")))
                .toList();

        List<Operation> paged = new ArrayList<>();
        Place after = null;
        while (true) {
            List<Operation> page = await(ledger.list(null, Set.of(), after, 3));
            if (page.isEmpty()) {
                break;
            }
            paged.addAll(page);
            Operation last = page.get(page.size() - 1);
            after = new Place(last.requestedAt(), last.id());
        }

        List<Operation> newestFirst = new ArrayList<>(added);
        Collections.reverse(newestFirst);
        assertThat(paged).isEqualTo(newestFirst);
    }

    @Test
    void listIsOfADatabaseAndOfStates() {
        DatabaseId copy = new DatabaseId(DatabaseKind.RDS_INSTANCE, "copy");
        Operation made = await(ledger.add(
                operation(new Change.RestoreToPointInTime(SOURCE, copy, null, List.of(), false), NOON), null, "a"));
        Operation ended = await(ledger.add(operation(snapshot("s"), NOON.plusSeconds(1)), null, "a"));
        Operation other = await(ledger.add(
                operation(new Change.SetBackupPolicy(new DatabaseId(DatabaseKind.DYNAMODB_TABLE, "T"), 3), NOON),
                null,
                "a"));
        ended = await(ledger.record(next(ended, OperationState.SUCCEEDED, null, null, List.of()), "a"));

        assertThat(await(ledger.list(copy, Set.of(), null, 10))).containsExactly(made);
        assertThat(await(ledger.list(SOURCE, Set.of(), null, 10))).containsExactly(ended, made);
        assertThat(await(ledger.list(SOURCE, Set.of(OperationState.SUCCEEDED), null, 10)))
                .containsExactly(ended);
        assertThat(await(ledger.list(null, Set.of(OperationState.PENDING, OperationState.RUNNING), null, 10)))
                .containsExactlyInAnyOrder(made, other);
    }

    @Test
    void missingTableIsNamed() {
        LocalLedger absent = LocalLedger.absent();

        assertCode(
                () -> await(absent.open().add(operation(snapshot("s"), NOON), null, "a")),
                ErrorCode.FAILED_PRECONDITION,
                absent.table());
        assertCode(() -> await(absent.open().leases()), ErrorCode.FAILED_PRECONDITION, "headgate.ledger.create-table");
    }

    private static Change snapshot(String name) {
        return new Change.CreateSnapshot(SOURCE, name, List.of());
    }

    private static Operation operation(Change change, Instant requestedAt) {
        DatabaseId database = change instanceof Change.SetBackupPolicy policy ? policy.database() : SOURCE;
        return new Operation(
                "operation:" + UUID.randomUUID(),
                change,
                database,
                "ada",
                requestedAt,
                OperationState.PENDING,
                null,
                0,
                null,
                0,
                null,
                null,
                List.of(),
                1);
    }

    private static Operation next(
            Operation before,
            OperationState state,
            @Nullable String key,
            Progress.@Nullable Failed error,
            List<Reapplied> reapplied) {
        return new Operation(
                before.id(),
                before.change(),
                before.database(),
                before.requestedBy(),
                before.requestedAt(),
                state,
                state.isFinal() ? NOON.plusSeconds(60) : null,
                before.sends() + 1,
                key,
                50,
                "table Orders is UPDATING",
                error,
                reapplied,
                before.revision() + 1);
    }

    private List<Operation> entries(String id) {
        return local
                .client()
                .query(request -> request.tableName(local.table())
                        .keyConditionExpression("id = :id AND entry > :head")
                        .expressionAttributeValues(
                                Map.of(":id", AttributeValue.fromS(id), ":head", AttributeValue.fromN("0"))))
                .join()
                .items()
                .stream()
                .map(item -> OperationJson.read(
                        Objects.requireNonNull(item.get("record")).s()))
                .toList();
    }

    private Operation find(String id) {
        return Objects.requireNonNull(await(ledger.find(Set.of(id))).get(id));
    }

    private static void assertCode(ThrowingCallable call, ErrorCode code, String said) {
        assertThatThrownBy(call).isInstanceOfSatisfying(GatewayException.class, failure -> {
            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure).hasMessageContaining(said);
        });
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }
}
