package io.headgate.localcloud;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** Gives {@code @QuarkusTest} classes the {@linkplain LocalCloud#shared() shared local cloud}. */
public final class LocalCloudResource implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        return configuration(LocalCloud.shared());
    }

    /** Leaves the cloud to the tests that follow; it ends with the JVM. */
    @Override
    public void stop() {}

    /** What leads a gateway to a cloud. */
    public static Map<String, String> configuration(LocalCloud cloud) {
        return Map.ofEntries(
                Map.entry("quarkus.datasource.reactive.url", cloud.postgres().reactiveUrl()),
                Map.entry("quarkus.datasource.username", cloud.postgres().user()),
                Map.entry("quarkus.datasource.password", cloud.postgres().password()),
                Map.entry("quarkus.redis.hosts", cloud.redis().url()),
                Map.entry(
                        "quarkus.dynamodb.endpoint-override",
                        cloud.dynamoDb().endpoint().toString()),
                Map.entry("headgate.dynamodb.create-table", "true"),
                Map.entry("headgate.ledger.create-table", "true"),
                Map.entry("quarkus.dynamodb.aws.region", LocalDynamoDb.REGION),
                Map.entry("quarkus.dynamodb.aws.credentials.type", "static"),
                Map.entry("quarkus.dynamodb.aws.credentials.static-provider.access-key-id", LocalDynamoDb.ACCESS_KEY),
                Map.entry(
                        "quarkus.dynamodb.aws.credentials.static-provider.secret-access-key", LocalDynamoDb.ACCESS_KEY),
                Map.entry(
                        "quarkus.rds.endpoint-override", cloud.rds().endpoint().toString()),
                Map.entry(
                        "headgate.cloudwatch.endpoint-override",
                        cloud.rds().endpoint().toString()),
                Map.entry(
                        "headgate.recovery.elasticache.endpoint-override",
                        cloud.rds().endpoint().toString()),
                Map.entry("quarkus.rds.aws.region", LocalDynamoDb.REGION),
                Map.entry("quarkus.rds.aws.credentials.type", "static"),
                Map.entry("quarkus.rds.aws.credentials.static-provider.access-key-id", LocalDynamoDb.ACCESS_KEY),
                Map.entry("quarkus.rds.aws.credentials.static-provider.secret-access-key", LocalDynamoDb.ACCESS_KEY));
    }
}
