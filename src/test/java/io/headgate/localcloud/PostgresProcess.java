package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PostgreSQL as a process: how it is started, stopped and asked whether it answers. */
record PostgresProcess(Path directory, Path data, PostgresArchive archive) implements WatchedServer.Kind {

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("listen_addresses", "127.0.0.1"),
            Map.entry("unix_socket_directories", ""),
            Map.entry("max_connections", "200"),
            Map.entry("wal_level", "logical"),
            // What a replication slot keeps at the most that nobody reads.
            Map.entry("max_slot_wal_keep_size", "1GB"),
            Map.entry("max_wal_size", "1GB"),
            // What a standby that takes over has to replay first.
            Map.entry("checkpoint_timeout", "60s"),
            // What a standby that was away for a moment still finds, and one that takes over archives for its primary.
            Map.entry("wal_keep_size", "128MB"),
            Map.entry("fsync", "off"),
            Map.entry("full_page_writes", "off"),
            // The archive holds links to finished segments, which must not be written again.
            Map.entry("wal_recycle", "off"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC"));

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
        List<String> command =
                new ArrayList<>(way.command(binaries.postgres(), "-D", data.toString(), "-p", Integer.toString(port)));
        archive.settings().forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        SETTINGS.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
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

    /** A new connection of the superuser who keeps the server; its waits are short. */
    static Connection administrator(int port) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?connectTimeout=5&socketTimeout=60&loginTimeout=5",
                PostgresBinaries.ADMINISTRATOR,
                PostgresBinaries.PASSWORD);
    }
}
