package io.headgate.user.postgres;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.user.Consistency;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.headgate.user.UserFilter;
import io.headgate.user.UserQuery;
import io.headgate.user.UserStore;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Users in a table of PostgreSQL, with an index for each order and each filter. Each call is one statement on the
 * primary, committed when it is answered, so every read is as fresh as {@link Consistency#STRONG} asks.
 *
 * <p>A read whose connection breaks is tried once more on another. A change is tried again only when the server says that
 * it undid it.
 */
public final class PostgresUserStore implements UserStore {

    private static final int RETRIES_OF_A_READ = 1;
    private static final int RETRIES_AFTER_GIVING_WAY = 3;

    private final Connections connections;
    private final Duration readLimit;
    private final Duration writeLimit;

    /** @throws IllegalArgumentException with the name of the property when a limit is shorter than a millisecond */
    public PostgresUserStore(Pool pool, PostgresConfig config) {
        this.connections = new Connections(
                pool,
                checked("connection-limit", config.connectionLimit()),
                checked("cancel-limit", config.cancelLimit()));
        this.readLimit = checked("read-limit", config.readLimit());
        this.writeLimit = checked("write-limit", config.writeLimit());
    }

    @Override
    public Store store() {
        return Store.POSTGRES;
    }

    @Override
    public Uni<Map<String, User>> findByKeys(Set<String> keys, Consistency consistency) {
        return keys.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : read(UserSql.findByKeys(keys))
                        .map(rows -> by(user -> user.id().key(), rows));
    }

    @Override
    public Uni<Map<String, User>> findByEmails(Set<String> emails) {
        return emails.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : read(UserSql.findByEmails(emails)).map(rows -> by(User::email, rows));
    }

    @Override
    public Uni<List<User>> list(UserQuery query) {
        return read(UserListSql.list(query)).map(UserRows::users);
    }

    @Override
    public Uni<Long> count(UserFilter filter) {
        return read(UserListSql.count(filter))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    @Override
    public Uni<User> create(User user) {
        return write(UserSql.create(user)).replaceWith(user);
    }

    @Override
    public Uni<User> update(String key, UserChange change, @Nullable Integer expectedVersion) {
        return write(UserSql.update(key, change, expectedVersion)).map(PostgresUserStore::changed);
    }

    @Override
    public Uni<User> delete(String key, @Nullable Integer expectedVersion) {
        return write(UserSql.delete(key, expectedVersion)).map(PostgresUserStore::changed);
    }

    private Uni<RowSet<Row>> read(Statement statement) {
        return attempt(statement, readLimit)
                .onFailure(PostgresFailures::brokeConnection)
                .retry()
                .atMost(RETRIES_OF_A_READ)
                .onFailure()
                .transform(PostgresFailures::ofRead);
    }

    private Uni<RowSet<Row>> write(Statement statement) {
        return attempt(statement, writeLimit).onFailure().transform(PostgresFailures::ofWrite);
    }

    private Uni<RowSet<Row>> attempt(Statement statement, Duration limit) {
        return Uni.createFrom()
                .completionStage(() -> connections.run(statement, limit).toCompletionStage())
                .onFailure(PostgresFailures::gaveWay)
                .retry()
                .atMost(RETRIES_AFTER_GIVING_WAY);
    }

    private static Map<String, User> by(Function<User, String> name, RowSet<Row> rows) {
        return UserRows.users(rows).stream().collect(Collectors.toMap(name, Function.identity()));
    }

    private static User changed(RowSet<Row> rows) {
        if (!rows.iterator().hasNext()) {
            throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no such user");
        }
        Row row = rows.iterator().next();
        if (row.getString(0) == null) {
            throw GatewayException.of(
                    ErrorCode.CONFLICT, "the user has another version than the expected one: read it again");
        }
        return UserRows.user(row);
    }

    private static Duration checked(String property, Duration limit) {
        if (limit.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "headgate.postgres." + property + " is " + limit + "; at least 1 millisecond is needed");
        }
        return limit;
    }
}
