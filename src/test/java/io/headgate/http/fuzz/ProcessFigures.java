package io.headgate.http.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process holds.
 *
 * @param memory in bytes: of a JVM all objects that are alive, of another process what was resident at least
 */
record ProcessFigures(long memory, long threads, long files) {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /** Those of a process of this machine, with what is resident now. */
    static ProcessFigures of(long pid) throws IOException {
        return of(pid, resident(pid));
    }

    /**
     * Those of a process of this machine. A JVM collects its garbage first.
     *
     * @param leastResident the least that was resident for a while in which garbage was collected, in bytes
     */
    static ProcessFigures of(long pid, long leastResident) throws IOException {
        return new ProcessFigures(memory(pid, leastResident), entries(pid, "task"), files(pid));
    }

    /** Whether a process is a JVM, of which memory is what is alive. */
    static boolean isJvm(long pid) throws IOException {
        return Path.of("/proc", String.valueOf(pid), "exe").toRealPath().endsWith("java");
    }

    /** What is resident, in bytes. */
    static long resident(long pid) throws IOException {
        return 1024 * number(RESIDENT, Files.readString(Path.of("/proc", String.valueOf(pid), "status")));
    }

    /** How many files and sockets it has open. */
    static long files(long pid) throws IOException {
        return entries(pid, "fd");
    }

    private static long memory(long pid, long leastResident) throws IOException {
        Process histogram = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(pid),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return TOTAL.matcher(text).find() ? number(TOTAL, text) : leastResident;
    }

    private static long entries(long pid, String directory) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc", String.valueOf(pid), directory))) {
            return entries.count();
        }
    }

    private static long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("no " + pattern + " in " + text);
        }
        return Long.parseLong(found.group(1));
    }
}
