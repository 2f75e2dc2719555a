package io.headgate.localcloud.dynamodb;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import com.amazonaws.services.dynamodbv2.local.shared.access.LocalDBClient;
import com.amazonaws.services.dynamodbv2.local.shared.jobs.JobsRegister;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Lock;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;

/**
 * DynamoDB Local together with DynamoDB's backup operations, which it lacks: on-demand backups, point-in-time recovery,
 * restores and tags. Times are those of a clock of its own, except for the expiry of items.
 */
public final class RecoverableDynamoDb implements AutoCloseable {

    private static final int JOBS = 10;
    private static final long LOG_SIZE = 16 << 20;

    private final Background background = new Background();
    private final Object changeOfTables = new Object();
    private final LocalDynamoDBServerHandler dynamoDbLocal;
    private final Tables tables;
    private final ContinuousBackups continuousBackups;
    private final Backups backups;
    private final Restores restores;
    private final Tags tags;

    /**
     * Opens the tables of a directory, or none and in memory without one.
     *
     * @param copies where backups and journals are kept, in a directory that is made when it is needed; no earlier ones are
     *     found there
     */
    public static RecoverableDynamoDb open(@Nullable Path directory, Path copies, InstantSource clock) {
        return new RecoverableDynamoDb(directory, copies, clock);
    }

    private final ObservedStorage storage;

    private RecoverableDynamoDb(@Nullable Path directory, Path copies, InstantSource clock) {
        Stamps stamps = new Stamps(clock);
        ImageLogs logs = new ImageLogs(copies);
        this.storage = new ObservedStorage(
                directory == null
                        ? null
                        : directory.resolve("shared-local-instance.db").toFile(),
                stamps);
        AmazonDynamoDBLocal engine = new LocalDBClient(
                storage, new JobsRegister(Executors.newFixedThreadPool(JOBS, Background::daemon), false));
        this.dynamoDbLocal = new LocalDynamoDBServerHandler(new EngineRequests(engine), "*");
        this.tables = new Tables(engine.amazonDynamoDB(), storage);
        this.continuousBackups = new ContinuousBackups(tables, storage, stamps, logs, LOG_SIZE, background);
        this.backups = new Backups(tables, storage, stamps, logs, background);
        this.restores = new Restores(tables, storage, backups, continuousBackups, background);
        this.tags = new Tags(tables);
    }

    /** What answers requests. */
    public Handler handler() {
        return new BackupFront(
                dynamoDbLocal,
                Map.ofEntries(
                        Map.entry("CreateBackup", alone(backups::create)),
                        Map.entry("DescribeBackup", backups::describe),
                        Map.entry("ListBackups", backups::list),
                        Map.entry("DeleteBackup", alone(backups::delete)),
                        Map.entry("RestoreTableFromBackup", alone(restores::fromBackup)),
                        Map.entry("UpdateContinuousBackups", alone(continuousBackups::update)),
                        Map.entry("DescribeContinuousBackups", continuousBackups::describe),
                        Map.entry("RestoreTableToPointInTime", alone(restores::toPointInTime)),
                        Map.entry("TagResource", tags::tag),
                        Map.entry("UntagResource", tags::untag),
                        Map.entry("ListTagsOfResource", tags::list),
                        Map.entry("CreateTable", alone(this::createTable)),
                        Map.entry("DescribeTable", this::describeTable),
                        Map.entry("UpdateTable", alone(this::updateTable)),
                        Map.entry("DeleteTable", alone(this::deleteTable))));
    }

    /** Ends the open shards of a table's stream, each of which gets a child, as DynamoDB does every few hours. */
    public void rollShards(String table) {
        Lock lock = storage.getLockForTable(table).writeLock();
        lock.lock();
        try {
            storage.findAndRolloverActiveShards(table, 0);
        } finally {
            lock.unlock();
        }
    }

    /** Turns point-in-time recovery of a table on. */
    public void recoverToAnySecond(String table) {
        ObjectNode request = AwsJson.object().put("TableName", table);
        request.putObject("PointInTimeRecoverySpecification").put("PointInTimeRecoveryEnabled", true);
        alone(continuousBackups::update).answer(request);
    }

    /** One at a time, so that what is checked stays so. */
    private BackupFront.Operation alone(BackupFront.Operation operation) {
        return request -> {
            synchronized (changeOfTables) {
                return operation.answer(request);
            }
        };
    }

    private JsonNode createTable(JsonNode request) {
        ObjectNode response = tables.create(request);
        if (request.path("Tags").isArray()) {
            tags.set(response.path("TableDescription").path("TableName").asText(), request.path("Tags"));
        }
        return response;
    }

    private JsonNode describeTable(JsonNode request) {
        ObjectNode response = tables.describe(request);
        ObjectNode description = (ObjectNode) response.path("Table");
        restores.asClientsSee(description.path("TableName").asText(), description);
        return response;
    }

    private JsonNode updateTable(JsonNode request) {
        checkActive(name(request));
        return tables.update(request);
    }

    private JsonNode deleteTable(JsonNode request) {
        String table = name(request);
        checkActive(table);
        background.awaitReaders(table);
        Backup.Source source = continuousBackups.isEnabled(table) ? backups.source(table) : null;
        ObjectNode response = tables.delete(request);
        Journal journal = continuousBackups.stop(table);
        if (source != null && journal != null) {
            backups.createOfDeleted(source, journal);
        }
        restores.forget(table);
        tags.forget(table);
        return response;
    }

    /** The table of a request; an empty name, which no table has, where there is none to say. */
    private static String name(JsonNode request) {
        String name = request.path("TableName").asText();
        String table = AwsJson.tableOf(name);
        return table == null ? name : table;
    }

    private void checkActive(String table) {
        if (restores.isInProgress(table)) {
            throw new AwsFailure(
                    "ResourceInUseException",
                    "Attempt to change a resource which is still in use: Table is being created: " + table);
        }
    }

    /** Ends the work in the background, and closes the tables. */
    @Override
    public void close() {
        background.close();
        dynamoDbLocal.close();
    }
}
