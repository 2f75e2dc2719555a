package io.headgate.fleet.graphql;

import io.headgate.graphql.Arguments;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.DatabaseSettings;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateDatabase;
import io.headgate.recovery.FleetChange.CreateReadReplica;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.FleetChange.ModifyDatabase;
import io.headgate.recovery.FleetChange.PromoteReadReplica;
import io.headgate.recovery.FleetChange.RebootDatabase;
import io.headgate.recovery.Password;
import io.headgate.recovery.graphql.RecoveryInputs;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the inputs of changes of databases of RDS. Each method throws INVALID_ARGUMENT for what no change can be. */
final class FleetInputs {

    private static final String AURORA = "aurora";

    /** The edition whose storage can't be encrypted. */
    private static final String WITHOUT_ENCRYPTION = "sqlserver-ex";

    private FleetInputs() {}

    static FleetChange create(Arguments input) {
        String engine = input.requiredText("engine");
        DatabaseKind kind = engine.startsWith(AURORA) ? DatabaseKind.AURORA_CLUSTER : DatabaseKind.RDS_INSTANCE;
        String username = input.text("masterUsername");
        Boolean encrypted = input.find("encrypted");
        return new CreateDatabase(
                new DatabaseId(kind, input.requiredText("name")),
                engine,
                settings(input),
                input.text("databaseName"),
                input.integer("port"),
                username == null ? masterUsername(engine) : username,
                password(input),
                encrypted == null ? encryption(engine) : encrypted,
                input.text("kmsKey"),
                input.text("subnetGroup"),
                Objects.requireNonNullElse(input.integer("readers"), 0),
                RecoveryInputs.tags(input));
    }

    static FleetChange modify(Arguments input) {
        return new ModifyDatabase(
                database(input),
                settings(input),
                password(input),
                input.flag("managedPassword"),
                input.flag("allowMajorVersionUpgrade"),
                input.flag("applyImmediately"));
    }

    static FleetChange delete(Arguments input) {
        return new DeleteDatabase(
                database(input),
                input.flag("skipFinalSnapshot"),
                input.text("finalSnapshot"),
                input.flag("deleteAutomatedBackups"));
    }

    static FleetChange reboot(Arguments input) {
        return input.flag("failover")
                ? new FailoverDatabase(database(input), null)
                : new RebootDatabase(database(input));
    }

    static FleetChange failover(Arguments input) {
        String target = input.text("target");
        String prefix = DatabaseKind.RDS_INSTANCE.prefix() + ":";
        return new FailoverDatabase(
                database(input),
                target != null && target.startsWith(prefix) ? target.substring(prefix.length()) : target);
    }

    static FleetChange replicate(Arguments input) {
        return new CreateReadReplica(
                DatabaseId.parse(input.requiredText("source")),
                new DatabaseId(DatabaseKind.RDS_INSTANCE, input.requiredText("target")),
                settings(input),
                RecoveryInputs.tags(input));
    }

    static FleetChange promote(Arguments input) {
        return new PromoteReadReplica(database(input), input.integer("backupRetentionDays"));
    }

    private static DatabaseId database(Arguments input) {
        return DatabaseId.parse(input.requiredText("database"));
    }

    private static @Nullable Boolean encryption(String engine) {
        return engine.equals(WITHOUT_ENCRYPTION) ? null : Boolean.TRUE;
    }

    private static String masterUsername(String engine) {
        return engine.contains("postgres") ? "postgres" : "admin";
    }

    private static @Nullable Password password(Arguments input) {
        String password = input.text("masterPassword");
        return password == null ? null : Password.of(password);
    }

    /** Those that the input has; others are missing. */
    private static DatabaseSettings settings(Arguments input) {
        return new DatabaseSettings(
                input.text("engineVersion"),
                input.text("instanceClass"),
                input.integer("storageGib"),
                input.text("storageType"),
                input.integer("iops"),
                input.find("multiAz"),
                input.integer("backupRetentionDays"),
                input.find("deletionProtection"),
                input.find("publiclyAccessible"),
                input.text("parameterGroup"),
                input.texts("securityGroups"));
    }
}
