package io.headgate.localcloud.dynamodb;

import com.amazonaws.services.dynamodbv2.local.shared.access.QueryResultInfo;
import com.amazonaws.services.dynamodbv2.local.shared.model.AttributeValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a table as it was when the scan was {@linkplain #begin begun}, made while others write: it reads the table page by
 * page, and of each item that changes meanwhile it keeps what that was before. What was kept overrides what was read.
 */
final class ConsistentScan implements ChangeObserver {

    private static final long PAGE_BYTES = 4 << 20;
    private static final long MOST_ITEMS_OF_A_PAGE = 2_000;

    private final ObservedStorage storage;
    private final String table;
    private final ImageLog log;
    private final KeyNames names;
    private final long pageSize;
    private final ConcurrentMap<ByteBuffer, Optional<byte[]>> before = new ConcurrentHashMap<>();
    private volatile long moment;

    /**
     * A scan that has not begun.
     *
     * @param description the table's description, which says how large items are
     * @param log where the copy goes
     */
    ConsistentScan(ObservedStorage storage, JsonNode description, ImageLog log) {
        this.storage = storage;
        this.table = description.path("TableName").asText();
        this.log = log;
        this.names = storage.keyNames(table);
        long items = Math.max(1, description.path("ItemCount").asLong());
        long bytesOfAnItem = description.path("TableSizeBytes").asLong() / items + 1;
        this.pageSize = Math.max(1, Math.min(MOST_ITEMS_OF_A_PAGE, PAGE_BYTES / bytesOfAnItem));
    }

    /** Within {@link ObservedStorage#exclusively}: the copy shows this moment. */
    void begin(long now) {
        moment = now;
        storage.addObserver(table, this);
    }

    @Override
    public void changing(byte[] key, Supplier<byte @Nullable []> now) {
        before.computeIfAbsent(ByteBuffer.wrap(key), absent -> Optional.ofNullable(now.get()));
    }

    /** Reads the table, and fills the log. */
    void run() {
        try {
            Map<String, AttributeValue> from = null;
            do {
                QueryResultInfo page =
                        storage.queryRecords(table, null, null, from, pageSize, true, null, null, true, false);
                for (Map<String, AttributeValue> item : page.getReturnedRecords()) {
                    log.append(moment, names.keyOf(item), Items.toBytes(item));
                }
                Map<String, AttributeValue> last = page.getLastEvaluatedItem();
                from = last == null ? null : names.only(last);
            } while (from != null);
            storage.removeObserver(table, this);
            for (Map.Entry<ByteBuffer, Optional<byte[]>> each : before.entrySet()) {
                log.append(moment, each.getKey().array(), each.getValue().orElse(null));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            storage.removeObserver(table, this);
        }
    }
}
