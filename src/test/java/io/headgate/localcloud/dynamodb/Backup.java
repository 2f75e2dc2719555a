package io.headgate.localcloud.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A backup of a table: its items at one moment, and what the table was then. */
final class Backup implements ImageSource {

    enum Type {
        USER,
        SYSTEM
    }

    private enum Status {
        CREATING,
        AVAILABLE,
        DELETED
    }

    private final String arn;
    private final String name;
    private final Type type;
    private final Source source;
    private final Instant created;
    private final @Nullable Instant expires;
    private final ImageLog items;
    private final AtomicInteger restores = new AtomicInteger();
    private volatile Status status = Status.CREATING;
    private volatile long size;

    /**
     * What is kept of a table.
     *
     * @param table its {@code TableDescription}
     * @param timeToLive its {@code TimeToLiveDescription}
     */
    record Source(ObjectNode table, JsonNode timeToLive) {
        String name() {
            return table.path("TableName").asText();
        }

        String arn() {
            return table.path("TableArn").asText();
        }

        /** DynamoDB Local gives tables no id. */
        String id() {
            String identity = arn() + table.path("CreationDateTime");
            return UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8))
                    .toString();
        }
    }

    Backup(
            String arn,
            String name,
            Type type,
            Source source,
            Instant created,
            @Nullable Instant expires,
            ImageLog items) {
        this.arn = arn;
        this.name = name;
        this.type = type;
        this.source = source;
        this.created = created;
        this.expires = expires;
        this.items = items;
    }

    String arn() {
        return arn;
    }

    Type type() {
        return type;
    }

    Source source() {
        return source;
    }

    Instant created() {
        return created;
    }

    @Nullable
    Instant expires() {
        return expires;
    }

    /** The log to fill. */
    ImageLog items() {
        return items;
    }

    void isComplete() {
        size = source.table.path("TableSizeBytes").asLong();
        status = Status.AVAILABLE;
    }

    /** Opens the backup for a restore, which closes it. */
    ImageSource open() {
        checkAvailable();
        restores.incrementAndGet();
        return this;
    }

    @Override
    public TableImage image() {
        TableImage image = new TableImage();
        image.apply(items, Long.MAX_VALUE);
        return image;
    }

    @Override
    public void close() {
        restores.decrementAndGet();
    }

    /** Whether it is being restored. */
    boolean isInUse() {
        return restores.get() > 0;
    }

    void delete() {
        checkAvailable();
        if (isInUse()) {
            throw new AwsFailure("BackupInUseException", "Backup is being used to restore a table: " + arn);
        }
        status = Status.DELETED;
        items.close();
    }

    private void checkAvailable() {
        if (status == Status.CREATING) {
            throw new AwsFailure("BackupInUseException", "Backup is being created: " + arn);
        }
    }

    /** {@code BackupDetails}. */
    ObjectNode details() {
        ObjectNode details = AwsJson.object()
                .put("BackupArn", arn)
                .put("BackupName", name)
                .put("BackupSizeBytes", size)
                .put("BackupStatus", status.name())
                .put("BackupType", type.name())
                .put("BackupCreationDateTime", AwsJson.seconds(created));
        if (expires != null) {
            details.put("BackupExpiryDateTime", AwsJson.seconds(expires));
        }
        return details;
    }

    /** {@code BackupSummary}. */
    ObjectNode summary() {
        return details()
                .put("TableName", source.name())
                .put("TableId", source.id())
                .put("TableArn", source.arn());
    }

    /** {@code BackupDescription}. */
    ObjectNode description() {
        ObjectNode description = AwsJson.object();
        description.set("BackupDetails", details());
        description.set("SourceTableDetails", sourceDetails());
        description.set("SourceTableFeatureDetails", featureDetails());
        return description;
    }

    private ObjectNode sourceDetails() {
        ObjectNode table = source.table;
        ObjectNode details = AwsJson.object()
                .put("TableName", source.name())
                .put("TableId", source.id())
                .put("TableArn", source.arn())
                .put("BillingMode", TableSchemas.billingMode(table));
        details.set("TableSizeBytes", table.path("TableSizeBytes"));
        details.set("ItemCount", table.path("ItemCount"));
        details.set("KeySchema", table.path("KeySchema"));
        details.set("TableCreationDateTime", table.path("CreationDateTime"));
        details.set("ProvisionedThroughput", TableSchemas.units(table.path("ProvisionedThroughput")));
        return details;
    }

    private ObjectNode featureDetails() {
        ObjectNode table = source.table;
        ObjectNode details = AwsJson.object();
        for (String kind : List.of("LocalSecondaryIndexes", "GlobalSecondaryIndexes")) {
            if (!table.path(kind).isEmpty()) {
                ArrayNode indexes = details.putArray(kind);
                for (JsonNode index : table.path(kind)) {
                    ObjectNode info = TableSchemas.index(index);
                    if (index.has("ProvisionedThroughput")) {
                        info.set("ProvisionedThroughput", TableSchemas.units(index.path("ProvisionedThroughput")));
                    }
                    indexes.add(info);
                }
            }
        }
        if (table.hasNonNull("StreamSpecification")) {
            details.set("StreamDescription", table.path("StreamSpecification"));
        }
        if (source.timeToLive.isObject()) {
            details.set("TimeToLiveDescription", source.timeToLive);
        }
        return details;
    }
}
