package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * PostgreSQL, Redis and DynamoDB on this machine, empty, each on a port of 127.0.0.1, until closed. Nothing of it
 * outlives this JVM: neither processes nor files, also when the JVM is killed.
 */
public final class LocalCloud implements AutoCloseable {

    private final Path directory;
    private final LocalPostgres postgres;
    private final LocalRedis redis;
    private final LocalDynamoDb dynamoDb;

    private LocalCloud(Path directory, LocalPostgres postgres, LocalRedis redis, LocalDynamoDb dynamoDb) {
        this.directory = directory;
        this.postgres = postgres;
        this.redis = redis;
        this.dynamoDb = dynamoDb;
    }

    /**
     * Starts the three servers at once and returns when all answer; where one fails, none stays.
     *
     * @throws LocalCloudException when a port is taken, or the platform has no binary
     */
    public static LocalCloud start(LocalCloudConfig config) {
        Path directory = temporaryDirectory();
        LocalPostgres postgres = new LocalPostgres(subdirectory(directory, "postgres"), config.postgresPort());
        LocalRedis redis = new LocalRedis(subdirectory(directory, "redis"), config.redisPort());
        CompletableFuture<Void> startedPostgres = CompletableFuture.runAsync(postgres::start, LocalCloud::inThread);
        CompletableFuture<Void> startedRedis = CompletableFuture.runAsync(redis::start, LocalCloud::inThread);
        CompletableFuture<LocalDynamoDb> startedDynamoDb =
                CompletableFuture.supplyAsync(() -> LocalDynamoDb.start(config.dynamoDbPort()), LocalCloud::inThread);
        try {
            CompletableFuture.allOf(startedPostgres, startedRedis, startedDynamoDb)
                    .join();
            return new LocalCloud(directory, postgres, redis, startedDynamoDb.join());
        } catch (CompletionException e) {
            List<AutoCloseable> started = new ArrayList<>(List.of(redis, postgres, () -> remove(directory)));
            if (!startedDynamoDb.isCompletedExceptionally()) {
                started.add(0, startedDynamoDb.join());
            }
            RuntimeException failure =
                    e.getCause() instanceof LocalCloudException known ? known : new IllegalStateException(e);
            closeAll(started, failure);
            throw failure;
        }
    }

    /** The one local cloud of this JVM, on free ports, started on first use and closed when the JVM ends. */
    public static LocalCloud shared() {
        return Shared.CLOUD;
    }

    public LocalPostgres postgres() {
        return postgres;
    }

    public LocalRedis redis() {
        return redis;
    }

    public LocalDynamoDb dynamoDb() {
        return dynamoDb;
    }

    /** Stops the servers and removes their files. */
    @Override
    public void close() {
        LocalCloudException failure = new LocalCloudException("Cannot close the local cloud");
        closeAll(List.of(dynamoDb, redis, postgres, () -> remove(directory)), failure);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    private static void closeAll(List<AutoCloseable> parts, Throwable failure) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static void inThread(Runnable task) {
        Thread thread = new Thread(task, "local-cloud-start");
        thread.setDaemon(true);
        thread.start();
    }

    private static Path temporaryDirectory() {
        try {
            Path directory = Files.createTempDirectory("headgate-cloud-");
            if (Unprivileged.current().ownsFiles()) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
            }
            return directory;
        } catch (IOException e) {
            throw new LocalCloudException("Cannot create a temporary directory", e);
        }
    }

    private static Path subdirectory(Path directory, String name) {
        try {
            return Files.createDirectory(directory.resolve(name));
        } catch (IOException e) {
            throw new LocalCloudException("Cannot create a directory for " + name, e);
        }
    }

    private static void remove(Path directory) throws IOException {
        Directories.remove(directory);
    }

    private static final class Shared {

        static final LocalCloud CLOUD = start();

        private static LocalCloud start() {
            LocalCloud cloud = LocalCloud.start(LocalCloudConfig.onFreePorts());
            Runtime.getRuntime().addShutdownHook(new Thread(cloud::close, "local-cloud-close"));
            return cloud;
        }
    }
}
