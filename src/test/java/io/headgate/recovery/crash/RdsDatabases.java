package io.headgate.recovery.crash;

import java.util.stream.Stream;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBInstance;

/** Databases that a test makes at the local RDS, of MySQL and so without servers; their names end alike. */
record RdsDatabases(RdsAsyncClient rds, String suffix) {

    private static final String AVAILABLE = "available";

    void createInstance(String part, boolean multiAz) {
        rds.createDBInstance(r -> r.dbInstanceIdentifier(name(part))
                        .engine("mysql")
                        .dbInstanceClass("db.t4g.micro")
                        .allocatedStorage(20)
                        .multiAZ(multiAz)
                        .masterUsername("admin")
                        .masterUserPassword("not-a-secret")
                        .backupRetentionPeriod(1))
                .join();
    }

    void createCluster(String part) {
        rds.createDBCluster(r -> r.dbClusterIdentifier(name(part))
                        .engine("aurora-mysql")
                        .masterUsername("admin")
                        .masterUserPassword("not-a-secret")
                        .backupRetentionPeriod(1))
                .join();
    }

    DBInstance instance(String part) {
        return rds.describeDBInstances(r -> r.dbInstanceIdentifier(name(part)))
                .join()
                .dbInstances()
                .get(0);
    }

    DBCluster cluster(String part) {
        return rds.describeDBClusters(r -> r.dbClusterIdentifier(name(part)))
                .join()
                .dbClusters()
                .get(0);
    }

    boolean areAvailable(String... parts) {
        return Stream.of(parts)
                .allMatch(part -> instance(part).dbInstanceStatus().equals(AVAILABLE));
    }

    boolean areClustersAvailable(String... parts) {
        return Stream.of(parts).allMatch(part -> cluster(part).status().equals(AVAILABLE));
    }

    private String name(String part) {
        return part + "-" + suffix;
    }
}
