package io.headgate.recovery.dynamodb;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/**
 * Sets what DynamoDB does not restore, one setting after the other: those first that leave the table ACTIVE, for while it is
 * UPDATING it takes no other change.
 */
final class TableReapply {

    private final AwsWork<DynamoDbAsyncClient> dynamoDb;
    private final Restore restore;
    private final TableDescription target;

    private TableReapply(AwsWork<DynamoDbAsyncClient> dynamoDb, Restore restore, TableDescription target) {
        this.dynamoDb = dynamoDb;
        this.restore = restore;
        this.target = target;
    }

    static Uni<List<Reapplied>> reapply(AwsWork<DynamoDbAsyncClient> dynamoDb, Restore restore) {
        String name = restore.target().name();
        return Tables.find(dynamoDb, name).chain(target -> {
            if (target == null) {
                return Uni.createFrom()
                        .failure(GatewayException.of(
                                ErrorCode.NOT_FOUND,
                                "table " + name + " is not there any more: somebody deleted it after it was restored"));
            }
            TableReapply reapply = new TableReapply(dynamoDb, restore, target);
            return restore.reapply()
                    ? TableSettings.ofSource(dynamoDb, restore).chain(reapply::asSource)
                    : inOrder(reapply.tags(List.of()));
        });
    }

    private Uni<List<Reapplied>> asSource(TableSettings source) {
        List<Supplier<Uni<Reapplied>>> steps = new ArrayList<>(tags(source.tags()));
        String timeToLive = source.timeToLive();
        if (timeToLive != null) {
            steps.add(() -> timeToLive(timeToLive));
        }
        Integer days = source.recoveryDays();
        if (days != null) {
            steps.add(() -> recovery(days));
        }
        String policy = source.policy();
        TableDescription table = source.table();
        if (policy != null && table != null) {
            steps.add(() -> policy(policy.replace(table.tableArn(), target.tableArn())));
        }
        steps.addAll(tableSettings(source));
        return inOrder(steps).map(set -> {
            List<Reapplied> all = new ArrayList<>(set);
            all.addAll(leftToPeople(source));
            return all;
        });
    }

    private List<Supplier<Uni<Reapplied>>> tags(List<Tag> ofSource) {
        List<Tag> wanted = TableRules.TAGS.wanted(restore.tags(), ofSource);
        if (wanted.isEmpty()) {
            return List.of();
        }
        var tags = wanted.stream()
                .map(tag -> software.amazon.awssdk.services.dynamodb.model.Tag.builder()
                        .key(tag.key())
                        .value(tag.value())
                        .build())
                .toList();
        return List.of(() -> set(
                "tags",
                tags.size() + " tags are set",
                dynamoDb.repeatableChange(client -> client.tagResource(
                        request -> request.resourceArn(target.tableArn()).tags(tags)))));
    }

    private Uni<Reapplied> timeToLive(String attribute) {
        String name = "time to live (TTL)";
        String set = "items expire by the attribute " + attribute;
        return dynamoDb.read(client -> client.describeTimeToLive(request -> request.tableName(target.tableName())))
                .chain(described -> isOn(described.timeToLiveDescription(), attribute)
                        ? Uni.createFrom().item(new Reapplied(name, true, set))
                        : set(
                                name,
                                set,
                                dynamoDb.checkedChange(client ->
                                        client.updateTimeToLive(request -> request.tableName(target.tableName())
                                                .timeToLiveSpecification(
                                                        to -> to.enabled(true).attributeName(attribute))))));
    }

    private Uni<Reapplied> recovery(int days) {
        return set(
                "point-in-time recovery",
                "it is on, for " + days + " days",
                dynamoDb.repeatableChange(client ->
                        client.updateContinuousBackups(request -> request.tableName(target.tableName())
                                .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)
                                        .recoveryPeriodInDays(days)))));
    }

    private Uni<Reapplied> policy(String policy) {
        return set(
                "resource policy",
                "it is the source's, and names the new table",
                dynamoDb.repeatableChange(client -> client.putResourcePolicy(
                        request -> request.resourceArn(target.tableArn()).policy(policy))));
    }

    /** The stream and the deletion protection, which one request sets. */
    private List<Supplier<Uni<Reapplied>>> tableSettings(TableSettings source) {
        List<Supplier<Uni<Reapplied>>> steps = new ArrayList<>();
        UpdateTableRequest.Builder request = UpdateTableRequest.builder().tableName(target.tableName());
        List<String> names = new ArrayList<>();
        StreamSpecification stream = source.stream();
        if (stream != null) {
            String set = "it has " + stream.streamViewTypeAsString();
            if (isOn(target.streamSpecification())) {
                steps.add(() -> Uni.createFrom().item(new Reapplied("stream", true, set)));
            } else {
                request.streamSpecification(stream);
                names.add("stream");
            }
        }
        if (source.deletionProtection()) {
            if (Boolean.TRUE.equals(target.deletionProtectionEnabled())) {
                steps.add(() -> Uni.createFrom().item(new Reapplied("deletion protection", true, "it is on")));
            } else {
                request.deletionProtectionEnabled(true);
                names.add("deletion protection");
            }
        }
        if (!names.isEmpty()) {
            steps.add(() -> set(
                    String.join(" and ", names),
                    "being set as the source has it",
                    dynamoDb.checkedChange(client -> client.updateTable(request.build()))));
        }
        return steps;
    }

    private static List<Reapplied> leftToPeople(TableSettings source) {
        List<Reapplied> left = new ArrayList<>();
        if (source.table() == null) {
            left.add(new Reapplied(
                    "settings of the source",
                    false,
                    "the source is gone: set tags, point-in-time recovery and deletion protection by hand"));
        }
        source.unread().forEach((name, why) -> left.add(new Reapplied(name, false, "it could not be read: " + why)));
        if (source.isProvisioned()) {
            left.add(new Reapplied(
                    "auto scaling", false, "register the new table and its policies with Application Auto Scaling"));
        }
        left.add(new Reapplied(
                "IAM policies", false, "those that name the source do not allow the new table: add its ARN"));
        left.add(new Reapplied(
                "CloudWatch alarms", false, "they name the source: create them for the new table in CloudWatch"));
        return left;
    }

    /** A refusal is reported; where DynamoDB did not answer, or is busy, all of it may be tried again. */
    private static Uni<Reapplied> set(String name, String message, Uni<?> change) {
        return change.map(done -> new Reapplied(name, true, message))
                .onFailure(AwsFailures::isFinal)
                .recoverWithItem(refusal -> new Reapplied(name, false, ((GatewayException) refusal).getMessage()));
    }

    private static Uni<List<Reapplied>> inOrder(List<Supplier<Uni<Reapplied>>> steps) {
        return Multi.createFrom()
                .iterable(steps)
                .onItem()
                .transformToUniAndConcatenate(Supplier::get)
                .collect()
                .asList();
    }

    private static boolean isOn(TimeToLiveDescription description, String attribute) {
        return attribute.equals(description.attributeName())
                && (description.timeToLiveStatus() == TimeToLiveStatus.ENABLED
                        || description.timeToLiveStatus() == TimeToLiveStatus.ENABLING);
    }

    private static boolean isOn(StreamSpecification stream) {
        return stream != null && Boolean.TRUE.equals(stream.streamEnabled());
    }
}
