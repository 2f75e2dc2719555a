package io.headgate.localcloud;

import io.headgate.localcloud.dynamodb.RecoverableDynamoDb;
import java.net.BindException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * DynamoDB Local on 127.0.0.1, within this JVM, and with it the backup operations that it lacks. All credentials and regions
 * see the same tables, and it sends no telemetry.
 */
public final class LocalDynamoDb implements AutoCloseable {

    /** The region to give to clients: they want one, and the server takes any. */
    public static final String REGION = "eu-west-1";

    /** The access key id to give to clients, and the secret as well. */
    public static final String ACCESS_KEY = "headgate";

    private static final String SQLITE_DIRECTORY = "sqlite4java.library.path";

    private final State state;

    /** A view of a server whose state came from {@link #start}. */
    LocalDynamoDb(State state) {
        this.state = state;
    }

    /**
     * Starts an empty server in memory on a port, 0 for any free one, and returns its state when it answers.
     *
     * @param copies where it keeps backups and what point-in-time recovery needs, made when it is needed
     */
    static State start(int port, LocalClock clock, Path copies) {
        return start(port, clock::now, copies);
    }

    /**
     * Starts a server whose tables are files of a directory, which holds none or those of an earlier server.
     *
     * @param recoverable those of its tables that can be restored as they were at any second from now on
     */
    static State start(int port, LocalClock clock, Path copies, Path files, String... recoverable) {
        return startIn(port, files, clock::now, copies, recoverable);
    }

    /** For tests of times, which a test tells itself. */
    static State start(int port, InstantSource clock, Path copies) {
        return startIn(port, null, clock, copies);
    }

    private static State startIn(
            int port, @Nullable Path files, InstantSource clock, Path copies, String... recoverable) {
        findSqlite();
        RecoverableDynamoDb dynamoDb = RecoverableDynamoDb.open(files, copies, clock);
        try {
            for (String table : recoverable) {
                dynamoDb.recoverToAnySecond(table);
            }
            return serve(dynamoDb, port);
        } catch (Exception e) {
            dynamoDb.close();
            if (hasCause(e, BindException.class)) {
                throw Ports.taken("DynamoDB", port, LocalCloudConfig.DYNAMODB_PORT);
            }
            throw new LocalCloudException("Cannot start DynamoDB Local: " + e.getMessage(), e);
        }
    }

    private static State serve(RecoverableDynamoDb dynamoDb, int port) throws Exception {
        // Its own server would listen on every address of the machine, and keep the JVM from ending.
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setDaemon(true);
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server);
        connector.setHost(Ports.LOOPBACK.getHostAddress());
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(new ContextHandler(dynamoDb.handler()));
        server.start();
        AutoCloseable stop = () -> {
            server.stop();
            dynamoDb.close();
        };
        Consumer<String> rollShards = dynamoDb::rollShards;
        return new State()
                .with("port", connector.getLocalPort())
                .with("stop", stop)
                .with("rollShards", rollShards);
    }

    public int port() {
        return state.get("port", Integer.class);
    }

    /** {@code http://127.0.0.1:PORT}. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** Ends the open shards of a table's stream, each of which gets a child, as DynamoDB does every few hours. */
    @SuppressWarnings("unchecked")
    public void rollShards(String table) {
        ((Consumer<String>) state.get("rollShards", Consumer.class)).accept(table);
    }

    /** A new client, which the caller closes. */
    public DynamoDbAsyncClient client() {
        return DynamoDbAsyncClient.builder()
                .endpointOverride(endpoint())
                .region(Region.of(REGION))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, ACCESS_KEY)))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build();
    }

    @Override
    public void close() {
        try {
            state.get("stop", AutoCloseable.class).close();
        } catch (Exception e) {
            throw new LocalCloudException("Cannot stop DynamoDB Local: " + e.getMessage(), e);
        }
    }

    /** The build copies SQLite's native libraries to the test class path. */
    private static void findSqlite() {
        if (System.getProperty(SQLITE_DIRECTORY) != null) {
            return;
        }
        URL directory = LocalDynamoDb.class.getResource("/sqlite4java");
        if (directory == null || !directory.getProtocol().equals("file")) {
            throw new LocalCloudException(
                    "DynamoDB Local needs SQLite's native library in sqlite4java on the class path:"
                            + " ./mvnw generate-test-resources copies it there");
        }
        System.setProperty(
                SQLITE_DIRECTORY, Path.of(URI.create(directory.toString())).toString());
    }

    private static boolean hasCause(@Nullable Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
