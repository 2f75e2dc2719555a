package io.headgate.localcloud;

import java.nio.file.Path;

/** A DynamoDB that a test has for itself, in memory, with a clock that it may move. */
public final class OwnDynamoDb implements AutoCloseable {

    private final LocalClock clock = new LocalClock(LocalClock.newState());
    private final LocalDynamoDb dynamoDb;

    /**
     * Starts it.
     *
     * @param directory where it keeps what must not be in memory
     */
    public OwnDynamoDb(Path directory) {
        this.dynamoDb = new LocalDynamoDb(LocalDynamoDb.start(0, clock, directory));
    }

    public LocalDynamoDb server() {
        return dynamoDb;
    }

    public LocalClock clock() {
        return clock;
    }

    @Override
    public void close() {
        dynamoDb.close();
    }
}
