package io.headgate.fleet.rds;

import io.headgate.aws.AwsService;
import io.headgate.recovery.Change;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.Progress;
import io.headgate.recovery.rds.Rds;
import io.headgate.recovery.rds.RdsConfig;
import io.headgate.recovery.rds.RdsRecoveryTarget;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/** DB instances of RDS that are recovered, and also made, changed and deleted. */
public final class RdsFleetTarget extends RdsRecoveryTarget {

    private final AwsService<RdsAsyncClient> rds;

    /** @param client one that sends no change again by itself: {@link io.headgate.aws.AwsClients#withoutBlindRetries} */
    public RdsFleetTarget(RdsAsyncClient client, RdsConfig config) {
        super(client, config);
        this.rds = Rds.service(client, config);
    }

    @Override
    public List<String> problems(Change change) {
        return change instanceof FleetChange fleet ? FleetRules.problems(fleet) : super.problems(change);
    }

    @Override
    public Uni<DatabaseId> check(FleetChange change) {
        return rds.reading(work -> InstanceChecks.check(work, change));
    }

    @Override
    public Uni<@Nullable String> begin(String operation, Change change) {
        return change instanceof FleetChange fleet
                ? rds.changing(work -> InstanceChanges.begin(work, operation, fleet))
                : super.begin(operation, change);
    }

    @Override
    public Uni<Progress> look(String operation, Change change, @Nullable String key) {
        return change instanceof FleetChange fleet
                ? rds.reading(work -> InstanceProgress.look(work, operation, fleet, key))
                : super.look(operation, change, key);
    }
}
