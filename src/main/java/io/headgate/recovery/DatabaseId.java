package io.headgate.recovery;

import io.headgate.error.GatewayException;

/**
 * The id of a database, which people can read and write: {@code rds:mydb}, {@code aurora:mycluster}, {@code
 * dynamodb:Users}.
 *
 * @param name what AWS calls the identifier or the table's name; unique within a kind, an account and a region
 */
public record DatabaseId(DatabaseKind kind, String name) {

    public DatabaseId {
        name = kind.canonical(name);
    }

    /** Whether a text has the form of such an id. */
    public static boolean isId(String text) {
        int colon = text.indexOf(':');
        return colon > 0 && colon < text.length() - 1 && DatabaseKind.ofPrefix(text.substring(0, colon)) != null;
    }

    /**
     * Reads an id.
     *
     * @throws GatewayException INVALID_ARGUMENT when it has another form
     */
    public static DatabaseId parse(String id) {
        int colon = id.indexOf(':');
        DatabaseKind kind = colon < 0 ? null : DatabaseKind.ofPrefix(id.substring(0, colon));
        if (kind == null || colon == id.length() - 1) {
            throw GatewayException.invalidArgument("'" + id
                    + "' is no database's id: write rds:mydb, aurora:mycluster, dynamodb:Users or cache:my-redis");
        }
        return new DatabaseId(kind, id.substring(colon + 1));
    }

    /** The id as clients write it. */
    @Override
    public String toString() {
        return kind.prefix() + ":" + name;
    }
}
