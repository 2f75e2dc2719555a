package io.headgate.fleet.rds;

import io.headgate.aws.AwsService;
import io.headgate.aws.AwsWork;
import io.headgate.aws.CloudWatch;
import io.headgate.fleet.AutomatedBackup;
import io.headgate.fleet.DatabaseDetails;
import io.headgate.fleet.DatabaseEvent;
import io.headgate.fleet.Fleet;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.aurora.AuroraClusters;
import io.headgate.recovery.rds.Rds;
import io.headgate.recovery.rds.RdsConfig;
import io.headgate.recovery.rds.RdsInstances;
import io.headgate.recovery.rds.RdsListing;
import io.headgate.recovery.rds.RdsNames;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBClusterAutomatedBackup;
import software.amazon.awssdk.services.rds.model.DbClusterAutomatedBackupNotFoundException;
import software.amazon.awssdk.services.rds.model.DescribeDbClusterAutomatedBackupsResponse;
import software.amazon.awssdk.services.rds.model.Event;
import software.amazon.awssdk.services.rds.model.SourceType;

/** The fleet as RDS tells it: DB instances and Aurora clusters. */
public final class RdsFleet implements Fleet {

    private static final RdsListing<DescribeDbClusterAutomatedBackupsResponse, DBClusterAutomatedBackup>
            CLUSTER_BACKUPS = new RdsListing<>(
                    (rds, query) ->
                            rds.describeDBClusterAutomatedBackups(request -> request.dbClusterIdentifier(query.name())
                                    .filters(query.filters())
                                    .marker(query.marker())
                                    .maxRecords(query.name() == null ? RdsListing.PAGE : null)),
                    DescribeDbClusterAutomatedBackupsResponse::dbClusterAutomatedBackups,
                    DescribeDbClusterAutomatedBackupsResponse::marker,
                    DBClusterAutomatedBackup::dbClusterIdentifier,
                    "db-cluster-id",
                    DbClusterAutomatedBackupNotFoundException.class);

    /** What each kind's events are called by, and what Headgate's ids of their sources begin with. */
    private static final Map<SourceType, String> SOURCES = Map.of(
            SourceType.DB_INSTANCE, "rds:",
            SourceType.DB_SNAPSHOT, "snapshot:rds:",
            SourceType.DB_CLUSTER, "aurora:",
            SourceType.DB_CLUSTER_SNAPSHOT, "snapshot:aurora:");

    private static final Comparator<AutomatedBackup> NEWEST_OF_EACH = Comparator.<AutomatedBackup, String>comparing(
                    backup -> backup.database().toString())
            .thenComparing(AutomatedBackup::latest, Comparator.nullsFirst(Comparator.reverseOrder()));

    private final AwsService<RdsAsyncClient> rds;
    private final ReplicaLags lags;
    private final Set<DatabaseKind> kinds;

    /** @param kinds those that are shown */
    public RdsFleet(RdsAsyncClient client, CloudWatch cloudWatch, RdsConfig config, Set<DatabaseKind> kinds) {
        this.rds = Rds.service(client, config);
        this.lags = new ReplicaLags(cloudWatch);
        this.kinds = Set.copyOf(kinds);
    }

    @Override
    public Uni<Map<DatabaseId, DatabaseDetails>> details(Set<DatabaseId> ids) {
        return rds.reading(work -> AwsWork.together(List.of(
                        found(work, ids, DatabaseKind.RDS_INSTANCE, RdsInstances.LISTING, Details::of),
                        found(work, ids, DatabaseKind.AURORA_CLUSTER, AuroraClusters.LISTING, Details::of)))
                .map(maps -> {
                    Map<DatabaseId, DatabaseDetails> all = new HashMap<>();
                    maps.forEach(all::putAll);
                    return all;
                }));
    }

    private <T> Uni<Map<DatabaseId, DatabaseDetails>> found(
            AwsWork<RdsAsyncClient> work,
            Set<DatabaseId> ids,
            DatabaseKind kind,
            RdsListing<?, T> listing,
            Function<T, DatabaseDetails> details) {
        List<String> names = ids.stream()
                .filter(id -> id.kind() == kind && kinds.contains(kind))
                .map(DatabaseId::name)
                .filter(RdsNames::mayBeDatabase)
                .toList();
        if (names.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return listing.find(work, names).map(found -> {
            Map<DatabaseId, DatabaseDetails> mapped = new HashMap<>();
            found.forEach((name, each) -> mapped.put(new DatabaseId(kind, name), details.apply(each)));
            return mapped;
        });
    }

    @Override
    public Uni<Map<DatabaseId, Double>> replicaLags(Set<DatabaseId> ids) {
        List<String> names = ids.stream()
                .filter(id -> id.kind() == DatabaseKind.RDS_INSTANCE && kinds.contains(id.kind()))
                .map(DatabaseId::name)
                .filter(RdsNames::mayBeDatabase)
                .toList();
        return names.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : rds.reading(work -> RdsInstances.LISTING.find(work, names)).chain(lags::of);
    }

    @Override
    public Uni<List<AutomatedBackup>> automatedBackups(@Nullable DatabaseId database) {
        return rds.reading(work -> AwsWork.together(List.of(
                        backups(work, database, DatabaseKind.RDS_INSTANCE, RdsInstances.BACKUPS, Details::of),
                        backups(work, database, DatabaseKind.AURORA_CLUSTER, CLUSTER_BACKUPS, Details::of)))
                .map(lists -> lists.stream()
                        .flatMap(List::stream)
                        .sorted(NEWEST_OF_EACH)
                        .toList()));
    }

    private <T> Uni<List<AutomatedBackup>> backups(
            AwsWork<RdsAsyncClient> work,
            @Nullable DatabaseId database,
            DatabaseKind kind,
            RdsListing<?, T> listing,
            Function<T, AutomatedBackup> backup) {
        boolean isAsked = kinds.contains(kind)
                && (database == null || (database.kind() == kind && RdsNames.mayBeDatabase(database.name())));
        if (!isAsked) {
            return Uni.createFrom().item(List.of());
        }
        return (database == null ? listing.all(work) : listing.having(work, database.name()))
                .map(found -> found.stream().map(backup).toList());
    }

    @Override
    public Uni<List<DatabaseEvent>> events(@Nullable DatabaseId database, Instant since) {
        if (database == null) {
            return rds.reading(work -> Events.since(work, null, null, since)).map(this::sorted);
        }
        SourceType type = database.kind() == DatabaseKind.RDS_INSTANCE
                ? SourceType.DB_INSTANCE
                : database.kind() == DatabaseKind.AURORA_CLUSTER ? SourceType.DB_CLUSTER : null;
        return type == null || !RdsNames.mayBeDatabase(database.name())
                ? Uni.createFrom().item(List.of())
                : rds.reading(work -> Events.since(work, type, database.name(), since))
                        .map(this::sorted);
    }

    private List<DatabaseEvent> sorted(List<Event> events) {
        return events.stream()
                .flatMap(this::shown)
                .sorted(DatabaseEvent.NEWEST_FIRST)
                .toList();
    }

    /** Those of databases and snapshots; parameter groups and the like are no part of the fleet. */
    private Stream<DatabaseEvent> shown(Event event) {
        String prefix = SOURCES.get(event.sourceType());
        return prefix == null || event.sourceIdentifier() == null || event.date() == null
                ? Stream.empty()
                : Stream.of(new DatabaseEvent(
                        event.date(),
                        prefix + event.sourceIdentifier(),
                        event.eventCategories(),
                        Objects.requireNonNullElse(event.message(), "")));
    }
}
