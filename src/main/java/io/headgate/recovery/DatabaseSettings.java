package io.headgate.recovery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a database is asked to be like. What is {@code null} is left as it is, or to AWS.
 *
 * @param instanceClass such as {@code db.t4g.micro}; of a cluster, that of each of its instances
 * @param storageType such as {@code gp3}
 * @param retentionDays how long automated backups are kept
 */
public record DatabaseSettings(
        @Nullable String engineVersion,
        @Nullable String instanceClass,
        @Nullable Integer storageGib,
        @Nullable String storageType,
        @Nullable Integer iops,
        @Nullable Boolean multiAz,
        @Nullable Integer retentionDays,
        @Nullable Boolean deletionProtection,
        @Nullable Boolean publiclyAccessible,
        @Nullable String parameterGroup,
        @Nullable List<String> securityGroups) {

    public DatabaseSettings {
        securityGroups = securityGroups == null ? null : List.copyOf(securityGroups);
    }

    /** Nothing in particular. */
    public static DatabaseSettings none() {
        return new DatabaseSettings(null, null, null, null, null, null, null, null, null, null, null);
    }
}
