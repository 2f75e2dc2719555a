package io.headgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.headgate.json.Json;
import io.headgate.user.dynamodb.DynamoDbUserEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The IAM policies allow what the compiled code asks of AWS and no more: {@code reader.json} what users need and what
 * looks at databases, {@code operator.json}, which comes on top of it, what changes databases.
 */
class IamTest {

    private static final Pattern CLIENT =
            Pattern.compile("software\\.amazon\\.awssdk\\.services\\.(\\w+)(?:\\.streams)?\\.\\w+Client");
    private static final String TRANSACTION =
            "software.amazon.awssdk.services.dynamodb.model.TransactWriteItem$Builder";

    /** Looks at AWS and changes nothing. */
    private static final Pattern READ = Pattern.compile("[\\w-]+:(Get|BatchGet|List|Describe|Query|connect).*");

    /** What {@code headgate.*.create-table} asks for too, which is for development. */
    private static final String CREATE_TABLE = "dynamodb:CreateTable";

    /**
     * A transaction is allowed by the actions of its parts.
     *
     * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html">Using IAM with
     *     DynamoDB transactions</a>
     */
    private static final Map<String, String> PARTS = Map.of(
            "put", "dynamodb:PutItem",
            "update", "dynamodb:UpdateItem",
            "delete", "dynamodb:DeleteItem",
            "conditionCheck", "dynamodb:ConditionCheckItem");

    /**
     * A restore reads and writes the table that it makes, by the permissions of who asked for it.
     *
     * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/backuprestore_IAM.html">Using IAM with
     *     DynamoDB backup and restore</a>
     */
    private static final Set<String> OF_A_RESTORE = Set.of(
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:UpdateItem");

    /**
     * RDS makes and keeps a master user's password by the permissions of who asked for it.
     *
     * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html">Password management with
     *     Amazon RDS and AWS Secrets Manager</a>
     */
    private static final Set<String> OF_A_MANAGED_PASSWORD = Set.of(
            "kms:DescribeKey",
            "secretsmanager:CreateSecret",
            "secretsmanager:RotateSecret",
            "secretsmanager:TagResource");

    /** What AWS restricts to no resource. */
    private static final Set<String> WITHOUT_RESOURCE = Set.of(
            "cloudwatch:GetMetricData",
            "dynamodb:ListBackups",
            "dynamodb:ListTables",
            "elasticache:DescribeEvents",
            "rds:DescribeEvents");

    /**
     * The types of resources that an action of RDS must be allowed on.
     *
     * @see <a href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html">Actions, resources,
     *     and condition keys for Amazon RDS</a>
     */
    private static final Map<String, Set<String>> REQUIRED_TYPES = Map.ofEntries(
            Map.entry("rds:CreateDBClusterSnapshot", Set.of("cluster", "cluster-snapshot")),
            Map.entry("rds:CreateDBCluster", Set.of("cluster", "cluster-pg", "og", "subgrp")),
            Map.entry("rds:CreateDBInstance", Set.of("db")),
            Map.entry("rds:CreateDBInstanceReadReplica", Set.of("db", "og", "pg", "subgrp")),
            Map.entry("rds:CreateDBSnapshot", Set.of("db", "snapshot")),
            Map.entry("rds:DeleteDBClusterSnapshot", Set.of("cluster-snapshot")),
            Map.entry("rds:DeleteDBCluster", Set.of("cluster")),
            Map.entry("rds:DeleteDBInstance", Set.of("db")),
            Map.entry("rds:DeleteDBSnapshot", Set.of("snapshot")),
            Map.entry("rds:FailoverDBCluster", Set.of("cluster")),
            Map.entry("rds:ModifyDBCluster", Set.of("cluster")),
            Map.entry("rds:ModifyDBInstance", Set.of("db")),
            Map.entry("rds:PromoteReadReplica", Set.of("db")),
            Map.entry("rds:RebootDBInstance", Set.of("db")),
            Map.entry("rds:RestoreDBClusterFromSnapshot", Set.of("cluster", "cluster-pg", "og", "subgrp")),
            Map.entry("rds:RestoreDBClusterToPointInTime", Set.of("cluster", "cluster-pg", "og", "subgrp")),
            Map.entry("rds:RestoreDBInstanceFromDBSnapshot", Set.of("db", "og", "pg", "subgrp")),
            Map.entry("rds:RestoreDBInstanceToPointInTime", Set.of("db", "og", "pg", "subgrp")));

    /** Those that it may be allowed on, from the same table, where the gateway names such a resource. */
    private static final Map<String, Set<String>> OPTIONAL_TYPES = Map.ofEntries(
            Map.entry("rds:AddTagsToResource", Set.of("cluster", "cluster-snapshot", "db", "snapshot")),
            Map.entry("rds:CreateDBInstance", Set.of("cluster", "og", "pg", "subgrp")),
            Map.entry("rds:DeleteDBCluster", Set.of("cluster-snapshot")),
            Map.entry("rds:DeleteDBInstance", Set.of("snapshot")),
            Map.entry("rds:DescribeDBClusterAutomatedBackups", Set.of("cluster", "cluster-auto-backup")),
            Map.entry("rds:DescribeDBClusterSnapshots", Set.of("cluster", "cluster-snapshot")),
            Map.entry("rds:DescribeDBClusters", Set.of("cluster")),
            Map.entry("rds:DescribeDBInstanceAutomatedBackups", Set.of("auto-backup", "db")),
            Map.entry("rds:DescribeDBInstances", Set.of("db")),
            Map.entry("rds:DescribeDBSnapshots", Set.of("db", "snapshot")),
            Map.entry("rds:ModifyDBCluster", Set.of("cluster-pg", "og", "pg")),
            Map.entry("rds:ModifyDBInstance", Set.of("og", "pg")),
            Map.entry("rds:RestoreDBClusterFromSnapshot", Set.of("cluster-snapshot", "snapshot")),
            Map.entry("rds:RestoreDBClusterToPointInTime", Set.of("cluster-auto-backup")),
            Map.entry("rds:RestoreDBInstanceFromDBSnapshot", Set.of("cluster-snapshot", "snapshot")),
            Map.entry("rds:RestoreDBInstanceToPointInTime", Set.of("auto-backup")));

    private static final Collection<JavaClass> CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.headgate");

    @Test
    void usersAndOperationsAreReadAndChanged() throws IOException {
        assertThat(allowed("reader", "Users"::equals)).isEqualTo(actions(Call::isOfUsers));
        assertThat(allowed("reader", "Ledger"::equals)).isEqualTo(actions(Call::isOfLedger));
        assertThat(allowed("reader", "Changes"::equals)).isEqualTo(actions(Call::isOfChanges));
        assertThat(allowed("reader", "Items"::equals)).isEqualTo(actions(Call::isOfItems));
    }

    @Test
    void readerLooksAtDatabases() throws IOException {
        Set<String> expected = actions(call -> call.isOfDatabases() && call.isRead());

        assertThat(allowed(
                        "reader",
                        sid -> !Set.of("Users", "Ledger", "Changes", "Items").contains(sid)))
                .isEqualTo(expected);
    }

    @Test
    void operatorChangesDatabases() throws IOException {
        Set<String> expected = actions(call -> call.isOfDatabases() && !call.isRead());

        assertThat(allowed(
                        "operator",
                        sid -> !Set.of("ItemsOfRestoredTables", "PasswordsThatRdsManages")
                                .contains(sid)))
                .isEqualTo(expected);
        assertThat(allowed("operator", "ItemsOfRestoredTables"::equals)).isEqualTo(OF_A_RESTORE);
        assertThat(allowed("operator", "PasswordsThatRdsManages"::equals)).isEqualTo(OF_A_MANAGED_PASSWORD);
    }

    @Test
    void everythingIsRestrictedToResourcesWhereAwsCan() throws IOException {
        for (String policy : List.of("reader", "operator")) {
            assertThat(statements(policy)).allSatisfy(statement -> {
                assertThat(statement)
                        .containsEntry("Effect", "Allow")
                        .containsOnlyKeys("Sid", "Effect", "Action", "Resource");
                assertThat(texts(statement.get("Action"))).noneMatch(action -> action.contains("*"));
                if (WITHOUT_RESOURCE.containsAll(texts(statement.get("Action")))) {
                    assertThat(statement).containsEntry("Resource", "*");
                } else {
                    assertThat(texts(statement.get("Resource")))
                            .allMatch(arn -> arn.matches("arn:aws:[\\w-]+:eu-west-1:111122223333:.+"));
                }
            });
        }
    }

    @Test
    void resourcesOfRdsAreOfTheTypesThatItsActionsTake() throws IOException {
        List<Map<String, Object>> all = new ArrayList<>(statements("reader"));
        all.addAll(statements("operator"));
        List<Map<String, Object>> ofRds = all.stream()
                .filter(statement -> texts(statement.get("Action")).get(0).startsWith("rds:"))
                .toList();

        assertThat(ofRds).hasSize(3).allSatisfy(statement -> {
            List<String> actions = texts(statement.get("Action"));
            Set<String> required = types(REQUIRED_TYPES, actions);
            Set<String> taken = types(OPTIONAL_TYPES, actions);
            taken.addAll(required);
            assertThat(texts(statement.get("Resource")))
                    .extracting(arn -> arn.split(":", -1)[5])
                    .containsAll(required)
                    .isSubsetOf(taken);
        });
    }

    private static Set<String> types(Map<String, Set<String>> ofActions, List<String> actions) {
        return actions.stream()
                .flatMap(action -> ofActions.getOrDefault(action, Set.of()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private record Call(String origin, String action) {

        boolean isOfUsers() {
            return origin.startsWith("io.headgate.user.") && !isOfChanges();
        }

        boolean isOfLedger() {
            return origin.startsWith("io.headgate.recovery.ledger.");
        }

        boolean isOfChanges() {
            return origin.equals(DynamoDbUserEvents.class.getName());
        }

        boolean isOfItems() {
            return origin.startsWith("io.headgate.table.");
        }

        boolean isOfDevelopment() {
            return action.equals(CREATE_TABLE) && (isOfUsers() || isOfLedger());
        }

        boolean isOfDatabases() {
            return !isOfUsers() && !isOfLedger() && !isOfChanges() && !isOfItems();
        }

        boolean isRead() {
            return READ.matcher(action).matches();
        }
    }

    private static Set<String> actions(Predicate<Call> choice) {
        return CLASSES.stream()
                .flatMap(IamTest::calls)
                .filter(choice)
                .map(Call::action)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Call> calls(JavaClass origin) {
        return origin.getAccessesFromSelf().stream()
                .flatMap(access -> action(access).map(action -> new Call(origin.getName(), action)))
                .filter(call -> !call.isOfDevelopment());
    }

    private static Stream<String> action(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        Matcher client = CLIENT.matcher(owner);
        if (owner.equals(TRANSACTION)) {
            return Stream.ofNullable(PARTS.get(access.getName()));
        }
        if (owner.equals("io.headgate.aws.CloudWatch") && access.getName().equals("getMetricData")) {
            return Stream.of("cloudwatch:GetMetricData");
        }
        if (access.getName().equals("generateAuthenticationToken")) {
            return Stream.of("rds-db:connect");
        }
        if (!client.matches() || !isRequest(access) || access.getName().equals("transactWriteItems")) {
            return Stream.empty();
        }
        String operation = access.getName().substring(0, 1).toUpperCase(Locale.ROOT)
                + access.getName().substring(1).replaceFirst("Paginator$", "");
        return Stream.of(client.group(1) + ":" + operation);
    }

    private static boolean isRequest(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target
                && (target.getRawReturnType().isAssignableTo(CompletableFuture.class)
                        || access.getName().endsWith("Paginator"));
    }

    private static Set<String> allowed(String policy, Predicate<String> sid) throws IOException {
        return statements(policy).stream()
                .filter(statement -> sid.test(String.valueOf(statement.get("Sid"))))
                .flatMap(statement -> texts(statement.get("Action")).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> statements(String policy) throws IOException {
        Map<String, Object> document = (Map<String, Object>)
                Objects.requireNonNull(Json.read(Files.readAllBytes(Path.of("docker/iam", policy + ".json"))));
        assertThat(document).containsEntry("Version", "2012-10-17").containsOnlyKeys("Version", "Statement");
        return (List<Map<String, Object>>) Objects.requireNonNull(document.get("Statement"));
    }

    @SuppressWarnings("unchecked")
    private static List<String> texts(@Nullable Object value) {
        return value instanceof String text ? List.of(text) : (List<String>) Objects.requireNonNull(value);
    }
}
