package io.headgate.localcloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/** The local cloud as a child, and what is left of it when that ends. */
class LocalCloudMainTest {

    private static final int LONGEST_END_SECONDS = 30;

    @TempDir
    private static Path temporary;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void saysWhereItListensWhenItIsReady() throws Exception {
        // When
        String ready = firstLine(child());

        // Then
        assertThat(ready)
                .matches("headgate local cloud ready postgres=postgresql://127.0.0.1:\\d+/headgate"
                        + " redis=redis://127.0.0.1:\\d+ dynamodb=http://127.0.0.1:\\d+"
                        + " rds=http://127.0.0.1:\\d+ issuer=http://127.0.0.1:\\d+");
    }

    @Test
    void leavesNothingWhenItsInputEnds() throws Exception {
        // Given
        Process child = child();
        firstLine(child);
        List<ProcessHandle> servers = servers(child);

        // When
        child.getOutputStream().close();

        // Then
        assertEnd(servers);
        assertThat(child.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isZero();
        assertThat(clouds()).isEmpty();
    }

    @Test
    void leavesNothingWhenItIsKilled() throws Exception {
        // Given
        Process child = child();
        firstLine(child);
        List<ProcessHandle> servers = servers(child);

        // When
        child.destroyForcibly();

        // Then
        assertEnd(servers);
        assertCloudsEnd();
    }

    @Test
    void leavesNothingWhenItIsKilledWhileServersAreStopped() throws Exception {
        // Given
        Process child = start(StoppedServers.class);
        firstLine(child);
        assertThat(clouds()).isNotEmpty();

        // When
        child.destroyForcibly();

        // Then
        assertCloudsEnd();
    }

    @Test
    void leavesNothingWhenItIsKilledWithRestoredServersAndSnapshots() throws Exception {
        // Given
        Process child = start(RestoredServers.class);
        firstLine(child);
        List<ProcessHandle> servers = servers(child);

        // When
        child.destroyForcibly();

        // Then
        assertEnd(servers);
        assertCloudsEnd();
    }

    @Test
    void failsWithTheTakenPort() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(Ports.LOOPBACK, 0));

            // When
            Process child = child("-D" + LocalCloudConfig.POSTGRES_PORT + "=" + taken.getLocalPort());

            // Then
            assertThat(new String(child.getErrorStream().readAllBytes(), UTF_8))
                    .contains("Port " + taken.getLocalPort() + " for PostgreSQL is taken");
            assertThat(child.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isOne();
            assertThat(clouds()).isEmpty();
        }
    }

    /** Stops its servers and waits. */
    static final class StoppedServers {

        public static void main(String[] arguments) throws IOException {
            try (LocalCloud cloud = LocalCloud.start(LocalCloudConfig.onFreePorts())) {
                cloud.redis().stop();
                cloud.postgres().stop();
                System.out.println("stopped");
                System.in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    /** Restores a server from a snapshot, begins to restore another one, and waits. */
    static final class RestoredServers {

        public static void main(String[] arguments) throws IOException {
            try (LocalCloud cloud = LocalCloud.start(LocalCloudConfig.onFreePorts());
                    RdsAsyncClient rds = cloud.rds().client()) {
                rds.createDBSnapshot(
                                request -> request.dbInstanceIdentifier("mydb").dbSnapshotIdentifier("mine"))
                        .join();
                while (rds
                        .describeDBSnapshots(request -> request.dbSnapshotIdentifier("mine"))
                        .join()
                        .dbSnapshots()
                        .stream()
                        .noneMatch(snapshot -> snapshot.status().equals("available"))) {
                    Thread.onSpinWait();
                }
                for (String restored : List.of("one", "two")) {
                    rds.restoreDBInstanceFromDBSnapshot(request ->
                                    request.dbSnapshotIdentifier("mine").dbInstanceIdentifier(restored))
                            .join();
                }
                System.out.println("restored");
                System.in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    private Process child(String... options) throws IOException {
        return start(LocalCloudMain.class, options);
    }

    private Process start(Class<?> main, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-D" + LocalCloudConfig.POSTGRES_PORT + "=0",
                "-D" + LocalCloudConfig.REDIS_PORT + "=0",
                "-D" + LocalCloudConfig.DYNAMODB_PORT + "=0",
                "-D" + LocalCloudConfig.RDS_PORT + "=0",
                "-D" + LocalIssuer.PORT + "=0",
                "-D" + LocalCloudConfig.SAMPLE_USERS + "=false"));
        command.addAll(List.of(options));
        command.add(main.getName());
        Process child = new ProcessBuilder(command).start();
        started.add(child);
        return child;
    }

    private static String firstLine(Process child) throws IOException {
        String line = new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8)).readLine();
        if (line == null) {
            throw new AssertionError(new String(child.getErrorStream().readAllBytes(), UTF_8));
        }
        return line;
    }

    /** PostgreSQL, its own children and Redis, without the watchdogs. */
    private static List<ProcessHandle> servers(Process child) {
        List<ProcessHandle> servers = child.toHandle()
                .descendants()
                .filter(process -> process.info()
                        .command()
                        .filter(command -> command.endsWith("/postgres") || command.contains("/redis-server"))
                        .isPresent())
                .toList();
        assertThat(servers).hasSizeGreaterThan(2);
        return servers;
    }

    private static void assertEnd(List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            process.onExit().get(LONGEST_END_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void assertCloudsEnd() throws Exception {
        try (WatchService changes = temporary.getFileSystem().newWatchService()) {
            temporary.register(changes, StandardWatchEventKinds.ENTRY_DELETE);
            while (!clouds().isEmpty()) {
                WatchKey change = changes.poll(LONGEST_END_SECONDS, TimeUnit.SECONDS);
                assertThat(change).as("%s go", clouds()).isNotNull();
                change.pollEvents();
                change.reset();
            }
        }
    }

    /** The directories of clouds; what is kept between runs stays beside them. */
    private static List<Path> clouds() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("headgate-cloud-"))
                    .toList();
        }
    }
}
