package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server on a port of 127.0.0.1 that runs as a process, which can be stopped, started again on the same port, paused
 * and resumed. Any thread may call it.
 */
final class WatchedServer {

    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(10);
    private static final String SERVER = "server";
    private static final String PLACEHOLDER = "placeholder";
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
    private final State state;

    /** A view of a server of a kind whose state came from {@link #newState}. */
    WatchedServer(Kind kind, State state) {
        this.kind = kind;
        this.state = state;
    }

    /** The state of a server that has not been started yet, in a directory of its own; port 0 is any free one. */
    static State newState(Path directory, int port) {
        return new State().with("directory", directory).with("port", port);
    }

    static Path directory(State state) {
        return state.get("directory", Path.class);
    }

    /** The port, which stays the same once the server has been started. */
    int port() {
        return state.get("port", Integer.class);
    }

    long pid() {
        return running().pid();
    }

    boolean isRunning() {
        return process(SERVER) != null;
    }

    /** Starts the server and returns when it answers; does nothing when it is running. */
    void start() {
        synchronized (state.values()) {
            if (process(SERVER) != null) {
                return;
            }
            guardDirectory();
            startOnItsPort();
            end(PLACEHOLDER);
        }
    }

    private void startOnItsPort() {
        int port = port();
        if (port != 0) {
            if (!Ports.isFree(port) || !startedOn(port)) {
                throw Ports.taken(kind.name(), port, kind.portProperty());
            }
            return;
        }
        for (int tried = 0; tried < TRIES_TO_FIND_A_PORT; tried++) {
            if (startedOn(Ports.free())) {
                return;
            }
        }
        throw new LocalCloudException("Each free port for " + kind.name() + " was taken before it could listen there");
    }

    /** Whether the server came up; false when something else was faster to take the port. */
    private boolean startedOn(int candidate) {
        try {
            WatchedProcess starting =
                    WatchedProcess.start(kind.stopSignal(), directory(state), log(), kind.command(candidate));
            long deadline = System.nanoTime() + LONGEST_START.toNanos();
            while (!starting.endsWithin(BETWEEN_PROBES)) {
                if (kind.answers(candidate)) {
                    state.with("port", candidate);
                    keep(SERVER, starting);
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

    /** Stops the server in an orderly way, paused or not; does nothing when it is stopped. Its directory stays. */
    void stop() {
        synchronized (state.values()) {
            guardDirectory();
            end(SERVER);
        }
    }

    /** Stops the server in an orderly way and starts it again. */
    void restart() {
        synchronized (state.values()) {
            stop();
            start();
        }
    }

    /** Ends the server by a signal of which it dies at once, and returns when it is dead; does nothing when it is not running. */
    void crash(String signal) {
        synchronized (state.values()) {
            WatchedProcess process = process(SERVER);
            if (process != null) {
                guardDirectory();
                try {
                    process.signal("CONT");
                    process.signal(signal);
                } catch (IOException e) {
                    // It has ended already.
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
                process.awaitEnd();
            }
        }
    }

    /**
     * Ends the server as a failure of power does, changes its files, and starts it again on its port. Nobody else starts
     * or stops it meanwhile.
     */
    void replace(Runnable change) {
        synchronized (state.values()) {
            guardDirectory();
            WatchedProcess process = process(SERVER);
            if (process != null) {
                process.kill();
            }
            change.run();
            startOnItsPort();
            end(PLACEHOLDER);
        }
    }

    /** Whether it ended without being asked to. */
    boolean hasCrashed() {
        Process watchdog = state.find(SERVER, Process.class);
        return watchdog != null && !watchdog.isAlive();
    }

    /** PostgreSQL and others read their configuration again. */
    void reload() {
        signal("HUP");
    }

    /** Stops what runs, and leaves the directory to the caller. */
    void close() {
        synchronized (state.values()) {
            end(SERVER);
            end(PLACEHOLDER);
        }
    }

    /** Watches over the directory while no server runs there, so that it goes also when this JVM dies meanwhile. */
    private void guardDirectory() {
        if (process(PLACEHOLDER) != null) {
            return;
        }
        try {
            keep(PLACEHOLDER, WatchedProcess.start("TERM", directory(state), log(), List.of("sleep", "2147483647")));
        } catch (IOException e) {
            throw new LocalCloudException("Cannot watch over " + directory(state) + ": " + e.getMessage(), e);
        }
    }

    private void keep(String role, WatchedProcess process) {
        state.with(role, process.watchdog()).with(role + ".pid", process.pid());
    }

    private void end(String role) {
        WatchedProcess process = process(role);
        if (process != null) {
            try {
                process.stop();
                state.remove(role);
            } catch (IOException e) {
                throw new LocalCloudException("Cannot stop " + kind.name() + ": " + e.getMessage(), e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /** Freezes the process: it still accepts connections and answers nothing. */
    void pause() {
        signal("STOP");
    }

    void resume() {
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
        WatchedProcess process = process(SERVER);
        if (process == null) {
            throw new LocalCloudException(kind.name() + " is stopped");
        }
        return process;
    }

    private @Nullable WatchedProcess process(String role) {
        Process watchdog = state.find(role, Process.class);
        return watchdog == null || !watchdog.isAlive()
                ? null
                : new WatchedProcess(watchdog, state.get(role + ".pid", Long.class));
    }

    private Path log() {
        return directory(state).resolve("log");
    }

    private String logged() throws IOException {
        return Files.exists(log()) ? Files.readString(log()) : "";
    }

    private LocalCloudException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new LocalCloudException("Interrupted while waiting for " + kind.name(), e);
    }
}
