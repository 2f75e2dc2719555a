package io.headgate.table;

import io.headgate.table.TableDetails.Billing;
import io.headgate.table.TableDetails.Index;
import io.headgate.table.TableDetails.KeyAttribute;
import io.headgate.table.TableDetails.Recovery;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableClass;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** DynamoDB's descriptions as {@link TableDetails}. */
final class TableDescriptions {

    private static final int DEFAULT_RECOVERY_DAYS = 35;

    private TableDescriptions() {}

    static TableDetails details(TableDescription table, @Nullable ContinuousBackupsDescription backups) {
        Map<String, String> types = table.attributeDefinitions().stream()
                .collect(Collectors.toMap(
                        AttributeDefinition::attributeName, AttributeDefinition::attributeTypeAsString));
        // A table that was never on demand has no summary.
        boolean isOnDemand = table.billingModeSummary() != null
                && table.billingModeSummary().billingMode() == BillingMode.PAY_PER_REQUEST;
        StreamSpecification stream = table.streamSpecification();
        return new TableDetails(
                table.tableName(),
                table.tableArn(),
                table.tableStatusAsString(),
                table.creationDateTime(),
                keys(table.keySchema(), types),
                Stream.concat(
                                table.globalSecondaryIndexes().stream().map(each -> global(each, types, isOnDemand)),
                                table.localSecondaryIndexes().stream().map(each -> local(each, types)))
                        .toList(),
                billing(table.provisionedThroughput(), isOnDemand),
                tableClass(table),
                stream != null && Boolean.TRUE.equals(stream.streamEnabled()) ? stream.streamViewTypeAsString() : null,
                stream != null && Boolean.TRUE.equals(stream.streamEnabled()) ? table.latestStreamArn() : null,
                backups == null ? null : recovery(backups),
                Boolean.TRUE.equals(table.deletionProtectionEnabled()),
                number(table.itemCount()),
                number(table.tableSizeBytes()));
    }

    /** A table that was always of the class STANDARD has no summary. */
    private static String tableClass(TableDescription table) {
        return table.tableClassSummary() == null
                ? TableClass.STANDARD.toString()
                : table.tableClassSummary().tableClassAsString();
    }

    private static List<KeyAttribute> keys(List<KeySchemaElement> schema, Map<String, String> types) {
        return schema.stream()
                .map(each -> new KeyAttribute(
                        each.attributeName(),
                        each.keyTypeAsString(),
                        Objects.requireNonNull(types.get(each.attributeName()))))
                .toList();
    }

    private static Index global(GlobalSecondaryIndexDescription index, Map<String, String> types, boolean isOnDemand) {
        Projection projection = index.projection();
        return new Index(
                index.indexName(),
                true,
                keys(index.keySchema(), types),
                index.indexStatusAsString(),
                Boolean.TRUE.equals(index.backfilling()),
                projection.projectionTypeAsString(),
                projection.nonKeyAttributes(),
                billing(index.provisionedThroughput(), isOnDemand),
                number(index.itemCount()),
                number(index.indexSizeBytes()));
    }

    private static Index local(LocalSecondaryIndexDescription index, Map<String, String> types) {
        Projection projection = index.projection();
        return new Index(
                index.indexName(),
                false,
                keys(index.keySchema(), types),
                null,
                false,
                projection.projectionTypeAsString(),
                projection.nonKeyAttributes(),
                null,
                number(index.itemCount()),
                number(index.indexSizeBytes()));
    }

    private static Billing billing(@Nullable ProvisionedThroughputDescription throughput, boolean isOnDemand) {
        return isOnDemand || throughput == null
                ? new Billing(BillingMode.PAY_PER_REQUEST.toString(), null, null)
                : new Billing(
                        BillingMode.PROVISIONED.toString(),
                        throughput.readCapacityUnits(),
                        throughput.writeCapacityUnits());
    }

    private static @Nullable Recovery recovery(ContinuousBackupsDescription backups) {
        PointInTimeRecoveryDescription recovery = backups.pointInTimeRecoveryDescription();
        if (recovery == null || recovery.pointInTimeRecoveryStatus() != PointInTimeRecoveryStatus.ENABLED) {
            return null;
        }
        Integer days = recovery.recoveryPeriodInDays();
        return new Recovery(
                days == null ? DEFAULT_RECOVERY_DAYS : days,
                recovery.earliestRestorableDateTime(),
                recovery.latestRestorableDateTime());
    }

    private static long number(@Nullable Long given) {
        return given == null ? 0 : given;
    }
}
