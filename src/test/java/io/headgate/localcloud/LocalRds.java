package io.headgate.localcloud;

import io.headgate.localcloud.rds.RdsServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/**
 * Amazon RDS on 127.0.0.1, within this JVM: it answers the AWS SDK and the AWS CLI, and each of its PostgreSQL databases is
 * a real server. The cloud's own PostgreSQL is its DB instance {@code mydb}. ElastiCache answers
 * at the same endpoint; the cloud's own Redis is its replication group {@code my-redis}.
 */
public final class LocalRds implements AutoCloseable {

    private final State state;

    /** A view of a control plane whose state came from {@link #start}. */
    LocalRds(State state) {
        this.state = state;
    }

    /** Starts it over a PostgreSQL that runs, and returns its state when it answers. */
    static State start(Path cloud, LocalPostgres mydb, LocalRedis redis, LocalClock clock, LocalCloudConfig config) {
        try {
            Files.createDirectory(cloud.resolve("rds"));
            RdsServer server = RdsServer.start(
                    new InetSocketAddress(Ports.LOOPBACK, config.rdsPort()),
                    cloud,
                    mydb,
                    redis,
                    clock,
                    config.restorableLag());
            return new State().with("port", server.port()).with("stop", server).with("makeMultiAz", (Runnable)
                    server::makeMultiAz);
        } catch (BindException e) {
            throw Ports.taken("RDS", config.rdsPort(), LocalCloudConfig.RDS_PORT);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot start RDS: " + e.getMessage(), e);
        }
    }

    /** Begins to give the cloud's own PostgreSQL a standby. */
    void makeMultiAz() {
        state.get("makeMultiAz", Runnable.class).run();
    }

    public int port() {
        return state.get("port", Integer.class);
    }

    /** {@code http://127.0.0.1:PORT}. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** A new client, which the caller closes. */
    public RdsAsyncClient client() {
        return RdsAsyncClient.builder()
                .endpointOverride(endpoint())
                .region(Region.of(LocalDynamoDb.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(LocalDynamoDb.ACCESS_KEY, LocalDynamoDb.ACCESS_KEY)))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build();
    }

    /** A new client of ElastiCache, which answers at the same endpoint; the caller closes it. */
    public ElastiCacheAsyncClient elastiCache() {
        return ElastiCacheAsyncClient.builder()
                .endpointOverride(endpoint())
                .region(Region.of(LocalDynamoDb.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(LocalDynamoDb.ACCESS_KEY, LocalDynamoDb.ACCESS_KEY)))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build();
    }

    /** Ends it and all servers besides the cloud's own PostgreSQL. */
    @Override
    public void close() {
        try {
            state.get("stop", AutoCloseable.class).close();
        } catch (Exception e) {
            throw new LocalCloudException("Cannot stop RDS: " + e.getMessage(), e);
        }
    }
}
