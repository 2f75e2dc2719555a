package io.headgate.user.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The table of users with its indexes, in versions: each is a script that leads from the one before to it. A table of the
 * database, {@code headgate_schema}, holds the versions that it has been through.
 */
public final class UsersSchema {

    /** In the order of their versions, from 1. */
    private static final List<String> SCRIPTS = List.of(script("db/migration/1-users.sql"));

    /** Any number that nothing else in the database locks. */
    private static final long LOCK = 0x68656164_67617465L;

    private static final String VERSIONS = "CREATE TABLE IF NOT EXISTS headgate_schema"
            + " (version integer PRIMARY KEY, migrated_at timestamptz NOT NULL DEFAULT now());\n";

    /** Flyway made the first version, before Headgate did so itself. */
    private static final String MADE_BY_FLYWAY = "INSERT INTO headgate_schema (version)"
            + " SELECT 1 WHERE to_regclass('flyway_schema_history') IS NOT NULL ON CONFLICT DO NOTHING;\n";

    private static final String VERSION = "SELECT coalesce(max(version), 0) FROM headgate_schema";
    private static final String UNDEFINED_TABLE = "42P01";

    private final Pool pool;

    /** @param pool its user may create tables, indexes and trusted extensions */
    public UsersSchema(Pool pool) {
        this.pool = pool;
    }

    /**
     * Brings the database to the newest version, where it has none or an older one, in one transaction. Gateways that do so
     * at once wait for each other. Fails with what the driver or the server fails with, and then nothing was changed.
     */
    public Uni<Void> migrate() {
        return Uni.createFrom()
                .completionStage(() -> pool.withConnection(UsersSchema::version)
                        .compose(version -> version < SCRIPTS.size() ? locked() : Future.<Void>succeededFuture())
                        .toCompletionStage());
    }

    private Future<Void> locked() {
        return pool.withTransaction(connection -> connection
                .query("SELECT pg_advisory_xact_lock(" + LOCK + "); SET LOCAL client_min_messages = warning;" + VERSIONS
                        + MADE_BY_FLYWAY)
                .execute()
                .compose(locked -> version(connection))
                .compose(version -> connection.query(statementsSince(version)).execute())
                .mapEmpty());
    }

    private static Future<Integer> version(SqlConnection connection) {
        return connection
                .query(VERSION)
                .execute()
                .map(rows -> rows.iterator().next().getInteger(0))
                .recover(e -> e instanceof PgException refusal && UNDEFINED_TABLE.equals(refusal.getSqlState())
                        ? Future.succeededFuture(0)
                        : Future.failedFuture(e));
    }

    /** The SQL that leads from a version to the newest one; 0 is an empty database. */
    public static String statementsSince(int version) {
        return VERSIONS
                + IntStream.range(version, SCRIPTS.size())
                        .mapToObj(i ->
                                SCRIPTS.get(i) + "\nINSERT INTO headgate_schema (version) VALUES (" + (i + 1) + ");\n")
                        .collect(Collectors.joining());
    }

    /** Read when a native image is built, which then needs no resource. */
    private static String script(String name) {
        try (InputStream stream = UsersSchema.class.getClassLoader().getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("no resource " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
