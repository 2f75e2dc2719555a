package io.headgate.localcloud;

import java.nio.file.Path;
import java.time.InstantSource;

/** A DynamoDB that a test has for itself, in memory. */
public final class OwnDynamoDb implements AutoCloseable {

    private final LocalDynamoDb server;

    private OwnDynamoDb(State state) {
        this.server = new LocalDynamoDb(state);
    }

    /**
     * Starts it with a clock that the test tells.
     *
     * @param directory where it keeps what must not be in memory
     */
    public static OwnDynamoDb start(Path directory, InstantSource clock) {
        return new OwnDynamoDb(LocalDynamoDb.start(0, clock, directory));
    }

    /** The server, which nobody closes but this. */
    public LocalDynamoDb server() {
        return server;
    }

    @Override
    public void close() {
        server.close();
    }
}
