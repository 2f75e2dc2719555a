package io.headgate.recovery.dynamodb;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsService;
import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.Progress;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.RecoveryTarget;
import io.headgate.recovery.RestoreOutline;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.TableUpdate;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * Tables of DynamoDB. Their snapshots are on-demand backups, told from each other by ARN, and their retention is the
 * recovery period of point-in-time recovery.
 */
public final class DynamoDbRecoveryTarget implements RecoveryTarget {

    private final AwsService<DynamoDbAsyncClient> dynamoDb;
    private final Set<String> kept;

    /**
     * @param kept the names of the tables that are Headgate's own, and not deleted
     * @param client one that sends no change again by itself: {@link io.headgate.aws.AwsClients#withoutBlindRetries}
     */
    public DynamoDbRecoveryTarget(DynamoDbAsyncClient client, DynamoDbRecoveryConfig config, Set<String> kept) {
        this.kept = Set.copyOf(kept);
        this.dynamoDb = new AwsService<>(
                client,
                new AwsFailures("DynamoDB", DynamoDbRefusals.TABLE),
                config.readTimeout(),
                config.writeTimeout(),
                config.attemptTimeout());
    }

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.DYNAMODB_TABLE;
    }

    @Override
    public Uni<List<Database>> databases() {
        return dynamoDb.reading(work -> Tables.names(work)
                .chain(names -> described(work, names))
                .map(found -> found.values().stream()
                        .sorted(Comparator.comparing(database -> database.id().name()))
                        .toList()));
    }

    @Override
    public Uni<Map<String, Database>> findDatabases(Set<String> names) {
        return dynamoDb.reading(work -> described(work, possible(names)));
    }

    @Override
    public Uni<Map<String, RestoreWindow>> restoreWindows(Set<String> names) {
        return dynamoDb.reading(work -> work.each(
                possible(names),
                name -> Tables.backups(work, name).map(backups -> backups == null ? null : Tables.window(backups))));
    }

    @Override
    public Uni<Map<String, List<Tag>>> tags(Set<String> names) {
        return dynamoDb.reading(work -> work.each(
                possible(names),
                name -> Tables.find(work, name)
                        .chain(table ->
                                table == null ? Uni.createFrom().nullItem() : Tables.tags(work, table.tableArn()))));
    }

    @Override
    public Uni<List<Snapshot>> snapshots(@Nullable String database) {
        return database != null && !TableRules.mayBeTable(database)
                ? Uni.createFrom().item(List.of())
                : dynamoDb.reading(work -> Backups.of(work, database))
                        .map(backups -> backups.stream().map(Backups::snapshot).toList());
    }

    @Override
    public Uni<Map<String, Snapshot>> findSnapshots(Set<String> keys) {
        List<String> possible = keys.stream().filter(TableRules::mayBeBackup).toList();
        return dynamoDb.reading(work -> work.each(
                possible,
                key -> Backups.find(work, key).map(backup -> backup == null ? null : Backups.snapshot(backup))));
    }

    @Override
    public List<String> problems(Change change) {
        if (change instanceof FleetChange.CreateTable create) {
            return TableFormRules.problems(create);
        }
        if (change instanceof FleetChange.DeleteTable delete) {
            return kept.contains(delete.database().name())
                    ? List.of(delete.database() + " is a table of Headgate's own, which it does not delete")
                    : TableRules.problems(delete);
        }
        if (change instanceof FleetChange.ModifyTable modify) {
            return modify.update() instanceof TableUpdate.DeleteIndex
                            && kept.contains(modify.database().name())
                    ? List.of(modify.database() + " is a table of Headgate's own, which keeps its indexes")
                    : TableFormRules.problems(modify);
        }
        return change instanceof FleetChange
                ? List.of("tables are made with createTable, changed with modifyTable and deleted with deleteTable")
                : TableRules.problems(change);
    }

    @Override
    public Uni<DatabaseId> check(FleetChange change) {
        return dynamoDb.reading(work -> change instanceof FleetChange.ModifyTable modify
                ? TableUpdates.check(work, modify)
                : TableLife.check(work, change));
    }

    @Override
    public Uni<Void> complete(FleetChange change) {
        return change instanceof FleetChange.CreateTable create
                ? dynamoDb.changing(work -> TableLife.complete(work, create))
                : RecoveryTarget.super.complete(change);
    }

    @Override
    public Uni<RestoreOutline> outline(Change.Restore restore) {
        return dynamoDb.reading(work -> TableOutline.of(work, restore));
    }

    @Override
    public Uni<@Nullable String> begin(String operation, Change change) {
        return dynamoDb.changing(work -> {
            if (change instanceof FleetChange.ModifyTable modify) {
                return TableUpdates.begin(work, modify);
            }
            return change instanceof FleetChange fleet
                    ? TableLife.begin(work, operation, fleet)
                    : TableChanges.begin(work, change);
        });
    }

    @Override
    public Uni<Progress> look(String operation, Change change, @Nullable String key) {
        return dynamoDb.reading(work -> {
            if (change instanceof FleetChange.ModifyTable modify) {
                return TableUpdates.look(work, modify, key);
            }
            return change instanceof FleetChange fleet
                    ? TableLife.look(work, operation, fleet, key)
                    : TableProgress.look(work, change, key);
        });
    }

    @Override
    public Uni<List<Reapplied>> reapply(Change.Restore restore) {
        return dynamoDb.changing(work -> TableReapply.reapply(work, restore));
    }

    private static Uni<Map<String, Database>> described(
            AwsWork<DynamoDbAsyncClient> dynamoDb, Collection<String> names) {
        return dynamoDb.each(
                names, name -> Tables.find(dynamoDb, name).map(table -> table == null ? null : Tables.database(table)));
    }

    private static List<String> possible(Set<String> names) {
        return names.stream().filter(TableRules::mayBeTable).toList();
    }
}
