package io.headgate.recovery.dynamodb;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsWork;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.Change.RestoreToPointInTime;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BackupDescription;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.PolicyNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.SourceTableFeatureDetails;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/**
 * What the source of a restore has that DynamoDB does not restore. Of a table that is gone a backup still tells the stream
 * and the time to live. What DynamoDB refuses to tell is kept as such, and the rest is told.
 */
final class TableSettings {

    private final @Nullable BackupDescription backup;
    private final @Nullable TableDescription table;
    private final Map<String, String> unread = new ConcurrentHashMap<>();

    private volatile List<Tag> tags = List.of();
    private volatile @Nullable String timeToLive;
    private volatile @Nullable Integer recoveryDays;
    private volatile @Nullable String policy;

    private TableSettings(@Nullable BackupDescription backup, @Nullable TableDescription table) {
        this.backup = backup;
        this.table = table;
        SourceTableFeatureDetails kept = backup == null ? null : backup.sourceTableFeatureDetails();
        if (kept != null) {
            timeToLive = attribute(kept.timeToLiveDescription());
        }
    }

    static Uni<TableSettings> ofSource(AwsWork<DynamoDbAsyncClient> dynamoDb, Restore restore) {
        if (restore instanceof RestoreSnapshot fromSnapshot) {
            return Backups.find(dynamoDb, fromSnapshot.snapshot().key())
                    .chain(backup -> backup == null
                            ? Uni.createFrom().item(new TableSettings(null, null))
                            : of(dynamoDb, Backups.table(backup), backup));
        }
        return of(dynamoDb, ((RestoreToPointInTime) restore).source().name(), null);
    }

    private static Uni<TableSettings> of(
            AwsWork<DynamoDbAsyncClient> dynamoDb, String name, @Nullable BackupDescription backup) {
        return Tables.find(dynamoDb, name).chain(table -> {
            TableSettings settings = new TableSettings(backup, table);
            return table == null ? Uni.createFrom().item(settings) : settings.read(dynamoDb, table);
        });
    }

    private Uni<TableSettings> read(AwsWork<DynamoDbAsyncClient> dynamoDb, TableDescription source) {
        String name = source.tableName();
        String arn = source.tableArn();
        return AwsWork.together(List.of(
                        part("tags", Tables.tags(dynamoDb, arn), read -> tags = read),
                        part(
                                "time to live (TTL)",
                                dynamoDb.read(client -> client.describeTimeToLive(request -> request.tableName(name))),
                                read -> timeToLive = attribute(read.timeToLiveDescription())),
                        part(
                                "point-in-time recovery",
                                Tables.backups(dynamoDb, name),
                                read -> recoveryDays = read == null ? null : Tables.recoveryDays(read)),
                        part(
                                "resource policy",
                                dynamoDb.find(
                                        client -> client.getResourcePolicy(request -> request.resourceArn(arn)),
                                        PolicyNotFoundException.class),
                                read -> policy = read == null ? null : read.policy())))
                .replaceWith(this);
    }

    private <T> Uni<Boolean> part(String setting, Uni<T> reading, Consumer<T> keep) {
        return reading.invoke(keep)
                .replaceWith(true)
                .onFailure(AwsFailures::isFinal)
                .recoverWithItem(refusal -> {
                    unread.put(setting, ((GatewayException) refusal).getMessage());
                    return false;
                });
    }

    /** The backup; {@code null} when it is a restore to a point in time, or there is none. */
    @Nullable
    BackupDescription backup() {
        return backup;
    }

    /** The table, {@code null} when it is gone. */
    @Nullable
    TableDescription table() {
        return table;
    }

    List<Tag> tags() {
        return tags.stream().filter(tag -> TableRules.TAGS.isFree(tag.key())).toList();
    }

    /** The attribute that holds when an item expires, {@code null} when items do not. */
    @Nullable
    String timeToLive() {
        return timeToLive;
    }

    /** How many days back it can be restored, {@code null} when point-in-time recovery is off. */
    @Nullable
    Integer recoveryDays() {
        return recoveryDays;
    }

    /** The resource-based policy, {@code null} when there is none. */
    @Nullable
    String policy() {
        return policy;
    }

    /** The stream, {@code null} when there is none. */
    @Nullable
    StreamSpecification stream() {
        StreamSpecification stream = null;
        if (table != null) {
            stream = table.streamSpecification();
        } else if (backup != null && backup.sourceTableFeatureDetails() != null) {
            stream = backup.sourceTableFeatureDetails().streamDescription();
        }
        return stream != null && Boolean.TRUE.equals(stream.streamEnabled()) ? stream : null;
    }

    boolean deletionProtection() {
        return table != null && Boolean.TRUE.equals(table.deletionProtectionEnabled());
    }

    /** Whether its capacity is provisioned, which auto scaling may change; assumed of a table that is gone. */
    boolean isProvisioned() {
        return table == null
                || table.billingModeSummary() == null
                || table.billingModeSummary().billingMode() == BillingMode.PROVISIONED;
    }

    /** The settings that DynamoDB refused to tell, and why. */
    Map<String, String> unread() {
        return unread;
    }

    private static @Nullable String attribute(@Nullable TimeToLiveDescription description) {
        return description != null
                        && (description.timeToLiveStatus() == TimeToLiveStatus.ENABLED
                                || description.timeToLiveStatus() == TimeToLiveStatus.ENABLING)
                ? description.attributeName()
                : null;
    }
}
