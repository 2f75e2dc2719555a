package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalDynamoDb;
import io.headgate.localcloud.query.QueryError;
import java.util.Locale;

/** The two kinds of databases, and what the API calls things of each. */
enum Kind {
    INSTANCE(
            "DBInstance",
            "DBSnapshot",
            "",
            "db",
            "snapshot",
            "auto-backup",
            "db-",
            "DbiResourceId",
            "InstanceCreateTime"),
    CLUSTER(
            "DBCluster",
            "DBClusterSnapshot",
            "Fault",
            "cluster",
            "cluster-snapshot",
            "cluster-auto-backup",
            "cluster-",
            "DbClusterResourceId",
            "ClusterCreateTime");

    private static final String ARN = "arn:aws:rds:" + LocalDynamoDb.REGION + ":000000000000:";

    /** {@code DBInstance} or {@code DBCluster}: what names of actions, parameters and errors begin with. */
    final String noun;

    /** {@code DBSnapshot} or {@code DBClusterSnapshot}. */
    final String snapshotNoun;

    final String resourceIdElement;
    final String createTimeElement;
    private final String errorSuffix;
    private final String arnType;
    private final String snapshotArnType;
    private final String backupArnType;
    private final String resourceIdPrefix;

    Kind(
            String noun,
            String snapshotNoun,
            String errorSuffix,
            String arnType,
            String snapshotArnType,
            String backupArnType,
            String resourceIdPrefix,
            String resourceIdElement,
            String createTimeElement) {
        this.noun = noun;
        this.snapshotNoun = snapshotNoun;
        this.errorSuffix = errorSuffix;
        this.arnType = arnType;
        this.snapshotArnType = snapshotArnType;
        this.backupArnType = backupArnType;
        this.resourceIdPrefix = resourceIdPrefix;
        this.resourceIdElement = resourceIdElement;
        this.createTimeElement = createTimeElement;
    }

    String identifierParameter() {
        return noun + "Identifier";
    }

    String snapshotIdentifierParameter() {
        return snapshotNoun + "Identifier";
    }

    /** {@code db-instance-id} or {@code db-cluster-id}. */
    String identifierFilter() {
        return this == INSTANCE ? "db-instance-id" : "db-cluster-id";
    }

    String snapshotIdentifierFilter() {
        return this == INSTANCE ? "db-snapshot-id" : "db-cluster-snapshot-id";
    }

    String resourceIdFilter() {
        return this == INSTANCE ? "dbi-resource-id" : "db-cluster-resource-id";
    }

    String databaseNameParameter() {
        return this == INSTANCE ? "DBName" : "DatabaseName";
    }

    /** "DB instance" or "DB cluster", in messages. */
    String words() {
        return this == INSTANCE ? "DB instance" : "DB cluster";
    }

    String arn(String identifier) {
        return ARN + arnType + ":" + identifier;
    }

    String snapshotArn(String identifier) {
        return ARN + snapshotArnType + ":" + identifier;
    }

    String backupArn(String resourceId) {
        return ARN + backupArnType + ":ab-"
                + resourceId.substring(resourceIdPrefix.length()).toLowerCase(Locale.ROOT);
    }

    String resourceId(String unique) {
        return resourceIdPrefix + unique;
    }

    QueryError notFound(String identifier) {
        return new QueryError(noun + "NotFound" + errorSuffix, 404, noun + " " + identifier + " not found.");
    }

    QueryError alreadyExists(String identifier) {
        return new QueryError(noun + "AlreadyExists" + errorSuffix, 400, words() + " already exists: " + identifier);
    }

    QueryError invalidState(String message) {
        return new QueryError("Invalid" + noun + "State" + errorSuffix, 400, message);
    }

    QueryError snapshotNotFound(String identifier) {
        return new QueryError(
                snapshotNoun + "NotFound" + errorSuffix, 404, snapshotNoun + " " + identifier + " not found.");
    }

    QueryError snapshotAlreadyExists(String identifier) {
        return new QueryError(
                snapshotNoun + "AlreadyExists" + errorSuffix,
                400,
                "Cannot create the snapshot because a snapshot with the identifier " + identifier + " already exists.");
    }

    QueryError invalidSnapshotState(String message) {
        return new QueryError("Invalid" + snapshotNoun + "State" + errorSuffix, 400, message);
    }

    QueryError backupNotFound(String identifier) {
        return new QueryError(
                noun + "AutomatedBackupNotFound" + errorSuffix,
                404,
                "No automated backup of " + identifier + " found.");
    }
}
