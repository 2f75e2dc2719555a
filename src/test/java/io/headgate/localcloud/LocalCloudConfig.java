package io.headgate.localcloud;

import java.time.Duration;
import java.time.format.DateTimeParseException;

/**
 * Where the servers of a local cloud listen, all on 127.0.0.1.
 *
 * @param postgresPort PostgreSQL's port, 0 for any free one
 * @param redisPort Redis's port, 0 for any free one
 * @param dynamoDbPort DynamoDB's port, 0 for any free one
 * @param sampleUsers whether there are users
 * @param rdsPort RDS's port, 0 for any free one
 * @param restorableLag how far the latest restorable time is behind the clock: up to five minutes on AWS
 * @param multiAz whether PostgreSQL gets a standby, soon after the cloud has started
 */
public record LocalCloudConfig(
        int postgresPort,
        int redisPort,
        int dynamoDbPort,
        boolean sampleUsers,
        int rdsPort,
        Duration restorableLag,
        boolean multiAz) {

    static final String POSTGRES_PORT = "headgate.localcloud.postgres.port";
    static final String REDIS_PORT = "headgate.localcloud.redis.port";
    static final String DYNAMODB_PORT = "headgate.localcloud.dynamodb.port";
    static final String RDS_PORT = "headgate.localcloud.rds.port";
    static final String SAMPLE_USERS = "headgate.localcloud.sample-users";
    static final String MULTI_AZ = "headgate.localcloud.multi-az";
    static final String RESTORABLE_LAG = "headgate.localcloud.restorable-lag";

    /** RDS on any free port, the lag of the system property {@value #RESTORABLE_LAG}, and no standby. */
    public LocalCloudConfig(int postgresPort, int redisPort, int dynamoDbPort, boolean sampleUsers) {
        this(postgresPort, redisPort, dynamoDbPort, sampleUsers, 0, lag(), false);
    }

    /** Free ports, so that any number of clouds run side by side, and no users. */
    public static LocalCloudConfig onFreePorts() {
        return new LocalCloudConfig(0, 0, 0, false);
    }

    /**
     * The ports of the system properties {@value #POSTGRES_PORT}, {@value #REDIS_PORT}, {@value #DYNAMODB_PORT} and
     * {@value #RDS_PORT}, by default 15432, 16379, 18000 and 18001: the services' own ports, out of the way of what may run
     * there already; with sample users unless {@value #SAMPLE_USERS} is {@code false}, with a standby unless {@value #MULTI_AZ} is
     * {@code false}, and without a lag unless {@value
     * #RESTORABLE_LAG} is one, such as {@code PT5M}.
     */
    public static LocalCloudConfig fromSystemProperties() {
        return new LocalCloudConfig(
                port(POSTGRES_PORT, 15432),
                port(REDIS_PORT, 16379),
                port(DYNAMODB_PORT, 18000),
                !"false".equals(System.getProperty(SAMPLE_USERS)),
                port(RDS_PORT, 18001),
                lag(),
                !"false".equals(System.getProperty(MULTI_AZ)));
    }

    private static Duration lag() {
        String value = System.getProperty(RESTORABLE_LAG, "PT0S");
        try {
            return Duration.parse(value);
        } catch (DateTimeParseException e) {
            throw new LocalCloudException("-D" + RESTORABLE_LAG + "=" + value + " is no duration like PT5M", e);
        }
    }

    static int port(String property, int byDefault) {
        String value = System.getProperty(property);
        if (value == null) {
            return byDefault;
        }
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65535) {
            throw new LocalCloudException("-D" + property + "=" + value + " is no port: give a number from 0 to 65535");
        }
        return Integer.parseInt(value);
    }
}
