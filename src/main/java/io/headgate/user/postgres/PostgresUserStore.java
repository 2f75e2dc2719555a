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
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Users in a table of PostgreSQL, with an index for each order and each filter. Each call is one statement, committed when
 * it is answered. Changes and {@link Consistency#STRONG} reads go to the primary; others, lists and counts among them, to a
 * reader that shows every change which this process has answered, where there is one.
 *
 * <p>A read whose connection breaks is tried once more on another; one that a reader fails goes to the primary; one that
 * the primary can't serve goes to a reader, if {@link Consistency#EVENTUAL} allows it. A change is tried again only when
 * the server says that it undid it.
 */
public final class PostgresUserStore implements UserStore {

    private static final int RETRIES_OF_A_READ = 1;
    private static final int RETRIES_AFTER_GIVING_WAY = 3;
    private static final int CHANGES_BEFORE_LISTS_ARE_EMPTIED = 500;

    private final Connections connections;
    private final Readers readers;
    private final PendingLists pendingLists;
    private final PostgresMeters meters;
    private final Duration readLimit;
    private final Duration writeLimit;

    /** @throws IllegalArgumentException with the name of the property when a limit is shorter than a millisecond */
    public PostgresUserStore(Pool pool, PostgresConfig config) {
        this(pool, Readers.none(), config, new CompositeMeterRegistry());
    }

    /**
     * @param primary connections to the primary
     * @throws IllegalArgumentException with the name of the property when a limit is shorter than a millisecond
     */
    public PostgresUserStore(Pool primary, Readers readers, PostgresConfig config, MeterRegistry meters) {
        this.readers = readers;
        this.meters = new PostgresMeters(meters);
        this.connections = new Connections(
                primary,
                checked("connection-limit", config.connectionLimit()),
                checked("cancel-limit", config.cancelLimit()));
        this.pendingLists = new PendingLists(connections, CHANGES_BEFORE_LISTS_ARE_EMPTIED);
        this.readLimit = checked("read-limit", config.readLimit());
        this.writeLimit = checked("write-limit", config.writeLimit());
    }

    @Override
    public Store store() {
        return Store.POSTGRES;
    }

    @Override
    public boolean hasReaders() {
        return !readers.isEmpty();
    }

    @Override
    public Uni<Map<String, User>> findByKeys(Set<String> keys, Consistency consistency) {
        return keys.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : read(UserSql.findByKeys(keys), consistency)
                        .map(rows -> by(user -> user.id().key(), rows));
    }

    @Override
    public Uni<Map<String, User>> findByEmails(Set<String> emails, Consistency consistency) {
        return emails.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : read(UserSql.findByEmails(emails), consistency).map(rows -> by(User::email, rows));
    }

    @Override
    public Uni<List<User>> list(UserQuery query) {
        return read(UserListSql.list(query), Consistency.EVENTUAL).map(UserRows::users);
    }

    @Override
    public Uni<Long> count(UserFilter filter) {
        return read(UserListSql.count(filter), Consistency.EVENTUAL)
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

    private Uni<RowSet<Row>> read(Statement statement, Consistency consistency) {
        Uni<RowSet<Row>> read = readers.isEmpty() || consistency == Consistency.STRONG
                ? onPrimary(statement)
                : Uni.createFrom().deferred(() -> eventually(statement));
        return read.onFailure().transform(PostgresFailures::ofRead);
    }

    private Uni<RowSet<Row>> eventually(Statement statement) {
        Uni<RowSet<Row>> onPrimary = onPrimary(statement)
                .onFailure(PostgresFailures::isOutage)
                .recoverWithUni(failure -> lastResort(statement, failure));
        Reader reader = readers.next(false);
        return reader == null
                ? onPrimary
                : onReader(reader, statement, false)
                        .onFailure(failure -> !PostgresFailures.isCancelled(failure))
                        .recoverWithUni(onPrimary);
    }

    private Uni<RowSet<Row>> onPrimary(Statement statement) {
        return attempt(() -> connections.run(statement, readLimit))
                .onFailure(PostgresFailures::brokeConnection)
                .retry()
                .atMost(RETRIES_OF_A_READ)
                .invoke(rows -> meters.ofPrimary().increment());
    }

    private Uni<RowSet<Row>> onReader(Reader reader, Statement statement, boolean evenWithDoubt) {
        return Uni.createFrom()
                .completionStage(() -> readers.read(reader, statement, evenWithDoubt, readLimit)
                        .toCompletionStage())
                .invoke(rows -> meters.ofReaders().increment());
    }

    /** What a reader gives that may lack changes of which this process does not know whether they were made. */
    private Uni<RowSet<Row>> lastResort(Statement statement, Throwable failure) {
        Reader reader = readers.next(true);
        return reader == null
                ? Uni.createFrom().failure(failure)
                : onReader(reader, statement, true).onFailure().transform(worse -> failure);
    }

    private Uni<RowSet<Row>> write(Statement statement) {
        return attempt(() -> readers.isEmpty()
                        ? connections.run(statement, writeLimit)
                        : connections.run(connection -> readers.change(statement, connection), writeLimit))
                .invoke(pendingLists::changed)
                .onFailure()
                .transform(failure -> {
                    GatewayException known = PostgresFailures.ofWrite(failure);
                    if (known.code() == ErrorCode.OUTCOME_UNKNOWN) {
                        readers.doubt();
                    }
                    return known;
                });
    }

    private static Uni<RowSet<Row>> attempt(Supplier<Future<RowSet<Row>>> statement) {
        return Uni.createFrom()
                .completionStage(() -> statement.get().toCompletionStage())
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
