package io.headgate.recovery;

import io.headgate.error.GatewayException;

/**
 * The id of a snapshot: {@code snapshot:rds:before-migration}, {@code snapshot:dynamodb:arn:aws:dynamodb:…}.
 *
 * @param kind the kind of the database that it holds
 * @param key what AWS tells it from others by: a DB snapshot's or DB cluster snapshot's identifier, a DynamoDB backup's ARN
 */
public record SnapshotId(DatabaseKind kind, String key) {

    private static final String PREFIX = "snapshot:";

    public SnapshotId {
        key = kind.canonical(key);
    }

    /** Whether a text has the form of such an id. */
    public static boolean isId(String text) {
        return text.startsWith(PREFIX) && DatabaseId.isId(text.substring(PREFIX.length()));
    }

    /**
     * Reads an id.
     *
     * @throws GatewayException INVALID_ARGUMENT when it has another form
     */
    public static SnapshotId parse(String id) {
        if (!isId(id)) {
            throw GatewayException.invalidArgument("'" + id
                    + "' is no snapshot's id: take it from the query snapshots, as in snapshot:rds:my-snapshot");
        }
        DatabaseId inner = DatabaseId.parse(id.substring(PREFIX.length()));
        return new SnapshotId(inner.kind(), inner.name());
    }

    /** The id as clients write it. */
    @Override
    public String toString() {
        return PREFIX + kind.prefix() + ":" + key;
    }
}
