package io.headgate.recovery.rds;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsService;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/** Amazon RDS as both adapters to it use it. */
public final class Rds {

    private Rds() {}

    /**
     * The service behind a client.
     *
     */
    public static AwsService<RdsAsyncClient> service(RdsAsyncClient client, RdsConfig config) {
        return new AwsService<>(
                client,
                new AwsFailures("RDS", RdsRefusals.TABLE),
                config.readTimeout(),
                config.writeTimeout(),
                config.attemptTimeout());
    }
}
