package io.headgate.recovery.aurora;

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
import io.headgate.recovery.rds.Rds;
import io.headgate.recovery.rds.RdsConfig;
import io.headgate.recovery.rds.RdsNames;
import io.headgate.recovery.rds.RdsReapply;
import io.headgate.recovery.rds.RdsRules;
import io.headgate.recovery.rds.RdsTags;
import io.smallrye.mutiny.Uni;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;

/**
 * DB clusters of Aurora MySQL and Aurora PostgreSQL. Those of Neptune and DocumentDB, which the same API lists, are not
 * among them, nor are RDS's Multi-AZ DB clusters (engine {@code postgres} or {@code mysql}), which are restored with other
 * settings and bring their instances along.
 *
 * <p>A look at a restore makes the new cluster's one DB instance where it is missing: {@link AuroraMember}.
 */
public class AuroraRecoveryTarget implements RecoveryTarget {

    private static final AuroraSettings SETTINGS = new AuroraSettings();

    private static final int LONGEST_SNAPSHOT = 63;
    private static final RdsRules RULES =
            new RdsRules(LONGEST_SNAPSHOT, RdsNames.LONGEST_DATABASE - AuroraMember.SUFFIX.length());

    private final AwsService<RdsAsyncClient> rds;

    /**
     * @param client one that sends no change again by itself: {@link io.headgate.aws.AwsClients#withoutBlindRetries}
     * @throws IllegalArgumentException when a time of the configuration is not positive; names the property
     */
    public AuroraRecoveryTarget(RdsAsyncClient client, RdsConfig config) {
        this.rds = Rds.service(client, config);
    }

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.AURORA_CLUSTER;
    }

    @Override
    public Uni<List<Database>> databases() {
        return rds.reading(AuroraClusters.LISTING::all)
                .map(clusters -> clusters.stream()
                        .filter(cluster -> AuroraClusters.isAurora(cluster.engine()))
                        .map(AuroraClusters::database)
                        .sorted(Comparator.comparing(database -> database.id().name()))
                        .toList());
    }

    @Override
    public Uni<Map<String, Database>> findDatabases(Set<String> names) {
        return ofClusters(names, AuroraClusters::database);
    }

    @Override
    public Uni<Map<String, RestoreWindow>> restoreWindows(Set<String> names) {
        return ofClusters(names, AuroraClusters::window);
    }

    @Override
    public Uni<Map<String, List<Tag>>> tags(Set<String> names) {
        return ofClusters(names, cluster -> RdsTags.of(cluster.tagList()));
    }

    @Override
    public Uni<List<Snapshot>> snapshots(@Nullable String database) {
        if (database != null && !RdsNames.mayBeDatabase(database)) {
            return Uni.createFrom().item(List.of());
        }
        return rds.reading(work -> database == null
                        ? AuroraSnapshots.LISTING.all(work)
                        : AuroraSnapshots.LISTING.of(work, database))
                .map(found -> found.stream()
                        .filter(snapshot -> AuroraClusters.isAurora(snapshot.engine()))
                        .map(AuroraSnapshots::snapshot)
                        .toList());
    }

    @Override
    public Uni<Map<String, Snapshot>> findSnapshots(Set<String> keys) {
        List<String> possible = keys.stream().filter(RdsNames::mayBeSnapshot).toList();
        return rds.reading(work -> AuroraSnapshots.LISTING.find(work, possible)).map(found -> {
            Map<String, Snapshot> snapshots = new HashMap<>();
            found.forEach((key, snapshot) -> {
                if (AuroraClusters.isAurora(snapshot.engine())) {
                    snapshots.put(key, AuroraSnapshots.snapshot(snapshot));
                }
            });
            return snapshots;
        });
    }

    @Override
    public List<String> problems(Change change) {
        return RULES.problems(change);
    }

    @Override
    public Uni<RestoreOutline> outline(Change.Restore restore) {
        return rds.reading(work -> AuroraOutline.of(work, restore));
    }

    @Override
    public Uni<@Nullable String> begin(String operation, Change change) {
        return rds.changing(work -> AuroraChanges.begin(work, operation, change));
    }

    @Override
    public Uni<Progress> look(String operation, Change change, @Nullable String key) {
        return rds.changing(work -> AuroraProgress.look(work, operation, change));
    }

    @Override
    public Uni<List<Reapplied>> reapply(Change.Restore restore) {
        return rds.changing(work -> RdsReapply.reapply(
                work,
                SETTINGS,
                AuroraClusters.LISTING,
                of -> AuroraSource.of(work, of).map(AuroraSource::cluster),
                restore));
    }

    private <T> Uni<Map<String, T>> ofClusters(Set<String> names, Function<DBCluster, T> mapping) {
        List<String> possible = names.stream().filter(RdsNames::mayBeDatabase).toList();
        return rds.reading((AwsWork<RdsAsyncClient> work) -> AuroraClusters.LISTING.find(work, possible))
                .map(found -> {
                    Map<String, T> mapped = new HashMap<>();
                    found.forEach((name, cluster) -> {
                        if (AuroraClusters.isAurora(cluster.engine())) {
                            mapped.put(name, mapping.apply(cluster));
                        }
                    });
                    return mapped;
                });
    }
}
