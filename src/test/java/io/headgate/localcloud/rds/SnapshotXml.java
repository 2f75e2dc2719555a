package io.headgate.localcloud.rds;

import io.headgate.localcloud.query.XmlResponse;
import java.util.List;

/** Snapshots as the API writes them. */
final class SnapshotXml {

    private static final List<String> COMMON = List.of(
            "AllocatedStorage",
            "BackupRetentionPeriod",
            "Engine",
            "EngineVersion",
            "KmsKeyId",
            "LicenseModel",
            "MasterUsername",
            "PreferredBackupWindow",
            "StorageThroughput",
            "StorageType");

    private SnapshotXml() {}

    static void write(XmlResponse xml, Snapshot snapshot) {
        Kind kind = snapshot.kind;
        xml.element(kind.snapshotNoun, () -> {
            xml.text(kind.snapshotNoun + "Identifier", snapshot.identifier);
            xml.text(kind.snapshotNoun + "Arn", snapshot.arn());
            xml.text(kind.identifierParameter(), snapshot.sourceIdentifier);
            xml.text(kind.resourceIdElement, snapshot.sourceResourceId);
            xml.text(kind.createTimeElement, snapshot.sourceCreated);
            xml.text("SnapshotCreateTime", snapshot.created);
            xml.text("SnapshotType", snapshot.type());
            xml.text("Status", snapshot.status);
            xml.text("PercentProgress", snapshot.percent);
            xml.text("Port", snapshot.port);
            xml.text("VpcId", "vpc-00000000");
            COMMON.forEach(name -> xml.text(name, snapshot.attributes.get(name)));
            boolean encrypted = "true".equals(snapshot.attributes.get("StorageEncrypted"));
            xml.text("IAMDatabaseAuthenticationEnabled", snapshot.attributes.get("EnableIAMDatabaseAuthentication"));
            if (kind == Kind.INSTANCE) {
                xml.text("OriginalSnapshotCreateTime", snapshot.created);
                xml.text("Encrypted", encrypted);
                xml.text("SnapshotTarget", "region");
                xml.text("AvailabilityZone", snapshot.attributes.get("AvailabilityZone"));
                xml.text("Iops", snapshot.attributes.get("Iops"));
                xml.text("OptionGroupName", DatabaseXml.optionGroup(snapshot.attributes));
            } else {
                xml.text("StorageEncrypted", encrypted);
                xml.text("EngineMode", snapshot.attributes.getOrDefault("EngineMode", "provisioned"));
                xml.list("AvailabilityZones", DatabaseXml.ZONES, zone -> xml.text("AvailabilityZone", zone));
            }
            xml.tags(snapshot.tags);
        });
    }
}
