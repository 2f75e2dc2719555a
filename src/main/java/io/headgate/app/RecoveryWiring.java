package io.headgate.app;

import io.headgate.aws.CloudWatch;
import io.headgate.choice.graphql.ChoiceGraphQlApi;
import io.headgate.fleet.Fleet;
import io.headgate.fleet.JoinedFleet;
import io.headgate.fleet.elasticache.ElastiCacheFleet;
import io.headgate.fleet.graphql.FleetGraphQlApi;
import io.headgate.fleet.rds.AuroraFleetTarget;
import io.headgate.fleet.rds.RdsFleet;
import io.headgate.fleet.rds.RdsFleetTarget;
import io.headgate.graphql.GraphQlApi;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.OperationLedger;
import io.headgate.recovery.OperationRunner;
import io.headgate.recovery.RecoveryConfig;
import io.headgate.recovery.RecoveryService;
import io.headgate.recovery.RecoveryTarget;
import io.headgate.recovery.dynamodb.DynamoDbRecoveryConfig;
import io.headgate.recovery.dynamodb.DynamoDbRecoveryTarget;
import io.headgate.recovery.elasticache.ElastiCacheConfig;
import io.headgate.recovery.elasticache.ElastiCacheRecoveryTarget;
import io.headgate.recovery.graphql.RecoveryGraphQlApi;
import io.headgate.recovery.ledger.DynamoDbOperationLedger;
import io.headgate.recovery.ledger.LedgerConfig;
import io.headgate.recovery.rds.RdsConfig;
import io.headgate.table.TableConfig;
import io.headgate.table.TableReader;
import io.headgate.table.graphql.TableGraphQlApi;
import io.headgate.user.dynamodb.DynamoDbConfig;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/** Databases: what is recovered, what they are, and which to choose. */
@Singleton
class RecoveryWiring {

    @Produces
    @Singleton
    RecoveryTarget rdsTarget(RdsAsyncClient client, RdsConfig config) {
        return new RdsFleetTarget(client, config);
    }

    @Produces
    @Singleton
    RecoveryTarget auroraTarget(RdsAsyncClient client, RdsConfig config) {
        return new AuroraFleetTarget(client, config);
    }

    @Produces
    @Singleton
    RecoveryTarget dynamoDbTarget(
            DynamoDbAsyncClient client, DynamoDbRecoveryConfig config, DynamoDbConfig users, LedgerConfig ledger) {
        return new DynamoDbRecoveryTarget(client, config, Set.of(users.table(), ledger.table()));
    }

    @Produces
    @Singleton
    RecoveryTarget elastiCacheTarget(ElastiCacheAsyncClient client, ElastiCacheConfig config) {
        return new ElastiCacheRecoveryTarget(client, config);
    }

    @Produces
    @Singleton
    OperationLedger ledger(DynamoDbAsyncClient client, LedgerConfig config) {
        return new DynamoDbOperationLedger(client, config);
    }

    @Produces
    @Singleton
    OperationRunner operations(Instance<RecoveryTarget> targets, OperationLedger ledger, RecoveryConfig config) {
        return new OperationRunner(byKind(targets, config), ledger, config, Clock.systemUTC());
    }

    @Produces
    @Singleton
    RecoveryService recovery(
            Instance<RecoveryTarget> targets,
            OperationLedger ledger,
            OperationRunner operations,
            RecoveryConfig config) {
        return new RecoveryService(byKind(targets, config), ledger, operations, config, Clock.systemUTC());
    }

    private static Map<DatabaseKind, RecoveryTarget> byKind(Instance<RecoveryTarget> targets, RecoveryConfig config) {
        return targets.stream()
                .filter(target -> config.kinds().contains(target.kind()))
                .collect(Collectors.toMap(RecoveryTarget::kind, Function.identity()));
    }

    @Produces
    @Singleton
    GraphQlApi recoveryApi(RecoveryService recovery) {
        return new RecoveryGraphQlApi(recovery);
    }

    @Produces
    @Singleton
    Fleet fleet(
            RdsAsyncClient client,
            CloudWatch cloudWatch,
            RdsConfig config,
            ElastiCacheAsyncClient elastiCache,
            ElastiCacheConfig caches,
            RecoveryConfig kinds) {
        Fleet rds = new RdsFleet(client, cloudWatch, config, kinds.kinds());
        return kinds.kinds().contains(DatabaseKind.CACHE_CLUSTER)
                ? new JoinedFleet(List.of(rds, new ElastiCacheFleet(elastiCache, cloudWatch, caches)))
                : rds;
    }

    @Produces
    @Singleton
    GraphQlApi fleetApi(RecoveryService recovery, Fleet fleet) {
        return new FleetGraphQlApi(recovery, fleet);
    }

    @Produces
    @Singleton
    GraphQlApi choiceApi() {
        return new ChoiceGraphQlApi();
    }

    @Produces
    @Singleton
    GraphQlApi tableApi(DynamoDbAsyncClient client, TableConfig config) {
        return new TableGraphQlApi(new TableReader(client, config));
    }
}
