package io.headgate.localcloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, unpacked from the class path once for all runs, and beside them a data directory as initdb
 * leaves it, to be copied: initdb takes longer than all else that a start does.
 *
 * @param programs holds {@code bin}, {@code lib} and {@code share}
 * @param template a data directory of the superuser {@link #ADMINISTRATOR}, which holds the empty database {@link
 *     #DATABASE} of the superuser {@link #USER}
 */
record PostgresBinaries(Path programs, Path template) {

    static final String DATABASE = "headgate";
    static final String USER = "headgate";
    static final String PASSWORD = "headgate";

    /** Who keeps the server, as on Amazon RDS: users may drop all others, and change their passwords. */
    static final String ADMINISTRATOR = "rdsadmin";

    /** Beside a data directory: what PostgreSQL reads after its own configuration, and no copy of the data takes along. */
    static final String LOCAL_CONFIGURATION = "local.conf";

    private static final String INCLUDE = "include_if_exists = '../" + LOCAL_CONFIGURATION + "'\n";

    private static final String SQL = """
            CREATE ROLE %s SUPERUSER LOGIN PASSWORD '%s'
            CREATE DATABASE %s OWNER %s
            """.formatted(USER, PASSWORD, DATABASE, USER);

    static PostgresBinaries unpacked() throws IOException {
        Platform platform = Platform.current();
        String archive = "postgres-" + platform.system() + "-" + platform.processor();
        URL resource = PostgresBinaries.class.getResource("/" + archive + ".txz");
        if (resource == null) {
            throw new LocalCloudException("There is no PostgreSQL for " + Platform.name() + " on the class path: "
                    + archive + ".txz is in a dependency that the pom has a profile for");
        }
        // The archive's name carries no version, and its size tells one version from another.
        String name = archive + "-" + resource.openConnection().getContentLengthLong();
        Path programs = Directories.kept(name, directory -> unpack(resource, directory));
        Path template = Directories.kept(
                        name + "-template-" + Integer.toHexString((SQL + INCLUDE).hashCode())
                                + (Unprivileged.current().ownsFiles() ? "-nobody" : ""),
                        directory -> initialise(programs, directory))
                .resolve("data");
        return new PostgresBinaries(programs, template);
    }

    String postgres() {
        return program(programs, "postgres");
    }

    private static String program(Path programs, String name) {
        return programs.resolve("bin").resolve(name).toString();
    }

    private static void unpack(URL archive, Path directory) throws IOException {
        try (InputStream packed = new BufferedInputStream(archive.openStream());
                TarArchiveInputStream files = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
            TarArchiveEntry entry;
            while ((entry = files.getNextEntry()) != null) {
                Path path = directory.resolve(entry.getName()).normalize();
                if (!path.startsWith(directory)) {
                    throw new IOException(archive + " holds " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    if (entry.isSymbolicLink()) {
                        Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                    } else if (entry.isLink()) {
                        Files.createLink(path, directory.resolve(entry.getLinkName()));
                    } else {
                        Files.copy(files, path);
                        boolean executable = (entry.getMode() & 0100) != 0;
                        Files.setPosixFilePermissions(
                                path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
                    }
                }
            }
        }
    }

    private static void initialise(Path programs, Path directory) throws IOException {
        Unprivileged way = Unprivileged.current();
        Path password = Files.writeString(directory.resolve("password"), PASSWORD);
        way.give(directory);
        String data = directory.resolve("data").toString();
        run(
                directory,
                way.command(
                        program(programs, "initdb"),
                        "--pgdata=" + data,
                        "--username=" + ADMINISTRATOR,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        // Copies and archives of small databases stay small.
                        "--wal-segsize=1",
                        "--no-sync",
                        "--no-instructions"),
                "");
        Files.writeString(directory.resolve("data/postgresql.conf"), INCLUDE, StandardOpenOption.APPEND);
        run(directory, way.command(program(programs, "postgres"), "--single", "-F", "-D", data, "postgres"), SQL);
    }

    private static void run(Path directory, List<String> command, String input) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (process.waitFor() != 0 || output.contains("ERROR:")) {
                throw new IOException(String.join(" ", command) + " failed:\n" + output);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while running " + command, e);
        }
    }
}
