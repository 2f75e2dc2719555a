package io.headgate.localcloud;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Writes many items to a DynamoDB table, several batches at a time. */
final class DynamoDbBatches {

    /** The most that one BatchWriteItem takes. */
    private static final int BATCH = 25;

    private static final int AT_A_TIME = 8;

    private final DynamoDbAsyncClient client;
    private final String table;
    private final Queue<List<WriteRequest>> waiting = new ConcurrentLinkedQueue<>();

    private DynamoDbBatches(DynamoDbAsyncClient client, String table) {
        this.client = client;
        this.table = table;
    }

    /** Puts the items, in any order, and returns when all are written. */
    static void put(DynamoDbAsyncClient client, String table, List<Map<String, AttributeValue>> items) {
        DynamoDbBatches batches = new DynamoDbBatches(client, table);
        for (int from = 0; from < items.size(); from += BATCH) {
            batches.waiting.add(items.subList(from, Math.min(from + BATCH, items.size())).stream()
                    .map(DynamoDbBatches::put)
                    .toList());
        }
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int lane = 0; lane < AT_A_TIME; lane++) {
            lanes.add(batches.writeWaiting());
        }
        try {
            CompletableFuture.allOf(lanes.toArray(CompletableFuture<?>[]::new)).join();
        } catch (CompletionException e) {
            throw new LocalCloudException("Cannot write to the DynamoDB table " + table + ": " + e.getMessage(), e);
        }
    }

    private static WriteRequest put(Map<String, AttributeValue> item) {
        return WriteRequest.builder()
                .putRequest(PutRequest.builder().item(item).build())
                .build();
    }

    private CompletableFuture<Void> writeWaiting() {
        List<WriteRequest> batch = waiting.poll();
        if (batch == null) {
            return CompletableFuture.completedFuture(null);
        }
        return client.batchWriteItem(request -> request.requestItems(Map.of(table, batch)))
                .thenCompose(response -> {
                    List<WriteRequest> unprocessed = response.unprocessedItems().getOrDefault(table, List.of());
                    if (!unprocessed.isEmpty()) {
                        waiting.add(unprocessed);
                    }
                    return writeWaiting();
                });
    }
}
