package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real PostgreSQL server on 127.0.0.1, with the database {@code headgate} of the superuser {@code headgate}. What is
 * committed survives {@link #stop()} and {@link #start()}, but no failure of the machine: it does not sync its files.
 * Its write-ahead log is archived, so that it can be {@linkplain PostgresBackup restored} as of any time.
 */
public final class LocalPostgres implements AutoCloseable {

    private static final Map<String, String> SETTINGS = Map.of(
            "listen_addresses", "127.0.0.1",
            "unix_socket_directories", "",
            "max_connections", "200",
            "wal_level", "logical",
            "max_wal_size", "1GB",
            "fsync", "off",
            "full_page_writes", "off",
            // The archive holds links to finished segments, which must not be written again.
            "wal_recycle", "off",
            "timezone", "UTC",
            "log_timezone", "UTC");

    private final Path directory;
    private final WatchedServer server;

    /** A view of a server whose state came from {@link WatchedServer#newState}. */
    LocalPostgres(State state) {
        this(state, Map.of());
    }

    /**
     * A view of a server whose state came from {@link WatchedServer#newState}. Where the server's directory holds {@code
     * data}, that is the data directory, else one with an empty database is made.
     *
     * @param settings PostgreSQL's parameters, over those of every local server
     */
    LocalPostgres(State state, Map<String, String> settings) {
        this.directory = WatchedServer.directory(state);
        this.server = new WatchedServer(new Postgres(directory, data(), archive(), settings), state);
    }

    /**
     * A server on any free port, which is not started yet. Its directory is new, and goes when this JVM dies.
     *
     * @param settings PostgreSQL's parameters, over those of every local server
     */
    public static LocalPostgres in(Path directory, Map<String, String> settings) {
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot create " + directory, e);
        }
        LocalPostgres postgres = new LocalPostgres(WatchedServer.newState(directory, 0), settings);
        postgres.server.stop();
        return postgres;
    }

    public int port() {
        return server.port();
    }

    public String user() {
        return PostgresBinaries.USER;
    }

    public String password() {
        return PostgresBinaries.PASSWORD;
    }

    /** The database that every local server has. */
    public String database() {
        return PostgresBinaries.DATABASE;
    }

    /** {@code postgresql://127.0.0.1:PORT/headgate}, for the reactive client. */
    public String reactiveUrl() {
        return reactiveUrl(database());
    }

    /** {@link #reactiveUrl()} for another database of the server. */
    public String reactiveUrl(String database) {
        return "postgresql://127.0.0.1:" + port() + "/" + database;
    }

    /** {@code jdbc:postgresql://127.0.0.1:PORT/headgate}, for the JDBC driver. */
    public String jdbcUrl() {
        return jdbcUrl(database());
    }

    /** {@link #jdbcUrl()} for another database of the server. */
    public String jdbcUrl(String database) {
        return "jdbc:" + reactiveUrl(database);
    }

    /** A new connection to the database {@code headgate}. */
    public Connection connect() throws SQLException {
        return connect(database());
    }

    /** A new connection to a database of the server. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), user(), password());
    }

    /** A new connection of the superuser who keeps the server, whatever became of {@link #user()}; its waits are short. */
    public Connection connectAsAdministrator() throws SQLException {
        if (!server.isRunning()) {
            // Another server may have its port by now.
            throw new SQLException("PostgreSQL is stopped");
        }
        return administrator(port());
    }

    private static Connection administrator(int port) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?connectTimeout=5&socketTimeout=60&loginTimeout=5",
                PostgresBinaries.ADMINISTRATOR,
                PostgresBinaries.PASSWORD);
    }

    /** Creates an empty database beside {@code headgate}, so that a test can have one of its own. */
    public void createDatabase(String name) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(name, true));
        } catch (SQLException e) {
            throw new LocalCloudException("Cannot create the database " + name + ": " + e.getMessage(), e);
        }
    }

    /** The server's process id while it runs. */
    public long pid() {
        return server.pid();
    }

    /** The data directory. */
    Path data() {
        return directory.resolve("data");
    }

    /** What it wrote ahead. */
    public PostgresArchive archive() {
        return new PostgresArchive(directory.resolve("archive"), data());
    }

    /** Stops it and removes its files, and the archive with them. */
    public void remove() {
        close();
        try {
            Directories.remove(directory);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot remove " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Stops it and removes its data; the archive and what else is in its directory stay. */
    public void retire() {
        stop();
        try {
            Directories.remove(data());
        } catch (IOException e) {
            throw new LocalCloudException("Cannot remove " + data() + ": " + e.getMessage(), e);
        }
    }

    /** Its own directory, which holds more than its data. */
    public Path directory() {
        return directory;
    }

    /** Starts it on the port that it had, and returns when it answers. */
    public void start() {
        server.start();
    }

    /** Stops it: open transactions are rolled back, connections break, and new ones are refused. */
    public void stop() {
        server.stop();
    }

    /** Freezes the process that accepts connections: those that are open go on, new ones wait for {@link #resume()}. */
    public void pause() {
        server.pause();
    }

    public void resume() {
        server.resume();
    }

    @Override
    public void close() {
        server.close();
    }

    private record Postgres(Path directory, Path data, PostgresArchive archive, Map<String, String> settings)
            implements WatchedServer.Kind {

        @Override
        public String name() {
            return "PostgreSQL";
        }

        @Override
        public String portProperty() {
            return LocalCloudConfig.POSTGRES_PORT;
        }

        /** PostgreSQL's fast shutdown. */
        @Override
        public String stopSignal() {
            return "INT";
        }

        @Override
        public List<String> command(int port) {
            Unprivileged way = Unprivileged.current();
            PostgresBinaries binaries = binariesAndData(way);
            List<String> command = new ArrayList<>(
                    way.command(binaries.postgres(), "-D", data.toString(), "-p", Integer.toString(port)));
            archive.settings().forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
            SETTINGS.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
            settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
            return command;
        }

        private PostgresBinaries binariesAndData(Unprivileged way) {
            try {
                PostgresBinaries binaries = PostgresBinaries.unpacked();
                if (Files.notExists(data)) {
                    Directories.copy(binaries.template(), data);
                }
                if (Files.notExists(archive.directory())) {
                    Files.createDirectory(archive.directory());
                    way.give(directory);
                }
                return binaries;
            } catch (IOException e) {
                throw new LocalCloudException("Cannot set up PostgreSQL: " + e.getMessage(), e);
            }
        }

        @Override
        public boolean answers(int port) {
            try (Connection connection = administrator(port)) {
                return connection.isValid(5);
            } catch (SQLException e) {
                return false;
            }
        }
    }
}
