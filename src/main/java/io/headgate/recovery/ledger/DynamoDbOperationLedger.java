package io.headgate.recovery.ledger;

import io.headgate.aws.AwsCalls;
import io.headgate.aws.AwsFailures;
import io.headgate.aws.Backoff;
import io.headgate.aws.Deadline;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.Operation;
import io.headgate.recovery.OperationLedger;
import io.headgate.recovery.OperationState;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** The operations in a DynamoDB table, as {@link LedgerTable} lays it out. Reads by id are strongly consistent. */
public final class DynamoDbOperationLedger implements OperationLedger {

    private static final String RECORD = "record";
    private static final String HOLDER = "holder";
    private static final String BEAT = "beat";
    private static final String REVISION = "revision";
    private static final String OPERATION = "operation";
    private static final String STATE = "state";
    private static final String DATABASE = "database";
    private static final String TARGET = "target";
    private static final String ALL = "operations";
    private static final String YES = "yes";
    private static final String KEY_PREFIX = "key:";
    private static final String SUBJECT_PREFIX = "subject:";

    private static final String IF_ABSENT = "attribute_not_exists(" + LedgerTable.ID + ")";
    private static final String CONDITION_FAILED = "ConditionalCheckFailed";

    /** The places of changes in the transaction that adds an operation. */
    private static final int SUBJECT_PLACE = 2;

    private static final int KEY_PLACE = 3;

    private static final Backoff CONFLICT = new Backoff(Duration.ofMillis(20), Duration.ofMillis(500));
    private static final AwsFailures FAILURES = new AwsFailures("DynamoDB");

    /** All of the same length, so that they sort as the instants do. */
    private static final DateTimeFormatter SORTABLE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private final DynamoDbAsyncClient client;
    private final String table;
    private final Duration timeout;
    private final Duration attemptTimeout;

    /** @param client one that sends no change again by itself: {@link io.headgate.aws.AwsClients#withoutBlindRetries} */
    public DynamoDbOperationLedger(DynamoDbAsyncClient client, LedgerConfig config) {
        if (config.timeout().toMillis() < 1 || config.attemptTimeout().toMillis() < 1) {
            throw new IllegalArgumentException(
                    "headgate.ledger.timeout and headgate.ledger.attempt-timeout must be at least 1ms");
        }
        this.client = client;
        this.table = config.table();
        this.timeout = config.timeout();
        this.attemptTimeout = config.attemptTimeout();
    }

    @Override
    public Uni<Operation> add(Operation operation, @Nullable String idempotencyKey, String holder) {
        List<TransactWriteItem> changes = new ArrayList<>();
        Map<String, AttributeValue> head = item(operation.id(), 0);
        head.put(LedgerTable.LIST, text(ALL));
        head.put(LedgerTable.LIST_KEY, text(listKey(operation.requestedAt(), operation.id())));
        head.put(LedgerTable.OPEN, text(YES));
        head.put(HOLDER, text(holder));
        head.put(BEAT, number(0));
        head.put(DATABASE, text(operation.database().toString()));
        head.put(TARGET, text(String.valueOf(operation.target())));
        head.put(STATE, text(operation.state().name()));
        head.put(REVISION, number(operation.revision()));
        head.put(RECORD, text(OperationJson.write(operation)));
        changes.add(putIfAbsent(head));
        changes.add(putIfAbsent(entry(operation)));
        changes.add(putIfAbsent(pointer(subjectId(operation), operation)));
        if (idempotencyKey != null) {
            changes.add(putIfAbsent(pointer(keyId(operation.requestedBy(), idempotencyKey), operation)));
        }
        return Uni.createFrom()
                .deferred(() -> transact(changes, Deadline.in(timeout), 1))
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
        if (ids.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return Uni.join()
                .all(ids.stream().map(this::get).toList())
                .usingConcurrencyOf(8)
                .andFailFast()
                .map(items -> items.stream()
                        .filter(item -> item.containsKey(RECORD))
                        .map(DynamoDbOperationLedger::operation)
                        .collect(Collectors.toMap(Operation::id, Function.identity())));
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
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":list", text(ALL)));
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
                .map(items ->
                        items.stream().map(DynamoDbOperationLedger::operation).toList());
    }

    @Override
    public Uni<List<Lease>> leases() {
        QueryRequest request = QueryRequest.builder()
                .tableName(table)
                .indexName(LedgerTable.UNFINISHED)
                .keyConditionExpression("#open = :yes")
                .expressionAttributeNames(Map.of("#open", LedgerTable.OPEN))
                .expressionAttributeValues(Map.of(":yes", text(YES)))
                .build();
        return query(request, Integer.MAX_VALUE)
                .map(items -> items.stream().map(DynamoDbOperationLedger::lease).toList());
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
                .deferred(() -> transact(changes, Deadline.in(timeout), 1))
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

    /**
     * Makes all changes, none, or fails with {@link Refused}. Where its answer is lost it is sent again with the same token,
     * which DynamoDB executes no second time.
     */
    private Uni<Void> transact(List<TransactWriteItem> changes, Deadline deadline, int attempt) {
        TransactWriteItemsRequest request = TransactWriteItemsRequest.builder()
                .transactItems(changes)
                .clientRequestToken(UUID.randomUUID().toString())
                .build();
        return AwsCalls.repeatable(() -> client.transactWriteItems(request), deadline, attemptTimeout)
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    Refused refused = failure instanceof TransactionCanceledException cancelled
                            ? new Refused(cancelled.cancellationReasons())
                            : null;
                    if (refused != null && refused.isOfConditions()) {
                        return Uni.createFrom().failure(refused);
                    }
                    Duration pause = CONFLICT.pause(attempt);
                    return refused != null && deadline.allows(pause)
                            ? AwsCalls.pause(pause).chain(() -> transact(changes, deadline, attempt + 1))
                            : Uni.createFrom().failure(translated(failure, FAILURES::ofChange));
                });
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

    private static Map<String, AttributeValue> entry(Operation operation) {
        Map<String, AttributeValue> entry = item(operation.id(), operation.revision());
        entry.put(RECORD, text(OperationJson.write(operation)));
        entry.put("at", text(Instant.now().toString()));
        return entry;
    }

    private static Map<String, AttributeValue> pointer(String id, Operation operation) {
        Map<String, AttributeValue> pointer = item(id, 0);
        pointer.put(OPERATION, text(operation.id()));
        return pointer;
    }

    private static Map<String, AttributeValue> item(String id, int entry) {
        return new HashMap<>(Map.of(LedgerTable.ID, text(id), LedgerTable.ENTRY, number(entry)));
    }

    /** The caller's length is told, so that no two pairs of caller and key are one text. */
    private static String keyId(String requestedBy, String idempotencyKey) {
        return KEY_PREFIX + requestedBy.length() + ":" + requestedBy + ":" + idempotencyKey;
    }

    private static String subjectId(Operation operation) {
        return SUBJECT_PREFIX + operation.change().subject();
    }

    private static String listKey(Instant requestedAt, String id) {
        return SORTABLE.format(requestedAt) + " " + id;
    }

    private static Operation operation(Map<String, AttributeValue> item) {
        return OperationJson.read(text(item, RECORD));
    }

    private static Lease lease(Map<String, AttributeValue> item) {
        return new Lease(
                text(item, LedgerTable.ID),
                text(item, HOLDER),
                Long.parseLong(attribute(item, BEAT).n()));
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        return attribute(item, name).s();
    }

    private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        if (value == null) {
            throw GatewayException.of(ErrorCode.INTERNAL, "an item of the ledger has no " + name);
        }
        return value;
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    /** Conditions of a transaction did not hold, or something else was changing the same items; nothing was changed. */
    private static final class Refused extends RuntimeException {

        private final transient List<CancellationReason> reasons;

        Refused(List<CancellationReason> reasons) {
            super("refused", null, false, false);
            this.reasons = reasons;
        }

        boolean isOfConditions() {
            return reasons.stream().anyMatch(reason -> CONDITION_FAILED.equals(reason.code()));
        }

        /** The item that was there instead, by the change's place; {@code null} when that change was not refused. */
        @Nullable
        Map<String, AttributeValue> item(int place) {
            boolean isRefused = place < reasons.size()
                    && CONDITION_FAILED.equals(reasons.get(place).code());
            return isRefused ? reasons.get(place).item() : null;
        }
    }
}
