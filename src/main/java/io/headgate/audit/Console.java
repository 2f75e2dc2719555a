package io.headgate.audit;

import io.headgate.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Standard output for the log: who writes waits for a tenth of a second at the most, be the pipe blocked that reads it. What is
 * written is on its way with {@link #flush()}, as log handlers do after each record, and with the end of a printed line.
 */
public final class Console extends PrintStream {

    /** The most records that wait for a blocked pipe, of some hundred bytes each. */
    private static final int MOST_WAITING = 1_000;

    static final Duration LONGEST_WAIT = Duration.ofMillis(100);

    private final ByteArrayOutputStream written;
    private final PrintStream direct;
    private final Lines lines;

    private Console(ByteArrayOutputStream written, PrintStream direct, InstantSource clock) {
        super(written, false, StandardCharsets.UTF_8);
        this.written = written;
        this.direct = direct;
        this.lines = new Lines(() -> direct, count -> loss(count, clock), MOST_WAITING, LONGEST_WAIT);
    }

    /** Makes it the standard output of this process. */
    public static void install() {
        System.setOut(new Console(new ByteArrayOutputStream(), System.out, InstantSource.system()));
    }

    /** The standard output that waits as long as the pipe is blocked. */
    static PrintStream direct() {
        return System.out instanceof Console console ? console.direct : System.out;
    }

    private static String loss(long count, InstantSource clock) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("timestamp", clock.instant().toString());
        json.put("level", "WARN");
        json.put("loggerName", Console.class.getName());
        json.put("message", "Standard output was blocked: log records lost: " + count);
        return Json.write(json);
    }

    @Override
    public void println(@Nullable String line) {
        super.println(line);
        flush();
    }

    @Override
    public void flush() {
        super.flush();
        String text;
        synchronized (written) {
            text = written.toString(StandardCharsets.UTF_8).stripTrailing();
            written.reset();
        }
        if (!text.isEmpty()) {
            lines.add(text);
        }
    }
}
