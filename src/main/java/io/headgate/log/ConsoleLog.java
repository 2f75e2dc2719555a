package io.headgate.log;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.handlers.ConsoleHandler;

/**
 * The log's console while the gateway serves: it writes as the console does, but lets nobody who logs wait for a standard output
 * that is blocked. What comes beyond 500 entries is lost then, and told by {@code log.lost=…} when lines are taken again.
 *
 * <p>What a start that fails has to say is written by the console itself, before the process ends.
 */
public final class ConsoleLog extends ExtHandler {

    /** Of up to some tens of kilobytes, where they tell of a failure. */
    private static final int MOST_WAITING = 500;

    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);
    private static final String LOST = "log.lost=%d";

    private final ConsoleHandler console;
    private final Lines lines;

    /** @param stream where the console writes */
    ConsoleLog(ConsoleHandler console, OutputStream stream) {
        this.console = console;
        PrintStream out = new PrintStream(stream, false, Charset.defaultCharset());
        this.lines = new Lines("headgate-log", () -> out, this::lost, MOST_WAITING, LONGEST_WAIT);
    }

    /** Takes the place of the consoles, where the log goes to any. */
    public static void install() {
        replace(handler -> handler instanceof ConsoleHandler console ? new ConsoleLog(console, System.out) : handler);
    }

    /** Gives the consoles their place back when all has been written; one that is blocked stays as it is. */
    public static void uninstall() {
        replace(handler -> handler instanceof ConsoleLog log && log.end() ? log.console : handler);
    }

    private static void replace(UnaryOperator<Handler> replacement) {
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            if (handler instanceof ExtHandler parent) {
                parent.setHandlers(
                        Stream.of(parent.getHandlers()).map(replacement).toArray(Handler[]::new));
            }
        }
    }

    @Override
    protected void doPublish(ExtLogRecord entry) {
        if (console.isLoggable(entry)) {
            lines.add(text(entry));
        }
    }

    private String text(LogRecord entry) {
        return console.getFormatter().format(entry).stripTrailing();
    }

    private String lost(long count) {
        return text(new ExtLogRecord(Level.WARN, LOST.formatted(count), ConsoleLog.class.getName()));
    }

    private boolean end() {
        lines.close();
        return lines.isEmpty();
    }
}
