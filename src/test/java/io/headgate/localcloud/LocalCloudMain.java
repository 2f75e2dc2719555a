package io.headgate.localcloud;

import java.io.IOException;

/**
 * A local cloud as a process of its own, which {@code quarkus:dev} and the benchmarks start as their child: it prints one
 * line when it is ready, and ends when its standard input does. {@link LocalCloudConfig#fromSystemProperties()} says where
 * it listens; {@code -Dheadgate.localcloud.sample-users=false} leaves it empty.
 */
public final class LocalCloudMain {

    private LocalCloudMain() {}

    public static void main(String[] arguments) throws IOException {
        // What the class path's libraries log through; it complains where it comes second.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        try (LocalIssuer issuer = LocalIssuer.start(LocalCloudConfig.port(LocalIssuer.PORT, 18002));
                LocalCloud cloud = LocalCloud.start(LocalCloudConfig.fromSystemProperties())) {
            System.out.printf(
                    "headgate local cloud ready postgres=%s redis=%s dynamodb=%s rds=%s issuer=%s%n",
                    cloud.postgres().reactiveUrl(),
                    cloud.redis().url(),
                    cloud.dynamoDb().endpoint(),
                    cloud.rds().endpoint(),
                    issuer.issuer());
            waitForEndOfInput();
        } catch (LocalCloudException e) {
            System.err.println("headgate local cloud failed: " + e.getMessage());
            System.exit(1);
        }
        // Neither a thread of DynamoDB Local nor one of a client keeps the process.
        System.exit(0);
    }

    private static void waitForEndOfInput() throws IOException {
        while (System.in.read() != -1) {
            // Nothing is expected.
        }
    }
}
