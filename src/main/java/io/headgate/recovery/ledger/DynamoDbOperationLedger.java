package io.headgate.recovery.ledger;

import static io.headgate.recovery.ledger.LedgerItems.BEAT;
import static io.headgate.recovery.ledger.LedgerItems.DATABASE;
import static io.headgate.recovery.ledger.LedgerItems.HOLDER;
import static io.headgate.recovery.ledger.LedgerItems.OPERATION;
import static io.headgate.recovery.ledger.LedgerItems.RECORD;
import static io.headgate.recovery.ledger.LedgerItems.REVISION;
import static io.headgate.recovery.ledger.LedgerItems.STATE;
import static io.headgate.recovery.ledger.LedgerItems.TARGET;
import static io.headgate.recovery.ledger.LedgerItems.entry;
import static io.headgate.recovery.ledger.LedgerItems.item;
import static io.headgate.recovery.ledger.LedgerItems.keyId;
import static io.headgate.recovery.ledger.LedgerItems.lease;
import static io.headgate.recovery.ledger.LedgerItems.listKey;
import static io.headgate.recovery.ledger.LedgerItems.number;
import static io.headgate.recovery.ledger.LedgerItems.operation;
import static io.headgate.recovery.ledger.LedgerItems.pointer;
import static io.headgate.recovery.ledger.LedgerItems.subjectId;
import static io.headgate.recovery.ledger.LedgerItems.text;

import io.headgate.aws.AwsCalls;
import io.headgate.aws.AwsFailures;
import io.headgate.aws.Deadline;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.Operation;
import io.headgate.recovery.OperationLedger;
import io.headgate.recovery.OperationState;
import io.headgate.recovery.ledger.LedgerTransactions.Refused;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** The operations in a DynamoDB table, as {@link LedgerTable} lays it out. Reads by id are strongly consistent. */
public final class DynamoDbOperationLedger implements OperationLedger {

    private static final String IF_ABSENT = "attribute_not_exists(" + LedgerTable.ID + ")";

    /** The places of changes in the transaction that adds an operation. */
    private static final int SUBJECT_PLACE = 2;

    private static final int KEY_PLACE = 3;

    /** Of a partition key in DynamoDB, in bytes. */
    private static final int LONGEST_KEY = 2_048;

    private static final AwsFailures FAILURES = new AwsFailures("DynamoDB");

    private final DynamoDbAsyncClient client;
    private final String table;
    private final Duration timeout;
    private final Duration attemptTimeout;
    private final LedgerTransactions transactions;

    /** @param client one that sends no change again by itself: {@link io.headgate.aws.AwsClients#withoutBlindRetries} */
    public DynamoDbOperationLedger(DynamoDbAsyncClient client, LedgerConfig config) {
        this.client = client;
        this.table = config.table();
        this.timeout = config.timeout();
        this.attemptTimeout = config.attemptTimeout();
        this.transactions =
                new LedgerTransactions(client, attemptTimeout, failure -> translated(failure, FAILURES::ofChange));
    }

    @Override
    public Uni<Operation> add(Operation operation, @Nullable String idempotencyKey, String holder) {
        List<TransactWriteItem> changes = new ArrayList<>();
        changes.add(putIfAbsent(LedgerItems.head(operation, holder)));
        changes.add(putIfAbsent(entry(operation)));
        changes.add(putIfAbsent(pointer(subjectId(operation), operation)));
        if (idempotencyKey != null) {
            changes.add(putIfAbsent(pointer(keyId(operation.requestedBy(), idempotencyKey), operation)));
        }
        return Uni.createFrom()
                .deferred(() -> transactions.commit(changes, Deadline.in(timeout)))
                .replaceWith(operation)
                .onFailure(Refused.class)
                .recoverWithUni(refused -> refusal(refused, operation));
    }

    private Uni<Operation> refusal(Refused refused, Operation operation) {
        Map<String, AttributeValue> byKey = refused.item(KEY_PLACE);
        if (byKey != null) {
            return find(text(byKey, OPERATION));
        }
        Map<String, AttributeValue> bySubject = refused.item(SUBJECT_PLACE);
        if (bySubject != null && operation.id().equals(text(bySubject, OPERATION))) {
            // An earlier attempt, whose answer was lost, did it.
            return Uni.createFrom().item(operation);
        }
        String other = bySubject == null ? "another operation" : text(bySubject, OPERATION);
        return Uni.createFrom()
                .failure(GatewayException.of(
                        ErrorCode.FAILED_PRECONDITION,
                        other + " is under way and about " + operation.change().subject() + " too: wait for its end"));
    }

    private Uni<Operation> find(String id) {
        return find(Set.of(id)).map(found -> {
            Operation operation = found.get(id);
            if (operation == null) {
                throw GatewayException.of(ErrorCode.INTERNAL, "the ledger lacks " + id + ", which it refers to");
            }
            return operation;
        });
    }

    @Override
    public Uni<@Nullable Operation> findByKey(String requestedBy, String idempotencyKey) {
        return get(keyId(requestedBy, idempotencyKey))
                .chain(item -> item.isEmpty() ? Uni.createFrom().nullItem() : find(text(item, OPERATION)));
    }

    @Override
    public Uni<Map<String, Operation>> find(Set<String> ids) {
        List<String> keys =
                ids.stream().filter(DynamoDbOperationLedger::mayBeKey).toList();
        if (keys.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return Uni.join()
                .all(keys.stream().map(this::get).toList())
                .usingConcurrencyOf(8)
                .andFailFast()
                .map(items -> items.stream()
                        .filter(item -> item.containsKey(RECORD))
                        .map(LedgerItems::operation)
                        .collect(Collectors.toMap(Operation::id, Function.identity())));
    }

    private static boolean mayBeKey(String id) {
        return !id.isEmpty() && id.getBytes(StandardCharsets.UTF_8).length <= LONGEST_KEY;
    }

    private Uni<Map<String, AttributeValue>> get(String id) {
        GetItemRequest request = GetItemRequest.builder()
                .tableName(table)
                .key(item(id, 0))
                .consistentRead(true)
                .build();
        return Uni.createFrom()
                .deferred(
                        () -> AwsCalls.repeatable(() -> client.getItem(request), Deadline.in(timeout), attemptTimeout))
                .onFailure()
                .transform(failure -> translated(failure, FAILURES::ofRead))
                .map(answer -> answer.hasItem() ? answer.item() : Map.of());
    }

    @Override
    public Uni<List<Operation>> list(
            @Nullable DatabaseId database, Set<OperationState> states, @Nullable Place after, int limit) {
        Map<String, String> names = new HashMap<>(Map.of("#list", LedgerTable.LIST));
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":list", text(LedgerItems.ALL)));
        String keys = "#list = :list";
        if (after != null) {
            keys += " AND #listKey < :after";
            names.put("#listKey", LedgerTable.LIST_KEY);
            values.put(":after", text(listKey(after.requestedAt(), after.id())));
        }
        List<String> filters = new ArrayList<>();
        if (database != null) {
            filters.add("(#database = :database OR #target = :database)");
            names.putAll(Map.of("#database", DATABASE, "#target", TARGET));
            values.put(":database", text(database.toString()));
        }
        if (!states.isEmpty()) {
            states.forEach(state -> values.put(":" + state.name(), text(state.name())));
            filters.add(
                    "#state IN (" + states.stream().map(state -> ":" + state).collect(Collectors.joining(", ")) + ")");
            names.put("#state", STATE);
        }
        QueryRequest request = QueryRequest.builder()
                .tableName(table)
                .indexName(LedgerTable.BY_TIME)
                .keyConditionExpression(keys)
                .filterExpression(filters.isEmpty() ? null : String.join(" AND ", filters))
                .expressionAttributeNames(names)
                .expressionAttributeValues(values)
                .scanIndexForward(false)
                .limit(filters.isEmpty() ? limit : null)
                .build();
        return query(request, limit)
                .map(items -> items.stream().map(LedgerItems::operation).toList());
    }

    @Override
    public Uni<List<Lease>> leases() {
        QueryRequest request = QueryRequest.builder()
                .tableName(table)
                .indexName(LedgerTable.UNFINISHED)
                .keyConditionExpression("#open = :yes")
                .expressionAttributeNames(Map.of("#open", LedgerTable.OPEN))
                .expressionAttributeValues(Map.of(":yes", text(LedgerItems.YES)))
                .build();
        return query(request, Integer.MAX_VALUE)
                .map(items -> items.stream().map(LedgerItems::lease).toList());
    }

    /** Reads pages until there are as many items as wanted, or no more. */
    private Uni<List<Map<String, AttributeValue>>> query(QueryRequest first, int limit) {
        return Uni.createFrom().deferred(() -> query(first, limit, new ArrayList<>(), Deadline.in(timeout)));
    }

    private Uni<List<Map<String, AttributeValue>>> query(
            QueryRequest request, int limit, List<Map<String, AttributeValue>> found, Deadline deadline) {
        return AwsCalls.repeatable(() -> client.query(request), deadline, attemptTimeout)
                .onFailure()
                .transform(failure -> translated(failure, FAILURES::ofRead))
                .chain(page -> {
                    page.items().stream().limit(limit - found.size()).forEach(found::add);
                    return found.size() >= limit || !page.hasLastEvaluatedKey()
                            ? Uni.createFrom().item(found)
                            : query(
                                    request.toBuilder()
                                            .exclusiveStartKey(page.lastEvaluatedKey())
                                            .build(),
                                    limit,
                                    found,
                                    deadline);
                });
    }

    @Override
    public Uni<@Nullable Lease> hold(Lease seen, String holder) {
        // Whoever holds it already may have lost the answer to this.
        return beat(
                        seen.operation(),
                        "attribute_exists(#open) AND (#holder = :holder OR (#holder = :seen AND #beat = :beat))",
                        Map.of(
                                ":holder", text(holder),
                                ":seen", text(seen.holder()),
                                ":beat", number(seen.beat())),
                        Map.of("#open", LedgerTable.OPEN))
                .map(item -> item == null ? null : lease(item));
    }

    @Override
    public Uni<Void> release(Lease held) {
        return beat(
                        held.operation(),
                        "#holder = :seen AND #beat >= :beat",
                        Map.of(":holder", text(""), ":seen", text(held.holder()), ":beat", number(held.beat())),
                        Map.of())
                .replaceWithVoid();
    }

    /** Sets the lease's holder on a condition; {@code null} when that does not hold. */
    private Uni<@Nullable Map<String, AttributeValue>> beat(
            String id, String condition, Map<String, AttributeValue> values, Map<String, String> names) {
        Map<String, AttributeValue> all = new HashMap<>(values);
        all.put(":one", number(1));
        Map<String, String> allNames = new HashMap<>(names);
        allNames.putAll(Map.of("#holder", HOLDER, "#beat", BEAT));
        UpdateItemRequest request = UpdateItemRequest.builder()
                .tableName(table)
                .key(item(id, 0))
                .updateExpression("SET #holder = :holder ADD #beat :one")
                .conditionExpression(condition)
                .expressionAttributeNames(allNames)
                .expressionAttributeValues(all)
                .returnValues(ReturnValue.ALL_NEW)
                .build();
        return Uni.createFrom()
                .deferred(() ->
                        AwsCalls.repeatable(() -> client.updateItem(request), Deadline.in(timeout), attemptTimeout))
                .map(answer -> (@Nullable Map<String, AttributeValue>) answer.attributes())
                .onFailure(ConditionalCheckFailedException.class)
                .recoverWithNull()
                .onFailure()
                .transform(failure -> translated(failure, FAILURES::ofChange));
    }

    @Override
    public Uni<Operation> record(Operation next, String holder) {
        boolean ends = next.state().isFinal();
        Update head = Update.builder()
                .tableName(table)
                .key(item(next.id(), 0))
                .updateExpression("SET #record = :record, #revision = :revision, #state = :state, #target = :target"
                        + (ends ? " REMOVE #open" : ""))
                .conditionExpression("#holder = :holder AND #revision = :before")
                .expressionAttributeNames(names(ends))
                .expressionAttributeValues(Map.of(
                        ":record", text(OperationJson.write(next)),
                        ":revision", number(next.revision()),
                        ":state", text(next.state().name()),
                        ":target", text(String.valueOf(next.target())),
                        ":holder", text(holder),
                        ":before", number(next.revision() - 1)))
                .build();
        List<TransactWriteItem> changes = new ArrayList<>();
        changes.add(TransactWriteItem.builder().update(head).build());
        changes.add(putIfAbsent(entry(next)));
        if (ends) {
            changes.add(TransactWriteItem.builder().delete(freeSubject(next)).build());
        }
        return Uni.createFrom()
                .deferred(() -> transactions.commit(changes, Deadline.in(timeout)))
                .replaceWith(next)
                .onFailure(Refused.class)
                .transform(refused -> GatewayException.of(
                        ErrorCode.CONFLICT, next.id() + " was changed by another replica, or its lease is held there"));
    }

    private static Map<String, String> names(boolean ends) {
        Map<String, String> names = new HashMap<>(Map.of(
                "#record", RECORD, "#revision", REVISION, "#state", STATE, "#target", TARGET, "#holder", HOLDER));
        if (ends) {
            names.put("#open", LedgerTable.OPEN);
        }
        return names;
    }

    private Delete freeSubject(Operation operation) {
        return Delete.builder()
                .tableName(table)
                .key(item(subjectId(operation), 0))
                .conditionExpression("#operation = :operation")
                .expressionAttributeNames(Map.of("#operation", OPERATION))
                .expressionAttributeValues(Map.of(":operation", text(operation.id())))
                .build();
    }

    private GatewayException translated(Throwable failure, Function<Throwable, GatewayException> meaning) {
        return failure instanceof ResourceNotFoundException
                ? GatewayException.ofAws(
                        ErrorCode.FAILED_PRECONDITION,
                        "DynamoDB has no table " + table + " in this account and region, which operations are recorded"
                                + " in: create it, or set headgate.ledger.table or headgate.ledger.create-table",
                        AwsFailures.errorCode(failure),
                        failure)
                : meaning.apply(failure);
    }

    private TransactWriteItem putIfAbsent(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(Put.builder()
                        .tableName(table)
                        .item(item)
                        .conditionExpression(IF_ABSENT)
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                        .build())
                .build();
    }
}
