package io.headgate.fleet.rds;

import io.headgate.recovery.FleetChange.ModifyDatabase;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.MasterUserSecret;

/** Whether AWS makes the master user's password and keeps it in Secrets Manager. */
final class ManagedPassword {

    private ManagedPassword() {}

    /** What a modification says of it: a password that is given ends the management of one. */
    static @Nullable Boolean asked(ModifyDatabase modify) {
        if (modify.password() != null) {
            return false;
        }
        return modify.managedPassword() ? true : null;
    }

    static boolean isActive(@Nullable MasterUserSecret secret) {
        return secret != null && "active".equals(secret.secretStatus());
    }
}
