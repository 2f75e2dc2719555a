package io.headgate.localcloud.rds;

import io.headgate.localcloud.LocalDynamoDb;
import io.headgate.localcloud.query.Listing;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The actions that tell which times can be restored, also of databases that are gone. */
final class AutomatedBackups {

    private final Account account;

    AutomatedBackups(Account account) {
        this.account = account;
    }

    void describe(Kind kind, QueryRequest request, XmlResponse xml) {
        String identifier = request.find(kind.identifierParameter());
        String resourceId = request.find(kind.resourceIdElement);
        String arn = request.find("DBInstanceAutomatedBackupsArn");
        List<Database> sought = Stream.concat(
                        account.databases(kind).stream().filter(Database::isBackedUp), account.retained(kind).stream())
                .filter(each -> identifier == null || each.identifier.equals(Identifiers.sought(identifier)))
                .filter(each -> resourceId == null || each.resourceId.equalsIgnoreCase(resourceId))
                .filter(each -> arn == null || kind.backupArn(each.resourceId).equals(arn))
                .toList();
        if (sought.isEmpty() && (resourceId != null || arn != null)) {
            throw kind.backupNotFound(String.valueOf(resourceId == null ? arn : resourceId));
        }
        if (sought.isEmpty()
                && identifier != null
                && account.find(kind, identifier).isEmpty()) {
            throw kind.notFound(identifier);
        }
        Listing.of(
                        sought,
                        request,
                        each -> each.identifier + " " + each.resourceId,
                        Set.of("status", kind.identifierFilter(), kind.resourceIdFilter()),
                        AutomatedBackups::values)
                .write(xml, kind.noun + "AutomatedBackups", each -> write(xml, each));
    }

    private static @Nullable Set<String> values(Database database, String filter) {
        return filter.equals("status") ? Set.of(status(database)) : database.values(filter);
    }

    private static String status(Database database) {
        if (database.retainedSince != null) {
            return "retained";
        }
        return database.bases.isEmpty() ? "creating" : "active";
    }

    private void write(XmlResponse xml, Database database) {
        Kind kind = database.kind;
        xml.element(kind.noun + "AutomatedBackup", () -> {
            xml.text(kind.noun + "Arn", database.arn());
            xml.text(kind.resourceIdElement, database.resourceId);
            xml.text("Region", LocalDynamoDb.REGION);
            xml.text(kind.identifierParameter(), database.identifier);
            xml.element("RestoreWindow", () -> {
                xml.text("EarliestTime", account.earliestRestorable(database));
                xml.text("LatestTime", account.latestRestorable(database));
            });
            xml.text("Status", status(database));
            xml.text(kind.createTimeElement, database.created);
            xml.text(kind == Kind.INSTANCE ? "Encrypted" : "StorageEncrypted", database.is("StorageEncrypted"));
            xml.text("IAMDatabaseAuthenticationEnabled", database.is("EnableIAMDatabaseAuthentication"));
            xml.text(kind.noun + "AutomatedBackupsArn", kind.backupArn(database.resourceId));
            for (String name : List.of(
                    "AllocatedStorage",
                    "AvailabilityZone",
                    "BackupRetentionPeriod",
                    "Engine",
                    "EngineVersion",
                    "LicenseModel",
                    "MasterUsername",
                    "PreferredBackupWindow",
                    "StorageType")) {
                xml.text(name, database.attributes.get(name));
            }
            xml.text("BackupTarget", kind == Kind.INSTANCE ? "region" : null);
            xml.tags(database.tags);
        });
    }
}
