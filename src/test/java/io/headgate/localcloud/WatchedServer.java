package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server on a port of 127.0.0.1 that runs as a process, which can be stopped, started again on the same port, paused
 * and resumed. Its state changes under its own lock, so any thread may call it.
 */
final class WatchedServer {

    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(10);
    private static final int TRIES_TO_FIND_A_PORT = 5;

    /** What distinguishes one kind of server from another. */
    interface Kind {

        String name();

        /** The system property that sets its port, to name in messages. */
        String portProperty();

        /** The signal that stops it in an orderly way. */
        String stopSignal();

        List<String> command(int port);

        /** Whether the server answers requests. */
        boolean answers(int port);
    }

    private final Kind kind;
    private final Path directory;
    private final Path log;
    private int port;
    private @Nullable WatchedProcess process;

    /** A server that is not running yet, in a directory of its own; port 0 is any free one. */
    WatchedServer(Kind kind, Path directory, int port) {
        this.kind = kind;
        this.directory = directory;
        this.log = directory.resolve("log");
        this.port = port;
    }

    /** The port, which stays the same once the server has been started. */
    synchronized int port() {
        return port;
    }

    synchronized long pid() {
        return running().pid();
    }

    /** Starts the server and returns when it answers; does nothing when it is running. */
    synchronized void start() {
        if (process != null) {
            return;
        }
        if (port != 0) {
            if (!Ports.isFree(port) || !startedOn(port)) {
                throw Ports.taken(kind.name(), port, kind.portProperty());
            }
            return;
        }
        for (int tried = 0; tried < TRIES_TO_FIND_A_PORT; tried++) {
            int candidate = Ports.free();
            if (startedOn(candidate)) {
                port = candidate;
                return;
            }
        }
        throw new LocalCloudException("Each free port for " + kind.name() + " was taken before it could listen there");
    }

    /** Whether the server came up; false when something else was faster to take the port. */
    private boolean startedOn(int candidate) {
        try {
            WatchedProcess starting = WatchedProcess.start(kind.stopSignal(), directory, log, kind.command(candidate));
            long deadline = System.nanoTime() + LONGEST_START.toNanos();
            while (!starting.endsWithin(BETWEEN_PROBES)) {
                if (kind.answers(candidate)) {
                    process = starting;
                    return true;
                }
                if (System.nanoTime() > deadline) {
                    starting.stop();
                    throw new LocalCloudException(
                            kind.name() + " did not answer within " + LONGEST_START + ". Its log:\n" + logged());
                }
            }
            if (Ports.isFree(candidate)) {
                throw new LocalCloudException(kind.name() + " ended while it started. Its log:\n" + logged());
            }
            return false;
        } catch (IOException e) {
            throw new LocalCloudException("Cannot start " + kind.name() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Stops the server in an orderly way, paused or not; does nothing when it is stopped. */
    synchronized void stop() {
        if (process == null) {
            return;
        }
        try {
            process.stop();
            process = null;
        } catch (IOException e) {
            throw new LocalCloudException("Cannot stop " + kind.name() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Freezes the process: it still accepts connections and answers nothing. */
    synchronized void pause() {
        signal("STOP");
    }

    synchronized void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            running().signal(signal);
        } catch (IOException e) {
            throw new LocalCloudException("Cannot signal " + kind.name() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private WatchedProcess running() {
        if (process == null) {
            throw new LocalCloudException(kind.name() + " is stopped");
        }
        return process;
    }

    private String logged() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private LocalCloudException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new LocalCloudException("Interrupted while waiting for " + kind.name(), e);
    }
}
