package io.headgate.recovery.ledger;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Operation;
import io.headgate.recovery.OperationLedger.Lease;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The items of the ledger, as {@link LedgerTable} lays them out, and what they say. */
final class LedgerItems {

    static final String RECORD = "record";
    static final String HOLDER = "holder";
    static final String BEAT = "beat";
    static final String REVISION = "revision";
    static final String OPERATION = "operation";
    static final String STATE = "state";
    static final String DATABASE = "database";
    static final String TARGET = "target";
    static final String ALL = "operations";
    static final String YES = "yes";
    private static final String KEY_PREFIX = "key:";
    private static final String SUBJECT_PREFIX = "subject:";

    /** All of the same length, so that they sort as the instants do. */
    private static final DateTimeFormatter SORTABLE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private LedgerItems() {}

    /** A new operation as it is now, and who holds its lease. */
    static Map<String, AttributeValue> head(Operation operation, String holder) {
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
        return head;
    }

    /** An operation as it is at one of its revisions. */
    static Map<String, AttributeValue> entry(Operation operation) {
        Map<String, AttributeValue> entry = item(operation.id(), operation.revision());
        entry.put(RECORD, text(OperationJson.write(operation)));
        entry.put("at", text(Instant.now().toString()));
        return entry;
    }

    /** What leads from a key or a subject to its operation. */
    static Map<String, AttributeValue> pointer(String id, Operation operation) {
        Map<String, AttributeValue> pointer = item(id, 0);
        pointer.put(OPERATION, text(operation.id()));
        return pointer;
    }

    /** An item that has nothing but its key, and can be added to. */
    static Map<String, AttributeValue> item(String id, int entry) {
        return new HashMap<>(Map.of(LedgerTable.ID, text(id), LedgerTable.ENTRY, number(entry)));
    }

    /** The caller's length is told, so that no two pairs of caller and key are one text. */
    static String keyId(String requestedBy, String idempotencyKey) {
        return KEY_PREFIX + requestedBy.length() + ":" + requestedBy + ":" + idempotencyKey;
    }

    static String subjectId(Operation operation) {
        return SUBJECT_PREFIX + operation.change().subject();
    }

    static String listKey(Instant requestedAt, String id) {
        return SORTABLE.format(requestedAt) + " " + id;
    }

    static Operation operation(Map<String, AttributeValue> item) {
        return OperationJson.read(text(item, RECORD));
    }

    static Lease lease(Map<String, AttributeValue> item) {
        return new Lease(
                text(item, LedgerTable.ID),
                text(item, HOLDER),
                Long.parseLong(attribute(item, BEAT).n()));
    }

    static String text(Map<String, AttributeValue> item, String name) {
        return attribute(item, name).s();
    }

    private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        if (value == null) {
            throw GatewayException.of(ErrorCode.INTERNAL, "an item of the ledger has no " + name);
        }
        return value;
    }

    static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }
}
