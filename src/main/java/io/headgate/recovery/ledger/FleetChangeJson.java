package io.headgate.recovery.ledger;

import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseSettings;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateDatabase;
import io.headgate.recovery.FleetChange.CreateReadReplica;
import io.headgate.recovery.FleetChange.CreateTable;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.DeleteTable;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.FleetChange.ModifyDatabase;
import io.headgate.recovery.FleetChange.ModifyTable;
import io.headgate.recovery.FleetChange.PromoteReadReplica;
import io.headgate.recovery.FleetChange.RebootDatabase;
import io.headgate.recovery.OperationKind;
import io.headgate.recovery.Password;
import io.headgate.recovery.ledger.OperationJson.Part;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes of the fleet as JSON, and back. Of a password it holds only that there was one. */
final class FleetChangeJson {

    private static final String PASSWORD_GIVEN = "passwordGiven";

    private FleetChangeJson() {}

    static Map<String, @Nullable Object> write(FleetChange change) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("database", change.database().toString());
        if (change.password() != null) {
            json.put(PASSWORD_GIVEN, true);
        }
        if (change instanceof CreateDatabase create) {
            json.put("engine", create.engine());
            json.put("settings", settings(create.settings()));
            json.put("databaseName", create.databaseName());
            json.put("port", create.port());
            json.put("masterUsername", create.masterUsername());
            json.put("encrypted", create.encrypted());
            json.put("kmsKey", create.kmsKey());
            json.put("subnetGroup", create.subnetGroup());
            json.put("readers", create.readers());
            json.put("tags", OperationJson.tags(create.tags()));
        } else if (change instanceof ModifyDatabase modify) {
            json.put("settings", settings(modify.settings()));
            json.put("managedPassword", modify.managedPassword());
            json.put("allowMajorVersionUpgrade", modify.allowMajorVersionUpgrade());
            json.put("immediately", modify.immediately());
        } else if (change instanceof DeleteDatabase delete) {
            json.put("skipFinalSnapshot", delete.skipFinalSnapshot());
            json.put("finalSnapshot", delete.finalSnapshot());
            json.put("deleteAutomatedBackups", delete.deleteAutomatedBackups());
        } else if (change instanceof FailoverDatabase failover) {
            json.put("to", failover.to());
        } else if (change instanceof CreateReadReplica replica) {
            json.put("source", replica.source().toString());
            json.put("settings", settings(replica.settings()));
            json.put("tags", OperationJson.tags(replica.tags()));
        } else if (change instanceof PromoteReadReplica promotion) {
            json.put("retentionDays", promotion.retentionDays());
        } else if (change instanceof CreateTable create) {
            json.put("form", TableFormJson.write(create.form()));
            json.put("recoveryDays", create.recoveryDays());
            json.put("tags", OperationJson.tags(create.tags()));
        } else if (change instanceof ModifyTable modify) {
            json.put("update", TableUpdateJson.write(modify.update()));
        }
        return json;
    }

    static FleetChange read(OperationKind kind, Part json) {
        DatabaseId database = DatabaseId.parse(json.text("database"));
        Password password = json.flag(PASSWORD_GIVEN) ? Password.withheld() : null;
        return switch (kind) {
            case CREATE_DATABASE ->
                new CreateDatabase(
                        database,
                        json.text("engine"),
                        settings(json.part("settings")),
                        json.find("databaseName"),
                        json.findNumber("port"),
                        json.text("masterUsername"),
                        password,
                        json.findFlag("encrypted"),
                        json.find("kmsKey"),
                        json.find("subnetGroup"),
                        json.number("readers"),
                        json.list("tags", OperationJson::tag));
            case MODIFY_DATABASE ->
                new ModifyDatabase(
                        database,
                        settings(json.part("settings")),
                        password,
                        json.flag("managedPassword"),
                        json.flag("allowMajorVersionUpgrade"),
                        json.flag("immediately"));
            case DELETE_DATABASE ->
                new DeleteDatabase(
                        database,
                        json.flag("skipFinalSnapshot"),
                        json.find("finalSnapshot"),
                        json.flag("deleteAutomatedBackups"));
            case REBOOT_DATABASE -> new RebootDatabase(database);
            case FAILOVER_DATABASE -> new FailoverDatabase(database, json.find("to"));
            case CREATE_READ_REPLICA ->
                new CreateReadReplica(
                        DatabaseId.parse(json.text("source")),
                        database,
                        settings(json.part("settings")),
                        json.list("tags", OperationJson::tag));
            case PROMOTE_READ_REPLICA -> new PromoteReadReplica(database, json.findNumber("retentionDays"));
            case CREATE_TABLE ->
                new CreateTable(
                        database,
                        TableFormJson.read(json.part("form")),
                        json.findNumber("recoveryDays"),
                        json.list("tags", OperationJson::tag));
            case MODIFY_TABLE -> new ModifyTable(database, TableUpdateJson.read(json.part("update")));
            case DELETE_TABLE -> new DeleteTable(database);
            default -> throw new IllegalArgumentException(kind + " is no change of the fleet");
        };
    }

    private static Map<String, @Nullable Object> settings(DatabaseSettings settings) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("engineVersion", settings.engineVersion());
        json.put("instanceClass", settings.instanceClass());
        json.put("storageGib", settings.storageGib());
        json.put("storageType", settings.storageType());
        json.put("iops", settings.iops());
        json.put("multiAz", settings.multiAz());
        json.put("retentionDays", settings.retentionDays());
        json.put("deletionProtection", settings.deletionProtection());
        json.put("publiclyAccessible", settings.publiclyAccessible());
        json.put("parameterGroup", settings.parameterGroup());
        json.put("securityGroups", settings.securityGroups());
        return json;
    }

    private static DatabaseSettings settings(Part json) {
        return new DatabaseSettings(
                json.find("engineVersion"),
                json.find("instanceClass"),
                json.findNumber("storageGib"),
                json.find("storageType"),
                json.findNumber("iops"),
                json.findFlag("multiAz"),
                json.findNumber("retentionDays"),
                json.findFlag("deletionProtection"),
                json.findFlag("publiclyAccessible"),
                json.find("parameterGroup"),
                json.values().get("securityGroups") instanceof List<?> groups
                        ? groups.stream().map(String::valueOf).toList()
                        : null);
    }
}
