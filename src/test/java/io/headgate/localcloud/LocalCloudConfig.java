package io.headgate.localcloud;

/**
 * Where the servers of a local cloud listen, all on 127.0.0.1.
 *
 * @param postgresPort PostgreSQL's port, 0 for any free one
 * @param redisPort Redis's port, 0 for any free one
 * @param dynamoDbPort DynamoDB's port, 0 for any free one
 */
public record LocalCloudConfig(int postgresPort, int redisPort, int dynamoDbPort, boolean sampleUsers) {

    static final String POSTGRES_PORT = "headgate.localcloud.postgres.port";
    static final String REDIS_PORT = "headgate.localcloud.redis.port";
    static final String DYNAMODB_PORT = "headgate.localcloud.dynamodb.port";
    static final String SAMPLE_USERS = "headgate.localcloud.sample-users";

    /** Free ports, so that any number of clouds run side by side, and no users. */
    public static LocalCloudConfig onFreePorts() {
        return new LocalCloudConfig(0, 0, 0, false);
    }

    /**
     * The ports of the system properties {@value #POSTGRES_PORT}, {@value #REDIS_PORT} and {@value #DYNAMODB_PORT}, by
     * default 15432, 16379 and 18000: the services' own ports, out of the way of what may run there already; with sample
     * users unless {@value #SAMPLE_USERS} is {@code false}.
     */
    public static LocalCloudConfig fromSystemProperties() {
        return new LocalCloudConfig(
                port(POSTGRES_PORT, 15432),
                port(REDIS_PORT, 16379),
                port(DYNAMODB_PORT, 18000),
                !"false".equals(System.getProperty(SAMPLE_USERS)));
    }

    private static int port(String property, int byDefault) {
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
