package io.headgate.recovery.rds;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsService;
import java.time.Duration;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/** Amazon RDS as both adapters to it use it. */
public final class Rds {

    private Rds() {}

    /**
     * The service behind a client.
     *
     * @throws IllegalArgumentException when a time of the configuration is not positive; names the property
     */
    public static AwsService<RdsAsyncClient> service(RdsAsyncClient client, RdsConfig config) {
        return new AwsService<>(
                client,
                new AwsFailures("RDS", RdsRefusals.TABLE),
                positive("read-timeout", config.readTimeout()),
                positive("write-timeout", config.writeTimeout()),
                positive("attempt-timeout", config.attemptTimeout()));
    }

    private static Duration positive(String property, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("headgate.recovery.rds." + property + " must be more than 0");
        }
        return value;
    }
}
