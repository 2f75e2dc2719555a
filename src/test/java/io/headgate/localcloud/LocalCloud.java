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
 * PostgreSQL, Redis, DynamoDB and RDS on this machine, empty, each on a port of 127.0.0.1, until closed. Nothing of it
 * outlives this JVM: neither processes nor files, also when the JVM is killed.
 */
public final class LocalCloud implements AutoCloseable {

    private final Path directory;
    private final AutoCloseable guard;
    private final LocalPostgres postgres;
    private final LocalRedis redis;
    private final LocalDynamoDb dynamoDb;
    private final LocalRds rds;
    private final LocalClock clock;

    private LocalCloud(State state) {
        this.directory = state.get("directory", Path.class);
        this.guard = state.get("guard", AutoCloseable.class);
        this.postgres = new LocalPostgres(state.part("postgres"));
        this.redis = new LocalRedis(state.part("redis"));
        this.dynamoDb = new LocalDynamoDb(state.part("dynamoDb"));
        this.rds = new LocalRds(state.part("rds"));
        this.clock = new LocalClock(state.part("clock"));
    }

    /**
     * Starts the servers at once and returns when all answer; where one fails, none stays. The {@linkplain
     * SampleUsers sample users}, where wanted, are in PostgreSQL's database {@code headgate} and in DynamoDB's table {@code
     * Users}.
     *
     * @throws LocalCloudException when a port is taken, or the platform has no binary
     */
    public static LocalCloud start(LocalCloudConfig config) {
        return new LocalCloud(started(config));
    }

    /**
     * The one local cloud of this JVM, on free ports, started on first use. Nobody closes it: its servers end with the
     * JVM.
     */
    public static LocalCloud shared() {
        return new LocalCloud(SharedState.of(() -> started(LocalCloudConfig.onFreePorts())));
    }

    private static State started(LocalCloudConfig config) {
        LibraryLogs.withoutTraces();
        Path directory = temporaryDirectory();
        AutoCloseable guard = guard(directory);
        State clock = LocalClock.newState();
        State postgres = WatchedServer.newState(subdirectory(directory, "postgres"), config.postgresPort());
        State redis = WatchedServer.newState(subdirectory(directory, "redis"), config.redisPort());
        CompletableFuture<Void> startedPostgres =
                CompletableFuture.runAsync(() -> startPostgres(postgres, config.sampleUsers()), LocalCloud::inThread);
        CompletableFuture<Void> startedRedis =
                CompletableFuture.runAsync(() -> new LocalRedis(redis).start(), LocalCloud::inThread);
        CompletableFuture<State> dynamoDb = CompletableFuture.supplyAsync(
                () -> startDynamoDb(directory, config, new LocalClock(clock)), LocalCloud::inThread);
        CompletableFuture<State> rds = startedPostgres.thenApplyAsync(
                started -> LocalRds.start(
                        directory, new LocalPostgres(postgres), new LocalRedis(redis), new LocalClock(clock), config),
                LocalCloud::inThread);
        try {
            CompletableFuture.allOf(rds, startedRedis, dynamoDb).join();
            if (config.multiAz()) {
                // Not earlier: nobody waits for it.
                new LocalRds(rds.join()).makeMultiAz();
            }
            return new State()
                    .with("directory", directory)
                    .with("guard", guard)
                    .with("postgres", postgres.values())
                    .with("redis", redis.values())
                    .with("dynamoDb", dynamoDb.join().values())
                    .with("rds", rds.join().values())
                    .with("clock", clock.values());
        } catch (CompletionException e) {
            List<AutoCloseable> started = new ArrayList<>();
            if (!rds.isCompletedExceptionally()) {
                started.add(new LocalRds(rds.join()));
            }
            if (!dynamoDb.isCompletedExceptionally()) {
                started.add(new LocalDynamoDb(dynamoDb.join()));
            }
            started.addAll(List.of(new LocalRedis(redis), new LocalPostgres(postgres), guard, () -> remove(directory)));
            RuntimeException failure =
                    e.getCause() instanceof LocalCloudException known ? known : new IllegalStateException(e);
            closeAll(started, failure);
            throw failure;
        }
    }

    private static void startPostgres(State state, boolean sampleUsers) {
        LocalPostgres postgres = new LocalPostgres(state);
        postgres.start();
        if (sampleUsers) {
            PostgresSamples.load(postgres, SampleUsers.ofPostgres());
        }
    }

    private static State startDynamoDb(Path directory, LocalCloudConfig config, LocalClock clock) {
        Path copies = directory.resolve("dynamodb-copies");
        return config.sampleUsers()
                ? LocalDynamoDb.start(
                        config.dynamoDbPort(),
                        clock,
                        copies,
                        DynamoDbSamples.copyTo(directory.resolve("dynamodb")),
                        DynamoDbSamples.TABLE.name())
                : LocalDynamoDb.start(config.dynamoDbPort(), clock, copies);
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

    public LocalRds rds() {
        return rds;
    }

    /** The time that RDS and DynamoDB's backups tell. */
    public LocalClock clock() {
        return clock;
    }

    /** Stops the servers and removes their files. */
    @Override
    public void close() {
        LocalCloudException failure = new LocalCloudException("Cannot close the local cloud");
        closeAll(List.of(rds, dynamoDb, redis, postgres, guard, () -> remove(directory)), failure);
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
        Thread thread = new Thread(task, "local-cloud");
        thread.setDaemon(true);
        thread.start();
    }

    private static Path temporaryDirectory() {
        try {
            boolean isReadByOthers = Unprivileged.current().ownsFiles();
            Path directory = Files.createTempDirectory("headgate-cloud-");
            if (isReadByOthers) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
            }
            return directory;
        } catch (IOException e) {
            throw new LocalCloudException("Cannot create a temporary directory", e);
        }
    }

    /** Watches over what is in no server's own directory, so that it goes also when this JVM is killed. */
    private static AutoCloseable guard(Path directory) {
        try {
            WatchedProcess guard =
                    WatchedProcess.start("TERM", directory, directory.resolve("log"), List.of("sleep", "2147483647"));
            return guard::stop;
        } catch (IOException e) {
            throw new LocalCloudException("Cannot watch over " + directory + ": " + e.getMessage(), e);
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
}
