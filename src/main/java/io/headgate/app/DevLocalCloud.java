package io.headgate.app;

import io.quarkus.arc.profile.IfBuildProfile;
import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Starts the local cloud for {@code quarkus:dev}: a JVM of its own on the test class path, which ends with this one. It
 * outlives a live reload, since it belongs to the JVM and not to the application that is reloaded. Exists in the dev
 * profile alone.
 */
@Singleton
@IfBuildProfile("dev")
class DevLocalCloud {

    private static final Logger LOG = Logger.getLogger(DevLocalCloud.class);
    private static final String MAIN = "io.headgate.localcloud.LocalCloudMain";
    private static final String READY = "headgate local cloud ready";
    private static final String PID = DevLocalCloud.class.getName() + ".pid";

    void start(@Observes @Priority(2) Router router) throws IOException {
        if (isRunning()) {
            return;
        }
        Path target = Path.of("target").toAbsolutePath();
        String classPath = String.join(
                File.pathSeparator,
                target.resolve("test-classes").toString(),
                target.resolve("classes").toString(),
                Files.readString(target.resolve("test-classpath")).strip());
        Process cloud = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        // The class path has JBoss LogManager, which complains where it is not the one.
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-cp",
                        classPath,
                        MAIN))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        System.setProperty(PID, String.valueOf(cloud.pid()));
        LOG.info("Starting the local cloud: PostgreSQL, DynamoDB, Redis and sample users");
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(cloud.getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            while (line != null && !line.startsWith(READY)) {
                LOG.info(line);
                line = output.readLine();
            }
            if (line == null) {
                throw new IllegalStateException("The local cloud did not start: see its message above");
            }
            LOG.info(line);
        }
    }

    /** A static field would be gone after a reload, which comes with new classes. */
    private static boolean isRunning() {
        String pid = System.getProperty(PID);
        return pid != null
                && ProcessHandle.of(Long.parseLong(pid))
                        .map(ProcessHandle::isAlive)
                        .orElse(false);
    }
}
