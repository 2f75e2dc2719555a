package io.headgate.recovery.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/** A table of {@code mydb}. A row is the texts that PostgreSQL shows of its columns, null where they are null. */
final class PostgresTruthStore implements TruthStore<List<@Nullable String>> {

    /** The columns besides the key, and their types. */
    private static final List<Map.Entry<String, String>> COLUMNS = List.of(
            Map.entry("counter", "bigint"),
            Map.entry("amount", "numeric"),
            Map.entry("ratio", "double precision"),
            Map.entry("note", "text"),
            Map.entry("payload", "bytea"),
            Map.entry("seen", "timestamp"),
            Map.entry("active", "boolean"),
            Map.entry("document", "jsonb"),
            Map.entry("labels", "text[]"),
            Map.entry("reference", "uuid"));

    static final int COUNTER = 0;

    private final LocalPostgres mydb = LocalCloud.shared().postgres();
    private final RdsAsyncClient rds = LocalCloud.shared().rds().client();
    private final long pid = mydb.pid();
    private final String table;
    private final Queue<Connection> connections = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Connection> loading = ThreadLocal.withInitial(this::connect);

    private PostgresTruthStore(String table) {
        this.table = table;
    }

    static PostgresTruthStore create(String table) {
        PostgresTruthStore store = new PostgresTruthStore(table);
        String columns = COLUMNS.stream()
                .map(column -> column.getKey() + " " + column.getValue())
                .collect(Collectors.joining(", "));
        store.execute("CREATE TABLE " + table + " (owner text, number int, " + columns
                + ", PRIMARY KEY (owner, number), UNIQUE (reference))");
        store.execute("CREATE INDEX ON " + table + " (seen) WHERE active");
        return store;
    }

    @Override
    public String database() {
        return "rds:mydb";
    }

    @Override
    public Map<String, List<@Nullable String>> rows() {
        return rowsAt(mydb.jdbcUrl());
    }

    @Override
    public Map<String, List<@Nullable String>> rowsOf(String target) {
        return rowsAt("jdbc:postgresql://" + Gateway.endpoint("rds:" + target) + "/" + mydb.database());
    }

    private Map<String, List<@Nullable String>> rowsAt(String url) {
        String texts =
                COLUMNS.stream().map(column -> column.getKey() + "::text").collect(Collectors.joining(", "));
        try (Connection connection = DriverManager.getConnection(url, mydb.user(), mydb.password());
                Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT owner || '/' || number, " + texts + " FROM " + table)) {
            Map<String, List<@Nullable String>> rows = new HashMap<>();
            while (found.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int column = 0; column < COLUMNS.size(); column++) {
                    row.add(found.getString(column + 2));
                }
                assertThat(rows.put(found.getString(1), row)).isNull();
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void delete(String target) {
        rds.deleteDBInstance(request -> request.dbInstanceIdentifier(target).skipFinalSnapshot(true))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public Callable<@Nullable Void> changes(Share<List<@Nullable String>> share, Pace pace, Random random) {
        return new PostgresChanges(connect(), this, share, pace, random);
    }

    @Override
    public void write(String key, long number) throws SQLException {
        try (PreparedStatement put = loading.get()
                .prepareStatement("INSERT INTO " + table + " (owner, number, counter) VALUES (?, ?, ?)"
                        + " ON CONFLICT (owner, number) DO UPDATE SET counter = excluded.counter")) {
            put.setString(1, owner(key));
            put.setInt(2, number(key));
            put.setLong(3, number);
            put.executeUpdate();
        }
    }

    @Override
    public long written(List<@Nullable String> row) {
        return Long.parseLong(Objects.requireNonNull(row.get(COUNTER)));
    }

    @Override
    public void assertUnharmed() {
        assertThat(mydb.pid()).as("the server's process").isEqualTo(pid);
    }

    void insert(Connection connection, String key, List<@Nullable String> row) throws SQLException {
        String values =
                COLUMNS.stream().map(column -> "?::" + column.getValue()).collect(Collectors.joining(", "));
        run(connection, "INSERT INTO " + table + " VALUES (?, ?::int, " + values + ")", keyAnd(key, row));
    }

    void update(Connection connection, String key, List<@Nullable String> row) throws SQLException {
        String values = COLUMNS.stream()
                .map(column -> column.getKey() + " = new." + column.getKey() + "::" + column.getValue())
                .collect(Collectors.joining(", "));
        String names = COLUMNS.stream().map(Map.Entry::getKey).collect(Collectors.joining(", "));
        run(
                connection,
                "UPDATE " + table + " SET " + values + " FROM (VALUES (?, ?::int"
                        + ", ?::text".repeat(COLUMNS.size()) + ")) AS new (owner, number, " + names + ")"
                        + " WHERE " + table + ".owner = new.owner AND " + table + ".number = new.number",
                keyAnd(key, row));
    }

    /** Adds one to the counters of all rows of an owner. */
    void count(Connection connection, String owner) throws SQLException {
        run(connection, "UPDATE " + table + " SET counter = counter + 1 WHERE owner = ?", List.of(owner));
    }

    void delete(Connection connection, String key) throws SQLException {
        run(connection, "DELETE FROM " + table + " WHERE owner = ? AND number = ?::int", keyAnd(key, List.of()));
    }

    private static List<@Nullable String> keyAnd(String key, List<@Nullable String> row) {
        List<@Nullable String> values = new ArrayList<>(List.of(owner(key), Integer.toString(number(key))));
        values.addAll(row);
        return values;
    }

    private static void run(Connection connection, String sql, List<@Nullable String> values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int index = 0; index < values.size(); index++) {
                statement.setString(index + 1, values.get(index));
            }
            statement.executeUpdate();
        }
    }

    private static String owner(String key) {
        return key.substring(0, key.lastIndexOf('/'));
    }

    private static int number(String key) {
        return Integer.parseInt(key.substring(key.lastIndexOf('/') + 1));
    }

    private void execute(String sql) {
        try (Connection connection = mydb.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private Connection connect() {
        try {
            Connection connection = mydb.connect();
            connections.add(connection);
            return connection;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
        execute("DROP TABLE " + table);
        rds.close();
    }
}
