package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * A real PostgreSQL server on 127.0.0.1, with the database {@code headgate} of the superuser {@code headgate}. What is
 * committed survives {@link #stop()} and {@link #start()}, but no failure of the machine: it does not sync its files.
 * Its write-ahead log is archived, so that it can be {@linkplain PostgresBackup restored} as of any time.
 */
public final class LocalPostgres implements AutoCloseable {

    static {
        try {
            // Registers itself. JDBC looks for drivers once in a JVM, which may be on a class path of Quarkus' own.
            Class.forName("org.postgresql.Driver");
        } catch (ClassNotFoundException e) {
            throw new LocalCloudException("PostgreSQL's JDBC driver is not on the class path", e);
        }
    }

    private final Path directory;
    private final WatchedServer server;

    /**
     * A view of a server whose state came from {@link WatchedServer#newState}. Where the server's directory holds {@code
     * data}, that is the data directory, else one with an empty database is made.
     */
    LocalPostgres(State state) {
        this.directory = WatchedServer.directory(state);
        this.server = new WatchedServer(new PostgresProcess(directory, data(), archive()), state);
    }

    /** A server on any free port, which is not started yet. Its directory is new, and goes when this JVM dies. */
    public static LocalPostgres in(Path directory) {
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot create " + directory, e);
        }
        LocalPostgres postgres = new LocalPostgres(WatchedServer.newState(directory, 0));
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
        return PostgresProcess.administrator(port());
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

    /** Stops it and starts it again: an orderly restart. */
    public void restart() {
        server.restart();
    }

    /** Ends it as a crash does: nothing is written any more, and {@link #start()} recovers what was committed. */
    public void crash() {
        server.crash("QUIT");
    }

    /** Whether it ended without being asked to. */
    public boolean hasCrashed() {
        return server.hasCrashed();
    }

    public boolean isRunning() {
        return server.isRunning();
    }

    /**
     * Sets PostgreSQL's parameters beside those of every local server, and takes back those that were set before. They are
     * in force at once where they can be, and no copy of the server has them.
     */
    void configure(Map<String, String> parameters) {
        StringBuilder text = new StringBuilder();
        parameters.forEach((name, value) -> text.append(name)
                .append(" = '")
                .append(value.replace("\\", "\\\\").replace("'", "''"))
                .append("'\n"));
        Path configuration = directory.resolve(PostgresBinaries.LOCAL_CONFIGURATION);
        try {
            Path written = Files.writeString(directory.resolve(configuration.getFileName() + ".new"), text);
            Unprivileged.current().give(written);
            Files.move(written, configuration, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot configure PostgreSQL: " + e.getMessage(), e);
        }
        if (isRunning()) {
            server.reload();
        }
    }

    /** Ends it as a failure of power does, and starts it again on its port with the data that a change puts in place. */
    void replace(Runnable change) {
        server.replace(change);
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
}
