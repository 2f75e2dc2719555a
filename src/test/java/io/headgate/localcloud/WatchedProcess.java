package io.headgate.localcloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server process under a watchdog: it ends when this JVM does, also when the JVM is killed, and its directory goes
 * with it then.
 *
 * @param watchdog the process that holds the pipe to this JVM
 * @param pid the server's own process id
 */
record WatchedProcess(Process watchdog, long pid) {

    /** Runs a shell out of reach of what ends the JVM's whole process group, where the platform can. */
    private static final String IN_ITS_OWN_SESSION =
            "if command -v setsid >/dev/null 2>&1; then exec setsid sh -c \"$@\"; else exec sh -c \"$@\"; fi";

    private static final Duration LONGEST_STOP = Duration.ofSeconds(20);

    /**
     * Starts a server.
     *
     * @param stopSignal the signal that stops it in an orderly way, such as {@code TERM}
     * @param directory what is removed when this JVM dies
     * @param log the file to which it writes
     */
    static WatchedProcess start(String stopSignal, Path directory, Path log, List<String> command) throws IOException {
        List<String> watched = new ArrayList<>(List.of(
                "sh",
                "-c",
                IN_ITS_OWN_SESSION,
                "sh",
                script(),
                "watchdog",
                stopSignal,
                directory.toString(),
                log.toString()));
        watched.addAll(command);
        Process watchdog = new ProcessBuilder(watched)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output = watchdog.inputReader(UTF_8);
        String pid = output.readLine();
        if (pid == null) {
            throw new IOException("sh did not start " + command);
        }
        return new WatchedProcess(watchdog, Long.parseLong(pid));
    }

    boolean endsWithin(Duration time) throws InterruptedException {
        return watchdog.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Sends the server a signal, such as {@code STOP}. */
    void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + signal + " failed for process " + pid);
        }
    }

    /** Ends the server and its children at once, as a failure of power does, and waits for the server's end. */
    void kill() {
        ProcessHandle.of(pid).ifPresent(server -> {
            List<ProcessHandle> children = server.descendants().toList();
            server.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        });
        awaitEnd();
    }

    void awaitEnd() {
        watchdog.onExit().join();
    }

    /** Stops the server and waits for its end; a server that does not stop in time is killed. Its directory stays. */
    void stop() throws IOException, InterruptedException {
        try (OutputStream orders = watchdog.getOutputStream()) {
            orders.write("stop\n".getBytes(UTF_8));
        } catch (IOException e) {
            // It has ended already, and so has the reader of its orders.
        }
        if (!endsWithin(LONGEST_STOP)) {
            throw new IOException("Process " + pid + " did not end within " + LONGEST_STOP);
        }
    }

    private static String script() throws IOException {
        try (InputStream script = WatchedProcess.class.getResourceAsStream("watchdog.sh")) {
            if (script == null) {
                throw new IOException("watchdog.sh is missing beside " + WatchedProcess.class.getName());
            }
            return new String(script.readAllBytes(), UTF_8);
        }
    }
}
