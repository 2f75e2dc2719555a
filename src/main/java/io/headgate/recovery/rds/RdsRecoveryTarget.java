package io.headgate.recovery.rds;

import io.headgate.aws.AwsService;
import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.Progress;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.RecoveryTarget;
import io.headgate.recovery.RestoreOutline;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBInstanceAutomatedBackup;

/**
 * DB instances of RDS, whatever their engine. Lists leave out those that belong to a cluster, for a cluster is recovered as
 * a whole; look-ups by name find them.
 */
public class RdsRecoveryTarget implements RecoveryTarget {

    private static final RdsInstanceSettings SETTINGS = new RdsInstanceSettings();

    private static final int LONGEST_SNAPSHOT = 255;
    private static final RdsRules RULES = new RdsRules(LONGEST_SNAPSHOT, RdsNames.LONGEST_DATABASE);

    private final AwsService<RdsAsyncClient> rds;

    /**
     * @param client one that sends no change again by itself: {@link io.headgate.aws.AwsClients#withoutBlindRetries}
     * @throws IllegalArgumentException when a time of the configuration is not positive; names the property
     */
    public RdsRecoveryTarget(RdsAsyncClient client, RdsConfig config) {
        this.rds = Rds.service(client, config);
    }

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.RDS_INSTANCE;
    }

    @Override
    public Uni<List<Database>> databases() {
        return rds.reading(RdsInstances.LISTING::all)
                .map(instances -> instances.stream()
                        .filter(instance -> !RdsInstances.isMember(instance))
                        .map(RdsInstances::database)
                        .sorted(Comparator.comparing(database -> database.id().name()))
                        .toList());
    }

    @Override
    public Uni<Map<String, Database>> findDatabases(Set<String> names) {
        return rds.reading(work -> instances(work, names)).map(found -> mapped(found, RdsInstances::database));
    }

    @Override
    public Uni<Map<String, RestoreWindow>> restoreWindows(Set<String> names) {
        return rds.reading(work -> instances(work, names)
                .chain(found -> RdsInstances.BACKUPS
                        .named(work, withBackups(found))
                        .map(backups -> {
                            Map<String, RestoreWindow> windows = new HashMap<>();
                            found.forEach((name, instance) ->
                                    windows.put(name, RdsInstances.window(instance, backup(backups, instance))));
                            return windows;
                        })));
    }

    @Override
    public Uni<Map<String, List<Tag>>> tags(Set<String> names) {
        return rds.reading(work -> instances(work, names))
                .map(found -> mapped(found, instance -> RdsTags.of(instance.tagList())));
    }

    @Override
    public Uni<List<Snapshot>> snapshots(@Nullable String database) {
        if (database != null && !RdsNames.mayBeDatabase(database)) {
            return Uni.createFrom().item(List.of());
        }
        return rds.reading(work ->
                        database == null ? RdsSnapshots.LISTING.all(work) : RdsSnapshots.LISTING.of(work, database))
                .map(found -> found.stream().map(RdsSnapshots::snapshot).toList());
    }

    @Override
    public Uni<Map<String, Snapshot>> findSnapshots(Set<String> keys) {
        List<String> possible = keys.stream().filter(RdsNames::mayBeSnapshot).toList();
        return rds.reading(work -> RdsSnapshots.LISTING.find(work, possible))
                .map(found -> mapped(found, RdsSnapshots::snapshot));
    }

    @Override
    public List<String> problems(Change change) {
        return RULES.problems(change);
    }

    @Override
    public Uni<RestoreOutline> outline(Change.Restore restore) {
        return rds.reading(work -> RdsOutline.of(work, restore));
    }

    @Override
    public Uni<@Nullable String> begin(String operation, Change change) {
        return rds.changing(work -> RdsChanges.begin(work, operation, change));
    }

    @Override
    public Uni<Progress> look(String operation, Change change, @Nullable String key) {
        return rds.reading(work -> RdsProgress.look(work, operation, change));
    }

    @Override
    public Uni<List<Reapplied>> reapply(Change.Restore restore) {
        return rds.changing(work -> RdsReapply.reapply(
                work,
                SETTINGS,
                RdsInstances.LISTING,
                of -> RdsSource.of(work, of).map(RdsSource::instance),
                restore));
    }

    private static Uni<Map<String, DBInstance>> instances(AwsWork<RdsAsyncClient> rds, Set<String> names) {
        return RdsInstances.LISTING.find(
                rds, names.stream().filter(RdsNames::mayBeDatabase).toList());
    }

    private static Set<String> withBackups(Map<String, DBInstance> instances) {
        return instances.entrySet().stream()
                .filter(each -> RdsInstances.window(each.getValue(), null).pointInTimeRecovery())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** The automated backup of a DB instance; an earlier one of the same name may have left another. */
    private static @Nullable DBInstanceAutomatedBackup backup(
            List<DBInstanceAutomatedBackup> backups, DBInstance instance) {
        return backups.stream()
                .filter(backup ->
                        backup.dbiResourceId() != null && backup.dbiResourceId().equals(instance.dbiResourceId()))
                .findFirst()
                .orElse(null);
    }

    private static <A, B> Map<String, B> mapped(Map<String, A> found, Function<A, B> mapping) {
        return found.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> mapping.apply(each.getValue())));
    }
}
